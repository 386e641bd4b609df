#include "db/segment/mask_file.h"

#include "base/coding.h"
#include "db/segment/segment_format.h"
#include "storage/block_file.h"

namespace vecstore::db {

std::vector<Row> dead_rows_until(const StoredSegment& segment, std::uint64_t sequence) {
  std::vector<Row> rows;
  for (Row row = 0; row < segment.rows(); ++row) {
    const std::uint64_t dead = segment.dead_at(row);
    if (dead != 0 && dead <= sequence) rows.push_back(row);
  }
  return rows;
}

Status write_mask(io::FileSystem& files, const std::string& path, std::uint64_t database,
                  std::uint64_t number, std::uint64_t segment, const std::vector<Row>& rows) {
  Bytes bytes;
  put_u64(bytes, segment);
  put_u64(bytes, rows.size());
  put_bytes(bytes, std::as_bytes(std::span(rows)));
  VECSTORE_ASSIGN(auto file,
                  storage::BlockFileWriter::create(files, path, {kMaskKind, database, number}));
  VECSTORE_TRY(file->add("dead", storage::BlockLayout::kWhole, bytes));
  return file->finish().status();
}

Status load_mask(io::FileSystem& files, const std::string& path, std::uint64_t database,
                 std::uint64_t number, FileSegment& segment, std::uint64_t sequence) {
  VECSTORE_ASSIGN(const auto file, storage::BlockFile::open(files, path, io::Access::kRead,
                                                            {kMaskKind, database, number}));
  VECSTORE_ASSIGN(const storage::Block block, file->block("dead"));
  Bytes scratch;
  VECSTORE_ASSIGN(const ByteView bytes, block.all(scratch));
  ByteReader in(bytes);
  const std::uint64_t of = in.u64();
  const std::uint64_t count = in.u64();
  if (!in.ok() || of != segment.number() || count > segment.rows() ||
      in.remaining() != count * sizeof(Row))
    return data_loss(path + ": is no mask of segment " + std::to_string(segment.number()));
  for (std::uint64_t i = 0; i < count; ++i) {
    const Row row = in.u32();
    if (row >= segment.rows())
      return data_loss(path + ": masks row " + std::to_string(row) + " of " +
                       std::to_string(segment.rows()));
    if (segment.dead_at(row) == 0) segment.mark_dead(row, sequence);
  }
  return {};
}

Result<std::uint64_t> mask_owner(io::FileSystem& files, const std::string& path,
                                 const storage::BlockFileIdentity& identity) {
  VECSTORE_ASSIGN(const auto file,
                  storage::BlockFile::open(files, path, io::Access::kRead, identity));
  VECSTORE_ASSIGN(const storage::Block block, file->block("dead"));
  Bytes scratch;
  VECSTORE_ASSIGN(const ByteView bytes, block.all(scratch));
  ByteReader in(bytes);
  const std::uint64_t owner = in.u64();
  return in.ok() ? Result<std::uint64_t>(owner) : data_loss(path + ": is no mask");
}

}  // namespace vecstore::db
