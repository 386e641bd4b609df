#include "rag/loaders/archive/zip_parts.h"

#include <algorithm>

#include "rag/loaders/archive/archive_reader.h"

namespace vecstore {
namespace {

// Parts that are needed are few; an archive with more names is no document.
constexpr std::size_t kMaxParts = 100'000;

std::string key_of(std::string_view name) {
  if (name.starts_with('/')) name.remove_prefix(1);
  std::string out(name);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

}  // namespace

Result<ZipParts> ZipParts::read(const LoadInput& input, const Wanted& wanted) {
  if (archive_form(input.bytes) != ArchiveForm::kZip) {
    const bool old = input.bytes.starts_with("\xd0\xcf\x11\xe0");
    return unimplemented(old ? "an encrypted Office file, or one of before 2007"
                             : "not the ZIP archive that such a file is");
  }
  VECSTORE_ASSIGN(ArchiveReader reader,
                  ArchiveReader::open(input.bytes, ArchiveForm::kZip, input.password));
  ZipParts out;
  for (;;) {
    VECSTORE_ASSIGN(const std::optional<ArchiveMember> member, reader.next());
    if (!member) return out;
    if (member->kind != ArchiveMember::Kind::kFile) continue;
    if (out.names_.size() == kMaxParts) {
      return resource_exhausted("more than " + std::to_string(kMaxParts) + " parts in one file");
    }
    out.names_.push_back(member->name);
    if (!wanted(member->name)) continue;
    Result<std::string> content = reader.read(*input.budget);
    if (!content.ok()) return content.status().with_context(member->name);
    out.parts_.try_emplace(key_of(member->name), *std::move(content));
  }
}

const std::string* ZipParts::find(std::string_view name) const {
  auto found = parts_.find(key_of(name));
  return found == parts_.end() ? nullptr : &found->second;
}

bool zip_names(std::string_view bytes, std::string_view name) {
  constexpr std::size_t kHead = std::size_t{4} << 10, kTail = std::size_t{64} << 10;
  if (!bytes.starts_with("PK\x03\x04")) return false;
  const std::size_t tail = bytes.size() - std::min(bytes.size(), kTail);
  return bytes.substr(0, kHead).find(name) != bytes.npos ||
         bytes.substr(tail).find(name) != bytes.npos;
}

bool zip_is(std::string_view bytes, std::string_view media_type) {
  constexpr std::size_t kNameAt = 30;
  constexpr std::string_view kName = "mimetype";
  if (bytes.size() < kNameAt || !bytes.starts_with("PK\x03\x04")) return false;
  return bytes.substr(kNameAt).starts_with(kName) &&
         bytes.substr(kNameAt + kName.size(), 100 + media_type.size()).find(media_type) !=
             bytes.npos;
}

std::string resolve_part(std::string_view from, std::string_view target) {
  std::vector<std::string_view> steps;
  const auto take = [&](std::string_view path) {
    while (!path.empty()) {
      const std::string_view step = path.substr(0, path.find('/'));
      path.remove_prefix(std::min(step.size() + 1, path.size()));
      if (step == "..") {
        if (!steps.empty()) steps.pop_back();
      } else if (!step.empty() && step != ".") {
        steps.push_back(step);
      }
    }
  };
  if (!target.starts_with('/')) take(from.substr(0, from.rfind('/') + 1));  // npos + 1 is 0
  take(target);
  std::string out;
  for (std::string_view step : steps) out.append(out.empty() ? "" : "/").append(step);
  return out;
}

}  // namespace vecstore
