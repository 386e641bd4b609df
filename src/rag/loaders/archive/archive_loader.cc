#include "rag/loaders/archive/archive_loader.h"

#include <algorithm>
#include <array>
#include <set>

#include "rag/loaders/archive/archive_reader.h"
#include "rag/loaders/loader_registry.h"

namespace vecstore {
namespace {

bool is_hidden(std::string_view path) {
  if (path.starts_with("__MACOSX/")) return true;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.starts_with(".") && part != "." && part != "..") return true;
    begin = end + 1;
  }
  return false;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// "notes.txt" of "a/notes.txt.gz", "site.tar" of "site.tgz".
std::string unpacked_name(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  const std::size_t dot = name.rfind('.');
  if (dot == name.npos || dot == 0) return std::string(name);
  const std::string ending = lower(name.substr(dot + 1));
  const bool packed_tar = ending.size() > 2 && ending.starts_with("t") && ending != "tar";
  return std::string(name.substr(0, dot)) + (packed_tar ? ".tar" : "");
}

// Reads members one by one and remembers what became of them.
class MemberReading {
 public:
  explicit MemberReading(const LoadInput& input) : input_(input) {}

  Status load_all(std::string_view bytes, ArchiveForm form);
  Status load_packed(std::string_view bytes, ArchiveForm form);
  Result<std::vector<Document>> finish();

 private:
  Status load_one(ArchiveReader& reader, const ArchiveMember& found);
  Status leave_out(const std::string& name, const Status& why);
  Status load(const std::string& name, std::string_view bytes);
  void remark(std::string text);

  const LoadInput& input_;
  std::vector<Document> documents_ = {};
  std::vector<std::string> remarks_ = {};
  std::size_t more_remarks_ = 0;
  std::set<std::string> names_ = {};
  Status first_failure_ = {};
};

void MemberReading::remark(std::string text) {
  if (remarks_.size() < kMaxArchiveRemarks) {
    remarks_.push_back(std::move(text));
  } else {
    ++more_remarks_;
  }
}

// A file that cannot be unpacked counts as one that was entered: trying takes time.
Status MemberReading::leave_out(const std::string& name, const Status& why) {
  VECSTORE_TRY(input_.budget->enter_member());
  input_.budget->leave_member();
  if (first_failure_.ok()) first_failure_ = why.with_context(name);
  remark(name + ": " + why.message());
  return {};
}

Status MemberReading::load(const std::string& name, std::string_view bytes) {
  std::vector<std::string> remarks;
  VECSTORE_TRY(load_member(input_, name, bytes, documents_, remarks));
  for (std::string& text : remarks) remark(std::move(text));
  return {};
}

Status MemberReading::load_one(ArchiveReader& reader, const ArchiveMember& found) {
  using enum ArchiveMember::Kind;
  if (found.kind == kFolder || is_hidden(found.name)) return {};
  const std::string name = found.name.empty() ? "(no name)" : found.name;
  if (found.kind == kLink) return remark(name + ": a link"), Status();
  if (found.kind == kOther) return remark(name + ": a device or pipe"), Status();
  Result<std::string> content = reader.read(*input_.budget);
  if (!content.ok() && input_.budget->exhausted()) return content.status().with_context(name);
  if (!content.ok()) return leave_out(name, content.status());
  if (!names_.insert(name).second) remark(name + ": stands in the archive more than once");
  return load(name, *content);
}

Status MemberReading::load_all(std::string_view bytes, ArchiveForm form) {
  VECSTORE_ASSIGN(ArchiveReader reader, ArchiveReader::open(bytes, form, input_.password));
  for (;;) {
    Result<std::optional<ArchiveMember>> found = reader.next();
    if (!found.ok() && documents_.empty()) return found.status();
    if (!found.ok()) return remark("the rest: " + found.status().message()), Status();
    if (!*found) return {};
    VECSTORE_TRY(load_one(reader, **found));
  }
}

// A TAR archive in there is read at once: its files are members of the packed file.
Status MemberReading::load_packed(std::string_view bytes, ArchiveForm form) {
  VECSTORE_ASSIGN(ArchiveReader reader, ArchiveReader::open(bytes, form));
  VECSTORE_ASSIGN(const std::optional<ArchiveMember> packed, reader.next());
  if (!packed) return {};
  VECSTORE_ASSIGN(const std::string content, reader.read(*input_.budget));
  if (archive_form(content) == ArchiveForm::kTar) return load_all(content, ArchiveForm::kTar);
  return load(unpacked_name(input_.path), content);
}

Result<std::vector<Document>> MemberReading::finish() {
  if (more_remarks_ > 0) {
    remarks_.push_back("and " + std::to_string(more_remarks_) + " more that were left out");
  }
  if (!documents_.empty()) {
    std::vector<std::string>& all = documents_.front().remarks;
    all.insert(all.begin(), remarks_.begin(), remarks_.end());
  } else if (!first_failure_.ok()) {
    return first_failure_;
  } else if (!remarks_.empty()) {
    return unimplemented("not text: nothing in it has a loader: " + remarks_.front());
  }
  return std::move(documents_);
}

// As zip and tar write an archive without members.
bool holds_nothing(std::string_view bytes) {
  return bytes.starts_with("PK\x05\x06") || bytes.find_first_not_of('\0') == bytes.npos;
}

}  // namespace

std::span<const std::string_view> ArchiveLoader::extensions() const {
  static constexpr std::array<std::string_view, 11> kExtensions = {
      "zip", "tar", "gz", "tgz", "bz2", "tbz", "tbz2", "xz", "txz", "zst", "tzst"};
  return kExtensions;
}

bool ArchiveLoader::recognises(std::string_view bytes) const {
  return archive_form(bytes).has_value();
}

Result<std::vector<Document>> ArchiveLoader::load(const LoadInput& input) const {
  const std::optional<ArchiveForm> form = archive_form(input.bytes);
  if (holds_nothing(input.bytes)) return std::vector<Document>();
  if (!form) return invalid_argument("neither a ZIP or TAR archive nor a packed file");
  MemberReading reading(input);
  VECSTORE_TRY(holds_members(*form) ? reading.load_all(input.bytes, *form)
                                    : reading.load_packed(input.bytes, *form));
  return reading.finish();
}

}  // namespace vecstore
