#include "rag/ingest/read_ahead.h"

#include <gtest/gtest.h>

#include <atomic>

namespace vecstore {
namespace {

FileChunks numbered(std::size_t i, std::size_t bytes = 1) {
  FileChunks file;
  file.source = std::to_string(i);
  file.bytes = bytes;
  return file;
}

TEST(ReadAhead, files_come_in_order_and_once) {
  std::atomic<std::size_t> reads = 0;
  ReadAhead files(1'000, [&](std::size_t i) { return ++reads, numbered(i); });
  for (std::size_t i = 0; i < 1'000; ++i) EXPECT_EQ(files.next()->source, std::to_string(i));
  EXPECT_FALSE(files.next().has_value());
  EXPECT_FALSE(files.next().has_value());
  EXPECT_EQ(reads, 1'000u);
}

TEST(ReadAhead, reading_stays_a_bounded_number_of_bytes_ahead) {
  constexpr std::size_t kBytes = 4u << 20;
  std::atomic<std::size_t> reads = 0;
  ReadAhead files(1'000, [&](std::size_t i) { return ++reads, numbered(i, kBytes); });
  for (std::size_t i = 1; i <= 100; ++i) {
    files.next();
    EXPECT_LE(reads, i + 6);  // four wait, one is read, one is taken
  }
}

TEST(ReadAhead, a_file_larger_than_the_bound_still_comes) {
  ReadAhead files(3, [](std::size_t i) { return numbered(i, std::size_t{1} << 30); });
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(files.next().has_value());
}

TEST(ReadAhead, it_can_be_given_up_at_any_time) {
  for (std::size_t taken = 0; taken < 20; ++taken) {
    ReadAhead files(10'000, [](std::size_t i) { return numbered(i); });
    for (std::size_t i = 0; i < taken; ++i) files.next();
  }
}

TEST(ReadAhead, no_files_are_no_trouble) {
  ReadAhead files(0, [](std::size_t i) { return numbered(i); });
  EXPECT_FALSE(files.next().has_value());
}

}  // namespace
}  // namespace vecstore
