// Block files whose footer is damaged: what can still be confirmed by a checksum is read.
#include <algorithm>

#include "base/coding.h"
#include "base/crc32c.h"
#include "storage/block_file.h"

namespace vecstore::storage {
namespace {

constexpr std::uint64_t kMaxDirectoryBytes = std::uint64_t{256} << 10;  // thousands of blocks
constexpr std::size_t kDirectoryChecksumAt = 48;                        // in the footer
constexpr std::size_t kFooterChecksumAt = kFooterBytes - sizeof(std::uint32_t);

Result<BlockFileIdentity> identify(const io::ReadableFile& file) {
  if (file.size() < kPageBytes + kFooterBytes) return data_loss("too short for a block file");
  Bytes bytes(kFooterBytes);
  VECSTORE_TRY(file.read(file.size() - kFooterBytes, bytes));
  const Result<BlockFooter> footer = decode_block_footer(bytes);
  if (footer.ok()) return footer->identity;
  if (footer.status().code() != Code::kDataLoss) return footer.status();
  bytes.resize(kPageBytes);
  VECSTORE_TRY(file.read(0, bytes));
  return decode_header_page(bytes);
}

}  // namespace

Result<BlockFileIdentity> identify_block_file(io::FileSystem& files, const std::string& path) {
  VECSTORE_ASSIGN(const auto file, files.open(path, io::Access::kRead));
  auto identity = identify(*file);
  if (!identity.ok()) return identity.status().with_context(path);
  return identity;
}

Result<std::shared_ptr<const BlockFile>> BlockFile::open_damaged(
    io::FileSystem& files, const std::string& path, const BlockFileIdentity& identity) {
  auto whole = open(files, path, io::Access::kRead, identity);
  if (whole.ok() || whole.status().code() != Code::kDataLoss) return whole;
  VECSTORE_ASSIGN(auto opened, files.open(path, io::Access::kRead));
  std::shared_ptr<BlockFile> file(new BlockFile(path, std::move(opened)));
  const Result<BlockFileIdentity> found = identify(*file->file_);
  const bool found_again = found.ok() && *found == identity;
  const Status directory = found_again ? file->find_directory(identity) : Status();
  for (const Status& one : {found.status(), directory})
    if (one.code() == Code::kResourceExhausted) return one;  // it may be whole
  if (!found_again || !directory.ok()) return whole.status();
  return std::shared_ptr<const BlockFile>(std::move(file));
}

// The footer that a writer would have put behind each place where a directory may begin: where one
// of its checksums, that of the directory or that of the footer over it, is the stored one, there
// the directory is.
Status BlockFile::find_directory(const BlockFileIdentity& identity) {
  const std::uint64_t footer_at = size() - kFooterBytes;
  const std::uint64_t least =
      std::max<std::uint64_t>(kPageBytes, footer_at - std::min(footer_at, kMaxDirectoryBytes));
  Bytes end(static_cast<std::size_t>(size() - least));
  VECSTORE_TRY(file_->read(least, end));
  const ByteView stored = ByteView(end).last(kFooterBytes);
  for (std::uint64_t begin = footer_at / kBlockAlignment * kBlockAlignment; begin >= least;
       begin -= kBlockAlignment) {
    const ByteView directory = ByteView(end).subspan(static_cast<std::size_t>(begin - least),
                                                     static_cast<std::size_t>(footer_at - begin));
    const BlockFooter footer{identity, begin, directory.size(), crc32c(directory)};
    Bytes expected;
    encode_block_footer(footer, expected);
    const bool confirmed =
        load_u32(stored.data() + kDirectoryChecksumAt) == footer.directory_checksum ||
        load_u32(stored.data() + kFooterChecksumAt) ==
            load_u32(expected.data() + kFooterChecksumAt);
    if (!confirmed) continue;
    auto entries = decode_block_directory(directory, begin);
    if (!entries.ok()) continue;
    footer_ = footer;
    add_blocks(*std::move(entries));
    return {};
  }
  return data_loss(path_ + ": no directory was found");
}

}  // namespace vecstore::storage
