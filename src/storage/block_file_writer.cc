#include "storage/block_file_writer.h"

#include <algorithm>
#include <utility>

#include "base/coding.h"
#include "base/crc32c.h"
#include "base/mutant.h"

namespace vecstore::storage {
BlockFileWriter::BlockFileWriter(io::FileSystem& files, const std::string& path,
                                 const BlockFileIdentity& identity,
                                 std::unique_ptr<io::WritableFile> file)
    : files_(files),
      path_(path),
      identity_(identity),
      file_(std::move(file)),
      gathered_(file_->append_bytes()) {
  Bytes page;
  encode_header_page(identity_, page);
  put(page);
}

Result<std::unique_ptr<BlockFileWriter>> BlockFileWriter::create(
    io::FileSystem& files, const std::string& path, const BlockFileIdentity& identity) {
  VECSTORE_ASSIGN(auto file, files.create(path, io::Create::kNew));
  return std::unique_ptr<BlockFileWriter>(
      new BlockFileWriter(files, path, identity, std::move(file)));
}

BlockFileWriter::~BlockFileWriter() {
  if (finished_) return;
  file_ = nullptr;
  // A file that cannot be removed is in nobody's way: no manifest names it.
  Status ignored = files_.remove(path_);
}

Status BlockFileWriter::begin(std::string_view name, BlockLayout layout) {
  VECSTORE_TRY(status_);
  if (in_block_ || finished_) return misused("block '" + std::string(name) + "' begun out of turn");
  if (name.empty() || name.size() > kMaxBlockNameBytes) {
    return misused("a block name of " + std::to_string(name.size()) + " bytes");
  }
  if (!names_.emplace(name).second) return misused("two blocks '" + std::string(name) + "'");
  pad_to(alignment_of(layout));
  block_ = {.name = std::string(name), .layout = layout, .offset = position_};
  checksum_ = 0;
  page_checksums_.clear();
  in_block_ = true;
  return status_;
}

Status BlockFileWriter::append(ByteView data) {
  VECSTORE_TRY(status_);
  if (!in_block_) return misused("data outside a block");
  if (block_.layout == BlockLayout::kWhole) {
    checksum_ = crc32c(data, checksum_);
    block_.length += data.size();
  } else {
    checksum_pages(data);
  }
  put(data);
  return status_;
}

void BlockFileWriter::checksum_pages(ByteView data) {
  while (!data.empty()) {
    std::size_t room = kPageBytes - static_cast<std::size_t>(block_.length % kPageBytes);
    ByteView part = data.first(std::min(room, data.size()));
    checksum_ = crc32c(part, checksum_);
    block_.length += part.size();
    data = data.subspan(part.size());
    if (part.size() == room) end_page();
  }
}

void BlockFileWriter::end_page() {
  put_u32(page_checksums_, checksum_);
  checksum_ = 0;
}

Status BlockFileWriter::end() {
  VECSTORE_TRY(status_);
  if (!in_block_) return misused("the end of a block that was not begun");
  in_block_ = false;
  if (block_.layout == BlockLayout::kPaged) {
    if (block_.length % kPageBytes != 0) end_page();
    pad_to(kBlockAlignment);
    block_.checksums_offset = position_;
    put(page_checksums_);
    checksum_ = crc32c(page_checksums_);
  }
  block_.checksum = checksum_;
  encode_block_entry(block_, directory_);
  return status_;
}

Status BlockFileWriter::add(std::string_view name, BlockLayout layout, ByteView data) {
  VECSTORE_TRY(begin(name, layout));
  VECSTORE_TRY(append(data));
  return end();
}

Result<std::uint64_t> BlockFileWriter::finish() {
  VECSTORE_TRY(status_);
  if (in_block_ || finished_) return misused("finished out of turn");
  pad_to(kBlockAlignment);
  BlockFooter footer{identity_, position_, directory_.size(), crc32c(directory_)};
  put(directory_);
  Bytes bytes;
  encode_block_footer(footer, bytes);
  put(bytes);
  flush();
  if (status_.ok() && !VECSTORE_MUTANT("block.not_synced")) status_ = file_->sync();
  if (status_.ok()) status_ = file_->close();
  VECSTORE_TRY(status_);
  finished_ = true;
  return position_;
}

void BlockFileWriter::put(ByteView data) {
  position_ += data.size();
  if (buffer_.size() + data.size() > gathered_) flush();
  if (data.size() < gathered_) {
    put_bytes(buffer_, data);
  } else if (status_.ok()) {
    status_ = file_->append(data);
  }
}

void BlockFileWriter::pad_to(std::uint64_t alignment) {
  static constexpr std::byte kZeros[kPageBytes] = {};
  put({kZeros, static_cast<std::size_t>(align_up(position_, alignment) - position_)});
}

void BlockFileWriter::flush() {
  if (status_.ok() && !buffer_.empty()) status_ = file_->append(buffer_);
  buffer_.clear();
}

Status BlockFileWriter::misused(const std::string& what) {
  status_ = internal_error(path_ + ": " + what);
  return status_;
}

}  // namespace vecstore::storage
