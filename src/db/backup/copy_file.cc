#include "db/backup/copy_file.h"

#include <algorithm>
#include <charconv>

#include "base/hash.h"
#include "db/segment/segment_format.h"
#include "storage/block_file.h"

namespace vecstore::db {
namespace {

// Nothing for what is no file of segments/.
std::optional<storage::BlockFileIdentity> identity_of(std::string_view name,
                                                      std::uint64_t database) {
  constexpr std::string_view kFolder = "segments/";
  if (!name.starts_with(kFolder)) return std::nullopt;
  storage::BlockFileIdentity identity{kSegmentKind, database, 0};
  if (name.ends_with(".del")) identity.kind = kMaskKind;
  if (name.ends_with(".idx")) identity.kind = kIndexKind;
  if (name.ends_with(".old")) identity.kind = kHistoryKind;
  name.remove_prefix(kFolder.size());
  std::from_chars(name.data(), name.data() + name.size(), identity.number);
  return identity;
}

}  // namespace

ReadPiece reader_of(ByteView content) {
  return [content](std::uint64_t offset, std::span<std::byte> out) {
    const ByteView from = content.subspan(static_cast<std::size_t>(offset), out.size());
    std::copy(from.begin(), from.end(), out.begin());
    return Status();
  };
}

Result<std::uint64_t> copy_content(std::uint64_t size, const ReadPiece& read, const PutPiece& put,
                                   const CancelToken& cancel) {
  Bytes piece(static_cast<std::size_t>(std::min<std::uint64_t>(size, storage::kHashedPiece)));
  std::uint64_t hash = 0;
  for (std::uint64_t offset = 0; offset < size; offset += piece.size()) {
    if (cancel.cancelled()) return cancelled("stopped; nothing of the copy is left");
    piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), size - offset)));
    VECSTORE_TRY(read(offset, piece));
    hash = hash64(piece, hash);
    VECSTORE_TRY(put(piece));
  }
  return hash;
}

Result<std::uint64_t> copy_to_file(std::uint64_t size, const ReadPiece& read, io::FileSystem& files,
                                   const std::string& path, const CancelToken& cancel) {
  VECSTORE_ASSIGN(const auto file, files.create(path, io::Create::kNew));
  const auto put = [&](ByteView bytes) { return file->append(bytes); };
  VECSTORE_ASSIGN(const std::uint64_t hash, copy_content(size, read, put, cancel));
  VECSTORE_TRY(file->sync());
  VECSTORE_TRY(file->close());
  return hash;
}

Status verify_file(io::FileSystem& files, const std::string& path, const std::string& name,
                   std::uint64_t database) {
  const auto identity = identity_of(name, database);
  if (!identity) return {};
  VECSTORE_ASSIGN(const auto file,
                  storage::BlockFile::open(files, path, io::Access::kRead, *identity));
  Status found;
  VECSTORE_TRY(file->verify([&](std::uint64_t offset, const std::string& what) {
    if (found.ok()) found = data_loss(path + ": " + what + " at offset " + std::to_string(offset));
  }));
  return found;
}

}  // namespace vecstore::db
