// One record of the log, as bytes and back. Format: docs/format/log.md.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "vecstore/status.h"

namespace vecstore::storage {

// The numbers are stored in files: never reuse one.
enum class LogType : std::uint8_t {
  kUpsert = 1,
  kUpdate = 2,
  kRemove = 3,
  kSoftDelete = 4,
  kRestore = 5,
  kCreateCollection = 16,
  kDropCollection = 17,
  kAlterCollection = 18,
  kSetName = 19,  // of a collection or an alias
  kDropAlias = 20,
  kSeal = 32,    // the collection's memory segment ends here
  kCommit = 33,  // ends a group: all of it or nothing
  kMark = 34,    // nothing but its `synced`: written at a clean close
};

struct LogRecord {
  LogType type = LogType::kMark;
  bool in_group = false;       // takes effect only with the kCommit that follows it
  std::uint64_t sequence = 0;  // dense: each record is its predecessor's + 1
  std::uint64_t synced = 0;    // everything up to here was on the disk when this record was written
  std::uint64_t epoch = 0;     // of the writer: one more at each open for writing
  std::int64_t time_ms = 0;    // writer's clock; what created_at and updated_at come from
  std::uint64_t producer = 0;  // for retries; 0 = none
  std::uint64_t producer_sequence = 0;
  std::uint32_t collection = 0;
  ByteView payload;
};

// The longest payload; open refuses a longer one as damage.
inline constexpr std::size_t kMaxLogPayloadBytes = std::size_t{256} << 20;
inline constexpr std::size_t kLogRecordHeaderBytes = 72;

// Appends the record's bytes. `salt` is the database's: a record of another database, or one quoted
// inside a payload, does not verify. The payload is at most kMaxLogPayloadBytes.
void encode_log_record(const LogRecord& record, std::uint32_t salt, Bytes& out);

// Bytes that encode_log_record will append.
std::size_t encoded_log_record_size(std::size_t payload_size);

// The header of a record as it was written, apart from its meaning.
struct LogRecordHeader {
  LogRecord record;  // without payload
  std::uint32_t payload_size = 0;
  std::uint32_t payload_checksum = 0;

  // Size of header and payload.
  std::uint64_t size() const { return kLogRecordHeaderBytes + payload_size; }
};

// The header in the first kLogRecordHeaderBytes of `bytes` when it was written with `salt`,
// whatever it says; nothing when it was not.
std::optional<LogRecordHeader> decode_log_record_header(ByteView bytes, std::uint32_t salt);

// kFailedPrecondition when a verified header asks for what this version does not know.
Status check_log_record_features(ByteView header);

}  // namespace vecstore::storage
