#include "storage/log_record.h"

#include <cassert>
#include <string>

#include "base/coding.h"
#include "base/crc32c.h"
#include "base/mutant.h"

namespace vecstore::storage {
namespace {

// Offsets in a record: see docs/format/log.md.
constexpr std::size_t kChecksumAt = 0;
constexpr std::size_t kLengthAt = 4;
constexpr std::size_t kPayloadChecksumAt = 8;
constexpr std::size_t kCollectionAt = 12;
constexpr std::size_t kTypeAt = 16;
constexpr std::size_t kFlagsAt = 17;
constexpr std::size_t kCodecAt = 18;
constexpr std::size_t kKeyAt = 20;
constexpr std::size_t kSequenceAt = 24;
constexpr std::size_t kSyncedAt = 32;
constexpr std::size_t kEpochAt = 40;
constexpr std::size_t kTimeAt = 48;
constexpr std::size_t kProducerAt = 56;
constexpr std::size_t kProducerSequenceAt = 64;

constexpr std::uint8_t kInGroup = 1;

std::uint32_t header_checksum(const std::byte* header, std::uint32_t salt) {
  const std::size_t left_out = VECSTORE_MUTANT("log.checksum_range") ? sizeof(std::uint64_t) : 0;
  return crc32c({header + kLengthAt, kLogRecordHeaderBytes - kLengthAt - left_out}, salt);
}

bool is_known(LogType type) {
  switch (type) {
    case LogType::kUpsert:
    case LogType::kUpdate:
    case LogType::kRemove:
    case LogType::kSoftDelete:
    case LogType::kRestore:
    case LogType::kCreateCollection:
    case LogType::kDropCollection:
    case LogType::kAlterCollection:
    case LogType::kSetName:
    case LogType::kDropAlias:
    case LogType::kSeal:
    case LogType::kCommit:
    case LogType::kMark:
      return true;
  }
  return false;
}

}  // namespace

void encode_log_record(const LogRecord& record, std::uint32_t salt, Bytes& out) {
  assert(record.payload.size() <= kMaxLogPayloadBytes);
  std::byte header[kLogRecordHeaderBytes] = {};
  store_u32(header + kLengthAt, static_cast<std::uint32_t>(record.payload.size()));
  store_u32(header + kPayloadChecksumAt, crc32c(record.payload));
  store_u32(header + kCollectionAt, record.collection);
  header[kTypeAt] = static_cast<std::byte>(record.type);
  header[kFlagsAt] = std::byte{record.in_group ? kInGroup : std::uint8_t{0}};
  store_u64(header + kSequenceAt, record.sequence);
  store_u64(header + kSyncedAt, record.synced);
  store_u64(header + kEpochAt, record.epoch);
  store_u64(header + kTimeAt, static_cast<std::uint64_t>(record.time_ms));
  store_u64(header + kProducerAt, record.producer);
  store_u64(header + kProducerSequenceAt, record.producer_sequence);
  store_u32(header + kChecksumAt, header_checksum(header, salt));
  out.insert(out.end(), header, header + sizeof header);
  out.insert(out.end(), record.payload.begin(), record.payload.end());
}

std::size_t encoded_log_record_size(std::size_t payload_size) {
  return kLogRecordHeaderBytes + payload_size;
}

std::optional<LogRecordHeader> decode_log_record_header(ByteView bytes, std::uint32_t salt) {
  if (bytes.size() < kLogRecordHeaderBytes) return std::nullopt;
  const std::byte* header = bytes.data();
  LogRecordHeader out;
  out.payload_size = load_u32(header + kLengthAt);
  out.record.sequence = load_u64(header + kSequenceAt);
  // Cheap tests first: the search behind bad bytes comes here once per byte.
  if (out.payload_size > kMaxLogPayloadBytes) return std::nullopt;
  if (out.record.sequence == 0 || out.record.sequence == UINT64_MAX) return std::nullopt;
  if (load_u32(header + kChecksumAt) != header_checksum(header, salt)) return std::nullopt;
  out.payload_checksum = load_u32(header + kPayloadChecksumAt);
  out.record.type = static_cast<LogType>(header[kTypeAt]);
  out.record.in_group = (static_cast<std::uint8_t>(header[kFlagsAt]) & kInGroup) != 0;
  out.record.synced = load_u64(header + kSyncedAt);
  out.record.epoch = load_u64(header + kEpochAt);
  out.record.time_ms = static_cast<std::int64_t>(load_u64(header + kTimeAt));
  out.record.producer = load_u64(header + kProducerAt);
  out.record.producer_sequence = load_u64(header + kProducerSequenceAt);
  out.record.collection = load_u32(header + kCollectionAt);
  return out;
}

Status check_log_record_features(ByteView header) {
  auto newer = [](std::string_view what, unsigned number) {
    return failed_precondition("the record's " + std::string(what) + " " + std::to_string(number) +
                               " is newer than this version");
  };
  auto at = [&](std::size_t offset) { return static_cast<unsigned>(header[offset]); };
  if (!is_known(static_cast<LogType>(header[kTypeAt]))) return newer("type", at(kTypeAt));
  if ((at(kFlagsAt) & ~unsigned{kInGroup}) != 0) return newer("flags", at(kFlagsAt));
  if (at(kCodecAt) != 0) return newer("codec", at(kCodecAt));
  if (std::uint32_t key = load_u32(header.data() + kKeyAt); key != 0) {
    return newer("encryption key", key);
  }
  return {};
}

}  // namespace vecstore::storage
