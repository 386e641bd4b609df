#include "cli/ingest_progress.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(IngestProgress, says_files_passages_their_rate_and_what_is_left) {
  IngestProgress at{
      .files_done = 61, .files_total = 1'173, .bytes_done = 2'000, .bytes_total = 8'000};
  at.chunks_embedded = 1'040;
  at.chunks_written = 1'011;
  at.seconds = 20;
  EXPECT_EQ(ingest_line(at),
            "[######------------------] 25%  61/1,173 files  1,040 passages  52/s  ETA 1m00s");
}

TEST(IngestProgress, unchanged_files_promise_nothing) {
  IngestProgress at{
      .files_done = 50, .files_total = 100, .bytes_done = 5'000, .bytes_total = 10'000};
  at.bytes_unchanged = 4'900;
  at.seconds = 10;
  at.chunks_written = 1;
  EXPECT_EQ(ingest_line(at),
            "[############------------] 50%  50/100 files  1 passage  0/s  ETA 8m20s");
  at.bytes_unchanged = at.bytes_done;
  EXPECT_EQ(ingest_line(at).find("ETA"), std::string::npos);
}

TEST(IngestProgress, nothing_is_promised_too_soon_nor_of_empty_files) {
  IngestProgress at{.files_done = 1, .files_total = 2, .bytes_done = 1, .bytes_total = 100};
  at.seconds = 1;
  EXPECT_EQ(ingest_line(at).find("ETA"), std::string::npos);
  EXPECT_EQ(ingest_line({.files_done = 1, .files_total = 2}),
            "[############------------] 50%  1/2 files  0 passages  0/s");
}

}  // namespace
}  // namespace vecstore
