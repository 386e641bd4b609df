// BlockFile::verify: every byte of the file once, from the disk and not from what was verified
// before.
#include <algorithm>

#include "base/coding.h"
#include "base/crc32c.h"
#include "base/mutant.h"
#include "storage/block_file.h"

namespace vecstore::storage {
namespace {

constexpr std::uint64_t kStepBytes = std::uint64_t{1} << 20;  // a multiple of pages

class Verifier {
 public:
  Verifier(const io::ReadableFile& file, const BlockFile::Report& report)
      : file_(file), report_(report) {}

  Status bytes_equal(std::uint64_t offset, const Bytes& expected, const std::string& what);
  Status zeros(std::uint64_t begin, std::uint64_t end);
  Status checksum_equals(std::uint64_t begin, std::uint64_t length, std::uint32_t expected,
                         const std::string& what);
  Status pages(const BlockEntry& entry);

 private:
  // Calls `use(offset, bytes)` for all bytes from `begin`, a step at a time.
  template <typename Use>
  Status for_each_step(std::uint64_t begin, std::uint64_t length, Use use);

  const io::ReadableFile& file_;
  const BlockFile::Report& report_;
  Bytes buffer_;
};

template <typename Use>
Status Verifier::for_each_step(std::uint64_t begin, std::uint64_t length, Use use) {
  for (std::uint64_t done = 0; done < length;) {
    auto step = static_cast<std::size_t>(std::min(length - done, kStepBytes));
    if (buffer_.size() < step) buffer_.resize(step);
    auto bytes = std::span(buffer_).first(step);
    VECSTORE_TRY(file_.read(begin + done, bytes));
    use(begin + done, ByteView(bytes));
    done += step;
  }
  return {};
}

Status Verifier::bytes_equal(std::uint64_t offset, const Bytes& expected, const std::string& what) {
  return for_each_step(offset, expected.size(), [&](std::uint64_t at, ByteView bytes) {
    auto same = expected.begin() + static_cast<std::ptrdiff_t>(at - offset);
    if (!std::equal(bytes.begin(), bytes.end(), same)) report_(offset, what + " is damaged");
  });
}

Status Verifier::zeros(std::uint64_t begin, std::uint64_t end) {
  if (VECSTORE_MUTANT("check.padding_unread")) return {};
  return for_each_step(begin, end - begin, [&](std::uint64_t, ByteView bytes) {
    for (std::byte byte : bytes) {
      if (byte != std::byte{0}) return report_(begin, "padding is not zero");
    }
  });
}

Status Verifier::checksum_equals(std::uint64_t begin, std::uint64_t length, std::uint32_t expected,
                                 const std::string& what) {
  std::uint32_t checksum = 0;
  VECSTORE_TRY(for_each_step(
      begin, length, [&](std::uint64_t, ByteView bytes) { checksum = crc32c(bytes, checksum); }));
  if (checksum != expected) report_(begin, what);
  return {};
}

Status Verifier::pages(const BlockEntry& entry) {
  const std::string name = "block '" + entry.name + "'";
  Bytes checksums(static_cast<std::size_t>(entry.checksums_length()));
  VECSTORE_TRY(file_.read(entry.checksums_offset, checksums));
  if (crc32c(checksums) != entry.checksum) {
    report_(entry.checksums_offset, "the page checksums of " + name + " are damaged");
    return {};
  }
  return for_each_step(entry.offset, entry.length, [&](std::uint64_t at, ByteView bytes) {
    for (std::size_t done = 0; done < bytes.size(); done += kPageBytes) {
      ByteView page = bytes.subspan(done, std::min(kPageBytes, bytes.size() - done));
      std::uint64_t number = (at + done - entry.offset) / kPageBytes;
      if (crc32c(page) == load_u32(checksums.data() + number * sizeof(std::uint32_t))) continue;
      report_(at + done, "page " + std::to_string(number) + " of " + name + " is damaged");
    }
  });
}

}  // namespace

Status BlockFile::verify(const Report& report) const {
  Verifier verifier(*file_, report);
  Bytes header;
  encode_header_page(footer_.identity, header);
  VECSTORE_TRY(verifier.bytes_equal(0, header, "the header page"));
  std::uint64_t position = kPageBytes;
  for (const BlockSlot& slot : slots_) {
    const BlockEntry& entry = slot.entry;
    VECSTORE_TRY(verifier.zeros(position, entry.offset));
    if (entry.layout == BlockLayout::kPaged) {
      VECSTORE_TRY(verifier.zeros(entry.offset + entry.length, entry.checksums_offset));
      VECSTORE_TRY(verifier.pages(entry));
    } else {
      VECSTORE_TRY(verifier.checksum_equals(entry.offset, entry.length, entry.checksum,
                                            "block '" + entry.name + "' is damaged"));
    }
    position = entry.end();
  }
  const std::uint64_t directory = footer_.directory_offset;
  VECSTORE_TRY(verifier.zeros(position, directory));
  VECSTORE_TRY(verifier.checksum_equals(directory, footer_.directory_length,
                                        footer_.directory_checksum, "damaged directory"));
  Bytes footer;
  encode_block_footer(footer_, footer);
  return verifier.bytes_equal(directory + footer_.directory_length, footer, "the footer");
}

}  // namespace vecstore::storage
