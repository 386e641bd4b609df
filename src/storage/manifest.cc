#include "storage/manifest.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "base/mutant.h"
#include "storage/block_file.h"
#include "storage/manifest_codec.h"

namespace vecstore::storage {
namespace {

constexpr std::uint32_t kKind = block_file_kind("MANI");
constexpr std::string_view kPrefix = "MANIFEST-";
constexpr std::string_view kTemporary = ".tmp";
constexpr std::string_view kStateBlock = "manifest";
constexpr std::string_view kOptionsBlock = "options";

std::string path_of(const std::string& folder, std::uint64_t number) {
  return folder + "/" + std::string(kPrefix) + std::to_string(number);
}

std::optional<std::uint64_t> parse_name(std::string_view name) {
  constexpr std::size_t kMaxDigits = 19;  // far from overflow
  if (!name.starts_with(kPrefix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  if (name.empty() || name.size() > kMaxDigits || (name[0] == '0' && name != "0")) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
  return number;
}

Result<std::vector<std::uint64_t>> list_manifests(io::FileSystem& files,
                                                  const std::string& folder) {
  VECSTORE_ASSIGN(auto names, files.list(folder));
  std::vector<std::uint64_t> numbers;
  for (const std::string& name : names) {
    if (auto number = parse_name(name)) numbers.push_back(*number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

Result<Manifest> read_file(io::FileSystem& files, const std::string& path, std::uint64_t number) {
  BlockFileIdentity identity{kKind, 0, number};
  VECSTORE_ASSIGN(auto file, BlockFile::open(files, path, io::Access::kRead, identity));
  Bytes state_scratch;
  Bytes options_scratch;
  VECSTORE_ASSIGN(Block state, file->block(kStateBlock));
  VECSTORE_ASSIGN(Block options, file->block(kOptionsBlock));
  VECSTORE_ASSIGN(ByteView state_bytes, state.all(state_scratch));
  VECSTORE_ASSIGN(ByteView options_bytes, options.all(options_scratch));
  auto manifest = decode_manifest(state_bytes, options_bytes, number);
  if (!manifest.ok()) return manifest.status().with_context(path);
  return manifest;
}

Status write_file(io::FileSystem& files, const std::string& path, const Manifest& manifest,
                  ByteView state, ByteView options) {
  BlockFileIdentity identity{kKind, 0, manifest.number};
  VECSTORE_ASSIGN(auto writer, BlockFileWriter::create(files, path, identity));
  VECSTORE_TRY(writer->add(kStateBlock, BlockLayout::kWhole, state));
  VECSTORE_TRY(writer->add(kOptionsBlock, BlockLayout::kWhole, options));
  return writer->finish().status();
}

// Manifests below `number`, finished or not. One that cannot be removed is left to the next writer:
// nobody reads it meanwhile.
void remove_older(io::FileSystem& files, const std::string& folder, std::uint64_t number) {
  auto names = files.list(folder);
  if (!names.ok()) return;
  for (std::string_view name : *names) {
    std::string_view stem = name;
    if (stem.ends_with(kTemporary)) stem.remove_suffix(kTemporary.size());
    auto older = parse_name(stem);
    if (!older || *older >= number) continue;
    Status ignored = files.remove(folder + "/" + std::string(name));
  }
}

}  // namespace

Result<Manifest> read_manifest(io::FileSystem& files, const std::string& folder) {
  constexpr int kAttempts = 16;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    VECSTORE_ASSIGN(auto numbers, list_manifests(files, folder));
    if (numbers.empty()) return not_found("no manifest in " + folder);
    auto manifest = read_file(files, path_of(folder, numbers.back()), numbers.back());
    // A writer in another process may have replaced it since it was listed.
    if (manifest.status().code() != Code::kNotFound) return manifest;
  }
  return unavailable("the manifest in " + folder + " was replaced each time it was read");
}

Result<std::uint64_t> newest_manifest(io::FileSystem& files, const std::string& folder) {
  VECSTORE_ASSIGN(const auto numbers, list_manifests(files, folder));
  if (numbers.empty()) return not_found("no manifest in " + folder);
  return numbers.back();
}

Result<bool> has_manifest(io::FileSystem& files, const std::string& folder, std::uint64_t number) {
  return files.exists(path_of(folder, number));
}

Status write_manifest(io::FileSystem& files, const std::string& folder, const Manifest& manifest) {
  Bytes state;
  Bytes options;
  encode_manifest(manifest, state, options);
  auto again = decode_manifest(state, options, manifest.number);
  if (!again.ok() || *again != manifest) {
    return internal_error("a manifest that could not be read back: " + again.status().message());
  }
  const std::string path = path_of(folder, manifest.number);
  const bool in_place = VECSTORE_MUTANT("manifest.written_in_place");
  const std::string temporary = in_place ? path : path + std::string(kTemporary);
  VECSTORE_ASSIGN(bool left_over, files.exists(temporary));
  if (left_over) VECSTORE_TRY(files.remove(temporary));
  VECSTORE_TRY(write_file(files, temporary, manifest, state, options));
  if (Status status = files.rename(temporary, path); !status.ok()) {
    Status ignored = files.remove(temporary);
    return status;
  }
  if (VECSTORE_MUTANT("manifest.folder_not_synced"))
    return remove_older(files, folder, manifest.number), Status();
  if (VECSTORE_MUTANT("manifest.older_removed_first")) remove_older(files, folder, manifest.number);
  VECSTORE_TRY(files.sync_folder(folder));
  remove_older(files, folder, manifest.number);
  return {};
}

}  // namespace vecstore::storage
