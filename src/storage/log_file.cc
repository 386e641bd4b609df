#include "storage/log_file.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/coding.h"
#include "base/crc32c.h"
#include "base/mutant.h"

namespace vecstore::storage {
namespace {

constexpr std::string_view kMagic = "VSLOG\r\n\x1a";
constexpr std::uint32_t kVersion = 1;
constexpr std::uint8_t kChecksumAlgorithm = 1;  // CRC-32C
constexpr std::size_t kWindowBytes = std::size_t{1} << 20;
constexpr std::size_t kSearchStepBytes = kWindowBytes / 2;

// Offsets in the file header: see docs/format/log.md.
constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kSaltAt = 12;
constexpr std::size_t kNumberAt = 16;
constexpr std::size_t kFirstSequenceAt = 24;
constexpr std::size_t kKeyAt = 32;
constexpr std::size_t kAlgorithmAt = 36;
constexpr std::size_t kChecksumAt = 60;

bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

bool verifies(ByteView header) {
  return as_text(header.first(kMagic.size())) == kMagic &&
         load_u32(header.data() + kChecksumAt) == crc32c(header.first(kChecksumAt));
}

Status check_features(ByteView header) {
  std::uint32_t version = load_u32(header.data() + kVersionAt);
  std::uint32_t key = load_u32(header.data() + kKeyAt);
  auto algorithm = static_cast<unsigned>(header[kAlgorithmAt]);
  if (version > kVersion) {
    return failed_precondition("log format " + std::to_string(version) +
                               " is newer than this version, which reads up to " +
                               std::to_string(kVersion));
  }
  if (key != 0) return failed_precondition("is encrypted, which is newer than this version");
  if (algorithm != kChecksumAlgorithm) {
    return failed_precondition("checksum algorithm " + std::to_string(algorithm) +
                               " is newer than this version");
  }
  return {};
}

}  // namespace

void encode_log_file_header(const LogFileHeader& header, Bytes& out) {
  std::byte bytes[kLogFileHeaderBytes] = {};
  std::memcpy(bytes, kMagic.data(), kMagic.size());
  store_u32(bytes + kVersionAt, kVersion);
  store_u32(bytes + kSaltAt, header.salt);
  store_u64(bytes + kNumberAt, header.number);
  store_u64(bytes + kFirstSequenceAt, header.first_sequence);
  bytes[kAlgorithmAt] = std::byte{kChecksumAlgorithm};
  store_u32(bytes + kChecksumAt, crc32c({bytes, kChecksumAt}));
  out.insert(out.end(), bytes, bytes + sizeof bytes);
}

std::string log_file_path(const std::string& folder, std::uint64_t number) {
  return folder + "/" + std::to_string(number) + ".log";
}

std::optional<std::uint64_t> parse_log_file_name(std::string_view name) {
  constexpr std::string_view kSuffix = ".log";
  constexpr std::size_t kMaxDigits = 18;  // far from overflow, and no folder holds as many
  if (!name.ends_with(kSuffix)) return std::nullopt;
  name.remove_suffix(kSuffix.size());
  if (name.empty() || name.size() > kMaxDigits || name[0] == '0') return std::nullopt;
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
  return number;
}

Result<std::uint32_t> read_log_file_salt(io::FileSystem& files, const std::string& path) {
  VECSTORE_ASSIGN(const auto file, files.open(path, io::Access::kRead));
  Bytes header(kLogFileHeaderBytes);
  const bool whole = file->size() >= header.size();
  if (whole) VECSTORE_TRY(file->read(0, header));
  if (!whole || !verifies(header)) return data_loss(path + " at offset 0: the header is damaged");
  VECSTORE_TRY(check_features(header));
  return load_u32(header.data() + kSaltAt);
}

Result<ByteView> FileWindow::at(std::uint64_t offset, std::size_t length) {
  if (offset >= begin_ && offset - begin_ <= filled_ && filled_ - (offset - begin_) >= length) {
    return ByteView(buffer_).subspan(static_cast<std::size_t>(offset - begin_), length);
  }
  std::size_t kept = 0;
  if (offset >= begin_ && offset - begin_ < filled_) {
    kept = filled_ - static_cast<std::size_t>(offset - begin_);
    std::memmove(buffer_.data(), buffer_.data() + (filled_ - kept), kept);
  }
  begin_ = offset;
  filled_ = kept;
  std::uint64_t left = file_.size() - offset;
  auto wanted =
      static_cast<std::size_t>(std::min<std::uint64_t>(std::max(length, kWindowBytes), left));
  if (buffer_.size() < wanted) buffer_.resize(wanted);
  VECSTORE_TRY(file_.read(offset + kept, std::span(buffer_).subspan(kept, wanted - kept)));
  filled_ = wanted;
  return ByteView(buffer_).first(length);
}

Result<std::unique_ptr<LogFileReader>> LogFileReader::open(io::FileSystem& files,
                                                           const std::string& path,
                                                           std::uint32_t salt,
                                                           std::uint64_t number) {
  VECSTORE_ASSIGN(auto file, files.open(path, io::Access::kRead));
  std::unique_ptr<LogFileReader> reader(new LogFileReader(path, salt, std::move(file)));
  VECSTORE_TRY(reader->read_header(number));
  return reader;
}

Status LogFileReader::read_header(std::uint64_t number) {
  if (size() < kLogFileHeaderBytes) return {};
  std::byte bytes[kLogFileHeaderBytes];  // not through the window, which would read far ahead
  VECSTORE_TRY(file_->read(0, bytes));
  const ByteView header(bytes);
  if (!verifies(header)) return {};
  if (Status status = check_features(header); !status.ok()) return status.with_context(path_);
  if (load_u32(header.data() + kSaltAt) != salt_ && !VECSTORE_MUTANT("log.foreign_accepted")) {
    return data_loss(path_ + " belongs to another database");
  }
  if (std::uint64_t stored = load_u64(header.data() + kNumberAt); stored != number) {
    return data_loss(path_ + " is log file " + std::to_string(stored) + " under a wrong name");
  }
  std::uint64_t first = load_u64(header.data() + kFirstSequenceAt);
  if (first != 0) first_sequence_ = first;
  return {};
}

Result<LogFileReader::Found> LogFileReader::read(std::uint64_t offset, LogRecord* record,
                                                 std::uint64_t* end) {
  *end = offset + 1;
  std::uint64_t left = size() - offset;
  if (left == 0) return Found::kEnd;
  if (left < kLogRecordHeaderBytes) return Found::kBad;
  VECSTORE_ASSIGN(ByteView bytes, window_.at(offset, kLogRecordHeaderBytes));
  auto header = decode_log_record_header(bytes, salt_);
  if (!header) return Found::kBad;
  *end = std::min(offset + header->size(), size());
  if (header->size() > left) return Found::kBad;
  VECSTORE_ASSIGN(bytes, window_.at(offset, static_cast<std::size_t>(header->size())));
  ByteView payload = bytes.subspan(kLogRecordHeaderBytes);
  const bool whole =
      VECSTORE_MUTANT("log.payload_unchecked") || crc32c(payload) == header->payload_checksum;
  if (!whole) return Found::kBad;
  if (Status status = check_log_record_features(bytes); !status.ok()) {
    return status.with_context(path_ + " at offset " + std::to_string(offset));
  }
  *record = header->record;
  record->payload = payload;
  return Found::kRecord;
}

Result<std::uint32_t> LogFileReader::checksum_at(std::uint64_t offset) {
  VECSTORE_ASSIGN(const ByteView bytes, window_.at(offset, sizeof(std::uint32_t)));
  return load_u32(bytes.data());
}

Result<std::optional<LogFileReader::Place>> LogFileReader::find(std::uint64_t offset,
                                                                std::uint64_t after) {
  while (offset < size() && size() - offset >= kLogRecordHeaderBytes) {
    auto length =
        static_cast<std::size_t>(std::min<std::uint64_t>(size() - offset, kSearchStepBytes));
    VECSTORE_ASSIGN(ByteView bytes, window_.at(offset, length));
    for (; bytes.size() >= kLogRecordHeaderBytes; bytes = bytes.subspan(1), ++offset) {
      auto header = decode_log_record_header(bytes, salt_);
      if (header && header->record.sequence > after) return std::optional(Place{offset, *header});
    }
  }
  return std::optional<Place>();
}

Result<bool> LogFileReader::has_zero_sector(std::uint64_t begin, std::uint64_t end) {
  while (begin < end) {
    std::uint64_t sector_end = (begin / kLogSectorBytes + 1) * kLogSectorBytes;
    if (sector_end > end) break;
    VECSTORE_ASSIGN(ByteView bytes,
                    window_.at(begin, static_cast<std::size_t>(sector_end - begin)));
    if (all_zero(bytes)) return true;
    begin = sector_end;
  }
  return false;
}

}  // namespace vecstore::storage
