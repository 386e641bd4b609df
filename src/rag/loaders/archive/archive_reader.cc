#include "rag/loaders/archive/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <clocale>
#include <cstdint>

#include "base/utf8.h"

namespace vecstore {
namespace {

using namespace std::string_view_literals;

struct Form {
  ArchiveForm form;
  std::string_view name;
  std::string_view begin;
  int filter;
};

constexpr std::array kForms = {
    Form{ArchiveForm::kZip, "a ZIP archive", "PK\x03\x04", ARCHIVE_FILTER_NONE},
    Form{ArchiveForm::kZip, "a ZIP archive", "PK\x05\x06", ARCHIVE_FILTER_NONE},  // without members
    Form{ArchiveForm::kGzip, "a gzip file", "\x1f\x8b", ARCHIVE_FILTER_GZIP},
    Form{ArchiveForm::kBzip2, "a bzip2 file", "BZh", ARCHIVE_FILTER_BZIP2},
    Form{ArchiveForm::kXz, "an xz file", "\xfd\x37zXZ\0"sv, ARCHIVE_FILTER_XZ},
    Form{ArchiveForm::kZstd, "a zstd file", "\x28\xb5\x2f\xfd", ARCHIVE_FILTER_ZSTD},
    Form{ArchiveForm::kTar, "a TAR archive", {}, ARCHIVE_FILTER_NONE},
};

const Form& form_of(ArchiveForm form) {
  std::size_t i = 0;
  while (kForms[i].form != form) ++i;
  return kForms[i];
}

constexpr std::size_t kTarBlock = 512;

// Names pass through the thread's locale on their way out of libarchive: in the "C" locale, which
// a program has that does not ask for another, all that are not ASCII would be lost.
class NamesAreUtf8 {
 public:
  NamesAreUtf8() : before_(utf8() ? uselocale(utf8()) : locale_t{}) {}
  ~NamesAreUtf8() {
    if (before_) uselocale(before_);
  }
  NamesAreUtf8(const NamesAreUtf8&) = delete;
  NamesAreUtf8& operator=(const NamesAreUtf8&) = delete;

 private:
  static locale_t utf8() {
    static const locale_t kept = newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
    return kept;
  }
  locale_t before_;
};

std::string clean(const char* raw) {
  std::string out;
  std::string_view rest = raw ? raw : "";
  while (!rest.empty() && out.size() < kMaxMemberNameBytes) {
    const CodePoint c = decode_utf8(rest);
    append_utf8(out, c.value < 0x20 || c.value == 0x7f ? 0xFFFD : c.value);
    rest.remove_prefix(c.size);
  }
  return out;
}

// "ustar", or a header whose checksum is right: archives of before 1988 have no mark.
bool is_tar(std::string_view bytes) {
  if (bytes.size() < kTarBlock) return false;
  if (bytes.substr(257, 5) == "ustar") return true;
  constexpr std::size_t kSumAt = 148, kSumSize = 8;
  std::uint32_t sum = kSumSize * ' ', said = 0;
  for (std::size_t i = 0; i < kTarBlock; ++i) {
    if (i < kSumAt || i >= kSumAt + kSumSize) sum += static_cast<unsigned char>(bytes[i]);
  }
  for (char c : bytes.substr(kSumAt, kSumSize)) {
    if (c >= '0' && c <= '7') said = said * 8 + static_cast<std::uint32_t>(c - '0');
  }
  return sum == said && bytes[0] != '\0';
}

ArchiveMember::Kind kind_of(archive_entry* entry) {
  if (archive_entry_hardlink(entry)) return ArchiveMember::Kind::kLink;
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      return ArchiveMember::Kind::kFile;
    case AE_IFDIR:
      return ArchiveMember::Kind::kFolder;
    case AE_IFLNK:
      return ArchiveMember::Kind::kLink;
    default:
      return ArchiveMember::Kind::kOther;
  }
}

// One format and at most one filter: libarchive on its own would unwrap 25 of them, uncounted.
int choose(archive* reader, ArchiveForm form) {
  if (form == ArchiveForm::kZip) return archive_read_support_format_zip_seekable(reader);
  if (form == ArchiveForm::kTar) return archive_read_support_format_tar(reader);
  if (int raw = archive_read_support_format_raw(reader); raw != ARCHIVE_OK) return raw;
  return archive_read_append_filter(reader, form_of(form).filter);
}

// These set aside as much memory as a member of a ZIP asks for, up to 4 GiB, before a byte is
// there.
bool asks_for_memory(archive* reader) {
  const char* raw = archive_format_name(reader);
  const std::string_view name = raw ? raw : "";
  for (std::string_view method : {"(lzma)", "(xz)", "(ppmd-8)"}) {
    if (name.find(method) != name.npos) return true;
  }
  return false;
}

}  // namespace

std::optional<ArchiveForm> archive_form(std::string_view bytes) {
  for (const Form& form : kForms) {
    if (!form.begin.empty() && bytes.starts_with(form.begin)) return form.form;
  }
  return is_tar(bytes) ? std::optional(ArchiveForm::kTar) : std::nullopt;
}

std::string_view form_name(ArchiveForm form) { return form_of(form).name; }

void ArchiveReader::Close::operator()(archive* reader) const { archive_read_free(reader); }

Status ArchiveReader::failure() const {
  if (encrypted_ && !has_password_) {
    return Status(Code::kPermissionDenied, "encrypted, and no password was given");
  }
  if (encrypted_) {
    return Status(Code::kPermissionDenied, "encrypted, and the password does not open it");
  }
  const std::string why = clean(archive_error_string(reader_.get()));
  return data_loss(std::string(form_name(form_)) + " that is damaged" +
                   (why.empty() ? why : ": " + why));
}

Result<ArchiveReader> ArchiveReader::open(std::string_view bytes, ArchiveForm form,
                                          std::string_view password) {
  const NamesAreUtf8 names;
  Handle reader(archive_read_new());
  if (!reader) return resource_exhausted("no memory for an archive reader");
  ArchiveReader out(std::move(reader), form, !password.empty());
  archive* raw = out.reader_.get();
  if (choose(raw, form) < ARCHIVE_WARN) return out.failure();
  if (!password.empty()) archive_read_add_passphrase(raw, std::string(password).c_str());
  if (archive_read_open_memory(raw, bytes.data(), bytes.size()) != ARCHIVE_OK) return out.failure();
  return out;
}

Result<std::optional<ArchiveMember>> ArchiveReader::next() {
  const NamesAreUtf8 names;
  archive_entry* entry = nullptr;
  encrypted_ = false;
  const int outcome = archive_read_next_header(reader_.get(), &entry);
  if (outcome == ARCHIVE_EOF) return std::optional<ArchiveMember>();
  if (outcome != ARCHIVE_OK && outcome != ARCHIVE_WARN) return failure();
  encrypted_ = archive_entry_is_data_encrypted(entry) != 0;
  return std::optional(
      ArchiveMember{clean(archive_entry_pathname(entry)), kind_of(entry), encrypted_});
}

Result<bool> ArchiveReader::read_block(std::string& content, LoadBudget& budget) {
  const void* block = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  const int outcome = archive_read_data_block(reader_.get(), &block, &size, &offset);
  if (outcome == ARCHIVE_EOF) return false;
  if (outcome != ARCHIVE_OK) return failure();
  const auto at = static_cast<std::uint64_t>(offset);
  if (at < content.size()) return data_loss("a sparse file whose parts overlap");
  const std::uint64_t hole = at - content.size();
  if (size > UINT64_MAX - hole) return data_loss("a file beyond all sizes");
  VECSTORE_TRY(budget.unpack(hole + size));
  // What a sparse file leaves out reads as zeros.
  content.append(static_cast<std::size_t>(hole), '\0');
  content.append(static_cast<const char*>(block), size);
  return true;
}

Result<std::string> ArchiveReader::read(LoadBudget& budget) {
  const NamesAreUtf8 names;
  if (form_ == ArchiveForm::kZip && asks_for_memory(reader_.get())) {
    return unimplemented("packed by LZMA, XZ or PPMd, whose memory has no bound");
  }
  std::string content;
  for (;;) {
    VECSTORE_ASSIGN(const bool more, read_block(content, budget));
    if (!more) return content;
  }
}

}  // namespace vecstore
