#include "storage/log_file.h"

#include <gtest/gtest.h>

#include "base/coding.h"
#include "base/crc32c.h"
#include "io/fault_file_system.h"
#include "storage/format_example.h"
#include "storage/sample_log.h"

namespace vecstore::storage {
namespace {

using Found = LogFileReader::Found;

Result<std::unique_ptr<LogFileReader>> open_bytes(io::MemoryFileSystem& files, ByteView bytes,
                                                  std::uint32_t salt = kSampleSalt) {
  VECSTORE_TRY(files.set_content("wal/1.log", bytes));
  return LogFileReader::open(files, "wal/1.log", salt, 1);
}

Bytes header_bytes(std::uint64_t first = 1) {
  Bytes bytes;
  encode_log_file_header({kSampleSalt, 1, first}, bytes);
  return bytes;
}

// A header that verifies although its byte at `offset` was changed.
Bytes header_with(std::size_t offset, std::uint8_t value) {
  Bytes bytes = header_bytes();
  bytes[offset] = std::byte{value};
  store_u32(bytes.data() + 60, crc32c(ByteView(bytes).first(60)));
  return bytes;
}

TEST(LogFile, only_plain_numbers_are_names) {
  EXPECT_EQ(parse_log_file_name("1.log"), 1u);
  EXPECT_EQ(parse_log_file_name("123456.log"), 123456u);
  for (std::string_view name : {"0.log", "01.log", ".log", "1", "1.log.tmp", "-1.log", "+1.log",
                                "1x.log", "1e3.log", "12345678901234567890.log", "LOCK", ""}) {
    EXPECT_FALSE(parse_log_file_name(name)) << name;
  }
  EXPECT_EQ(log_file_path("db/wal", 7), "db/wal/7.log");
}

TEST(LogFile, the_salt_is_told_by_a_header_that_verifies_and_is_not_newer) {
  io::MemoryFileSystem files;
  const auto salt_in = [&](ByteView bytes) {
    EXPECT_TRUE(files.set_content("wal/1.log", bytes).ok());
    return read_log_file_salt(files, "wal/1.log");
  };
  EXPECT_EQ(read_log_file_salt(files, "wal/1.log").status().code(), Code::kNotFound);
  EXPECT_EQ(salt_in(header_bytes()).value(), kSampleSalt);
  EXPECT_EQ(salt_in(ByteView(header_bytes()).first(63)).status().code(), Code::kDataLoss);
  Bytes flipped = header_bytes();
  flipped[20] ^= std::byte{1};
  EXPECT_EQ(salt_in(flipped).status().code(), Code::kDataLoss);
  EXPECT_EQ(salt_in(header_with(8, 99)).status().code(), Code::kFailedPrecondition);
  io::FaultFileSystem failing(files);
  failing.fail({.kind = io::FaultKind::kInputOutput, .at = 1});  // behind opening it
  EXPECT_EQ(read_log_file_salt(failing, "wal/1.log").status().code(), Code::kUnknown);
}

TEST(LogFile, the_header_says_the_first_sequence) {
  io::MemoryFileSystem files;
  auto reader = open_bytes(files, header_bytes(42));
  ASSERT_TRUE(reader.ok()) << reader.status().to_string();
  EXPECT_EQ((*reader)->first_sequence(), 42u);
}

TEST(LogFile, a_header_cut_off_or_flipped_anywhere_is_bad_but_no_error) {
  io::MemoryFileSystem files;
  Bytes header = header_bytes();
  for (std::size_t size = 0; size < header.size(); ++size) {
    auto reader = open_bytes(files, ByteView(header).first(size));
    ASSERT_TRUE(reader.ok());
    EXPECT_FALSE((*reader)->first_sequence()) << size;
  }
  for (std::size_t bit = 0; bit < header.size() * 8; ++bit) {
    Bytes damaged = header;
    damaged[bit / 8] ^= std::byte{1} << (bit % 8);
    auto reader = open_bytes(files, damaged);
    ASSERT_TRUE(reader.ok());
    EXPECT_FALSE((*reader)->first_sequence()) << bit;
  }
}

TEST(LogFile, a_newer_format_is_refused_by_name) {
  io::MemoryFileSystem files;
  struct Case {
    std::size_t offset;
    std::string_view says;
  };
  for (Case c : {Case{8, "log format 9 is newer"}, Case{32, "is encrypted"},
                 Case{36, "checksum algorithm 9 is newer"}}) {
    auto reader = open_bytes(files, header_with(c.offset, 9));
    EXPECT_EQ(reader.status().code(), Code::kFailedPrecondition);
    EXPECT_NE(reader.status().message().find(c.says), std::string::npos)
        << reader.status().message();
    EXPECT_TRUE(reader.status().message().starts_with("wal/1.log: "));
  }
}

TEST(LogFile, a_file_of_another_database_or_number_is_refused) {
  io::MemoryFileSystem files;
  EXPECT_EQ(open_bytes(files, header_bytes(), kSampleSalt + 1).status().code(), Code::kDataLoss);
  ASSERT_TRUE(files.set_content("wal/2.log", header_bytes()).ok());
  auto swapped = LogFileReader::open(files, "wal/2.log", kSampleSalt, 2);
  EXPECT_EQ(swapped.status().code(), Code::kDataLoss);
  EXPECT_EQ(swapped.status().message(), "wal/2.log is log file 1 under a wrong name");
}

TEST(LogFile, a_first_sequence_of_zero_is_a_bad_header) {
  io::MemoryFileSystem files;
  auto reader = open_bytes(files, header_bytes(0));
  ASSERT_TRUE(reader.ok());
  EXPECT_FALSE((*reader)->first_sequence());
}

TEST(LogFile, records_are_told_from_bad_bytes_and_the_end) {
  io::MemoryFileSystem files;
  SampleLog log;
  log.header(1);
  log.add();
  log.add();
  Bytes bytes = log.bytes();
  bytes[log.begins()[1] + kLogRecordHeaderBytes] ^= std::byte{1};
  auto reader = open_bytes(files, bytes);
  ASSERT_TRUE(reader.ok());
  LogRecord record;
  std::uint64_t end = 0;
  EXPECT_EQ(*(*reader)->read(log.begins()[0], &record, &end), Found::kRecord);
  EXPECT_EQ(end, log.begins()[1]);
  EXPECT_EQ(record.payload.size(), sample_size(1));
  // The header of the bad record is sound: the search goes on behind its payload.
  EXPECT_EQ(*(*reader)->read(log.begins()[1], &record, &end), Found::kBad);
  EXPECT_EQ(end, bytes.size());
  EXPECT_EQ(*(*reader)->read(log.begins()[1] + 1, &record, &end), Found::kBad);
  EXPECT_EQ(end, log.begins()[1] + 2);
  EXPECT_EQ(*(*reader)->read(bytes.size(), &record, &end), Found::kEnd);
}

TEST(LogFile, find_passes_over_rubbish_and_lower_sequences) {
  io::MemoryFileSystem files;
  SampleLog log;
  log.header(1);
  for (int i = 0; i < 5; ++i) log.add();
  auto reader = open_bytes(files, log.bytes());
  ASSERT_TRUE(reader.ok());
  auto place = (*reader)->find(1, 3);
  ASSERT_TRUE(place.ok() && *place);
  EXPECT_EQ((*place)->offset, log.begins()[3]);
  EXPECT_EQ((*place)->header.record.sequence, 4u);
  EXPECT_FALSE(*(*reader)->find(log.begins()[4] + 1, 1));
  EXPECT_FALSE(*(*reader)->find(1, 5));
  EXPECT_FALSE(*(*reader)->find(log.bytes().size(), 1));
}

TEST(LogFile, find_crosses_the_window_in_every_alignment) {
  // The window is 1 MiB, searched in halves: a record around that border is found wherever it
  // begins.
  io::MemoryFileSystem files;
  SampleLog record;
  record.add();
  constexpr std::size_t kBorder = std::size_t{1} << 19;
  for (std::size_t before : {0u, 1u, 35u, 71u, 72u, 73u}) {
    Bytes bytes(kBorder - before, std::byte{0xff});
    bytes.insert(bytes.end(), record.bytes().begin(), record.bytes().end());
    auto reader = open_bytes(files, bytes);
    ASSERT_TRUE(reader.ok());
    auto place = (*reader)->find(0, 0);
    ASSERT_TRUE(place.ok() && *place) << before;
    EXPECT_EQ((*place)->offset, kBorder - before);
  }
}

TEST(LogFile, a_zero_sector_counts_where_the_bad_bytes_cover_it) {
  io::MemoryFileSystem files;
  Bytes bytes(4 * 512, std::byte{1});
  std::fill(bytes.begin() + 600, bytes.begin() + 1100, std::byte{0});
  auto reader = open_bytes(files, bytes);
  ASSERT_TRUE(reader.ok());
  LogFileReader& file = **reader;
  EXPECT_FALSE(*file.has_zero_sector(512, 2048));  // begins before the zeros
  EXPECT_TRUE(*file.has_zero_sector(600, 2048));   // from there to the sector's end
  EXPECT_TRUE(*file.has_zero_sector(600, 1024));
  EXPECT_FALSE(*file.has_zero_sector(600, 1023));   // somebody wrote the sector's last byte
  EXPECT_FALSE(*file.has_zero_sector(1024, 2048));  // zeros end within the sector
  EXPECT_FALSE(*file.has_zero_sector(1536, 2048));
}

TEST(LogFile, the_format_page_shows_what_is_written) {
  Bytes bytes;
  encode_log_file_header({0x5eed1234, 7, 42}, bytes);
  LogRecord record;
  record.type = LogType::kUpsert;
  record.sequence = 42;
  record.synced = 41;
  record.epoch = 3;
  record.time_ms = 1'700'000'000'000;
  record.producer = 9;
  record.producer_sequence = 10;
  record.collection = 2;
  record.payload = as_bytes("hello");
  encode_log_record(record, 0x5eed1234, bytes);
  EXPECT_EQ(to_hex(format_example("log.md", 0)), to_hex(bytes));
}

TEST(LogFile, the_window_gives_any_piece_in_any_order) {
  io::MemoryFileSystem files;
  Random random(1);
  Bytes bytes(3 << 20);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next());
  ASSERT_TRUE(files.set_content("file", bytes).ok());
  auto file = files.open("file", io::Access::kRead);
  ASSERT_TRUE(file.ok());
  FileWindow window(**file);
  struct Piece {
    std::size_t offset;
    std::size_t length;
  };
  for (Piece piece : {Piece{0, 10}, Piece{1048570, 100}, Piece{5, 2 << 20}, Piece{2 << 20, 1 << 20},
                      Piece{100, 1}, Piece{3145727, 1}, Piece{3145728, 0}, Piece{0, 3 << 20}}) {
    auto view = window.at(piece.offset, piece.length);
    ASSERT_TRUE(view.ok());
    EXPECT_TRUE(std::ranges::equal(*view, ByteView(bytes).subspan(piece.offset, piece.length)))
        << piece.offset;
  }
}

}  // namespace
}  // namespace vecstore::storage
