#include "storage/log_record.h"

#include <gtest/gtest.h>

#include "base/coding.h"
#include "base/crc32c.h"

namespace vecstore::storage {
namespace {

constexpr std::uint32_t kSalt = 0x5eed1234;

LogRecord full_record() {
  LogRecord record;
  record.type = LogType::kUpsert;
  record.in_group = true;
  record.sequence = 42;
  record.synced = 41;
  record.epoch = 3;
  record.time_ms = -5;
  record.producer = 9;
  record.producer_sequence = 10;
  record.collection = 2;
  record.payload = as_bytes("hello");
  return record;
}

TEST(LogRecord, every_field_comes_back) {
  Bytes bytes;
  encode_log_record(full_record(), kSalt, bytes);
  ASSERT_EQ(bytes.size(), encoded_log_record_size(5));
  auto header = decode_log_record_header(bytes, kSalt);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->payload_size, 5u);
  EXPECT_EQ(header->size(), bytes.size());
  EXPECT_EQ(header->record.type, LogType::kUpsert);
  EXPECT_TRUE(header->record.in_group);
  EXPECT_EQ(header->record.sequence, 42u);
  EXPECT_EQ(header->record.synced, 41u);
  EXPECT_EQ(header->record.epoch, 3u);
  EXPECT_EQ(header->record.time_ms, -5);
  EXPECT_EQ(header->record.producer, 9u);
  EXPECT_EQ(header->record.producer_sequence, 10u);
  EXPECT_EQ(header->record.collection, 2u);
  EXPECT_TRUE(check_log_record_features(bytes).ok());
}

TEST(LogRecord, encoding_appends) {
  Bytes bytes(3, std::byte{7});
  encode_log_record(full_record(), kSalt, bytes);
  EXPECT_EQ(bytes.size(), 3 + encoded_log_record_size(5));
  EXPECT_TRUE(decode_log_record_header(ByteView(bytes).subspan(3), kSalt));
}

TEST(LogRecord, another_salt_does_not_verify) {
  Bytes bytes;
  encode_log_record(full_record(), kSalt, bytes);
  EXPECT_FALSE(decode_log_record_header(bytes, kSalt + 1));
}

TEST(LogRecord, no_flipped_bit_of_the_header_verifies) {
  Bytes bytes;
  encode_log_record(full_record(), kSalt, bytes);
  for (std::size_t bit = 0; bit < kLogRecordHeaderBytes * 8; ++bit) {
    Bytes damaged = bytes;
    damaged[bit / 8] ^= std::byte{1} << (bit % 8);
    EXPECT_FALSE(decode_log_record_header(damaged, kSalt)) << "bit " << bit;
  }
}

TEST(LogRecord, a_header_cut_off_does_not_verify) {
  Bytes bytes;
  encode_log_record(full_record(), kSalt, bytes);
  for (std::size_t size = 0; size < kLogRecordHeaderBytes; ++size) {
    EXPECT_FALSE(decode_log_record_header(ByteView(bytes).first(size), kSalt));
  }
}

TEST(LogRecord, zeros_are_no_record_under_any_salt) {
  // Under one salt the checksum of zeros is zero: the sequence must tell.
  Bytes zeros(kLogRecordHeaderBytes);
  for (std::uint32_t salt = 0; salt < 1000; ++salt) {
    EXPECT_FALSE(decode_log_record_header(zeros, salt));
  }
}

TEST(LogRecord, what_a_newer_version_wrote_is_refused_by_name) {
  struct Case {
    std::size_t offset;
    std::string_view says;
  };
  for (Case c : {Case{16, "the record's type 78 is newer than this version"},
                 Case{17, "the record's flags 78 is newer than this version"},
                 Case{18, "the record's codec 78 is newer than this version"},
                 Case{20, "the record's encryption key 78 is newer than this version"}}) {
    Bytes bytes;
    encode_log_record(full_record(), kSalt, bytes);
    bytes[c.offset] = std::byte{78};
    store_u32(bytes.data(), crc32c(ByteView(bytes).subspan(4, 68), kSalt));
    EXPECT_TRUE(decode_log_record_header(bytes, kSalt));
    Status status = check_log_record_features(bytes);
    EXPECT_EQ(status.code(), Code::kFailedPrecondition);
    EXPECT_EQ(status.message(), c.says);
  }
}

TEST(LogRecord, a_sequence_or_length_that_no_writer_uses_does_not_verify) {
  for (std::uint64_t sequence : {std::uint64_t{0}, UINT64_MAX}) {
    LogRecord record = full_record();
    record.sequence = sequence;
    Bytes bytes;
    encode_log_record(record, kSalt, bytes);
    EXPECT_FALSE(decode_log_record_header(bytes, kSalt)) << sequence;
  }
  Bytes bytes;
  encode_log_record(full_record(), kSalt, bytes);
  store_u32(bytes.data() + 4, (std::uint32_t{256} << 20) + 1);
  store_u32(bytes.data(), crc32c(ByteView(bytes).subspan(4, 68), kSalt));
  EXPECT_FALSE(decode_log_record_header(bytes, kSalt));
}

}  // namespace
}  // namespace vecstore::storage
