#include "service/tenancy/usage_log.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "base/test_folder.h"

namespace vecstore {
namespace {

using testing::HasSubstr;

constexpr TimeMs kNoon = 1'795'521'600'000;  // 2026-11-24 12:00 UTC
constexpr TimeMs kDay = 86'400'000;

struct UsageLogTest : testing::Test {
  TestFolder folder;
  ManualClock clock{kNoon};
  std::unique_ptr<UsageLog> log = UsageLog::open(folder.string(), clock).value();

  static constexpr std::string_view kFile = "usage-2026-11-24.jsonl";
  std::vector<UsageRow> rows(const UsageFilter& filter = {}) const {
    return UsageLog::read(folder.string(), filter).value();
  }
  std::string text() const { return read_whole(folder / kFile, 64 << 20).value(); }
  void open_again() {
    log.reset();
    log = UsageLog::open(folder.string(), clock).value();
  }
};

TEST(UsageDay, is_of_utc) {
  EXPECT_EQ(day_of(0), "1970-01-01");
  EXPECT_EQ(day_of(kDay - 1), "1970-01-01");
  EXPECT_EQ(day_of(951'782'400'000), "2000-02-29");
  EXPECT_EQ(day_of(kNoon), "2026-11-24");
  for (const char* day : {"2026-11-24", "2000-02-29", "1970-01-01"}) EXPECT_TRUE(is_day(day));
  for (const char* bad : {"", "2026-11-31", "2026-13-01", "2026-00-01", "2026-11-0a", "26-11-24",
                          "2026/11/24", "2026-11-24 ", "../../etc/x"})
    EXPECT_FALSE(is_day(bad)) << bad;
}

TEST_F(UsageLogTest, adds_up_by_day_and_namespace) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(log->add("acme", {1, 2, 3, 4, 5, 6}).ok());
  ASSERT_TRUE(log->add("beta", {.requests = 1}).ok());
  clock.advance(kDay);
  ASSERT_TRUE(log->add("acme", {.queries = 7}).ok());
  const UsageRow first{"2026-11-24", "acme", {3, 6, 9, 12, 15, 18}};
  const UsageRow second{"2026-11-24", "beta", {.requests = 1}};
  const UsageRow third{"2026-11-25", "acme", {.queries = 7}};
  EXPECT_EQ(rows(), (std::vector{first, second, third}));
  EXPECT_EQ(rows({.space = "acme"}), (std::vector{first, third}));
  EXPECT_EQ(rows({.from = "2026-11-25"}), std::vector{third});
  EXPECT_EQ(rows({.to = "2026-11-24", .space = "beta"}), std::vector{second});
  EXPECT_EQ(log->today("acme"), third.counts);
  EXPECT_EQ(log->today("beta"), UsageCounts());
  EXPECT_FALSE(UsageLog::read(folder.string(), {.from = "yesterday"}).ok());
}

TEST_F(UsageLogTest, a_day_that_is_over_has_a_line_for_each_namespace) {
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(log->add("acme", {.requests = 1}).ok());
  clock.advance(kDay);
  ASSERT_TRUE(log->add("acme", {.requests = 1}).ok());
  EXPECT_EQ(text(), usage_line({"2026-11-24", "acme", {.requests = 50}}));
}

TEST_F(UsageLogTest, goes_on_where_it_was_left) {
  ASSERT_TRUE(log->add("acme", {.requests = 2}).ok());
  open_again();
  ASSERT_TRUE(log->add("acme", {.requests = 3}).ok());
  EXPECT_EQ(rows()[0].counts.requests, 5u);
}

TEST_F(UsageLogTest, a_line_that_was_not_finished_is_dropped) {
  ASSERT_TRUE(log->add("acme", {.requests = 2}).ok());
  log.reset();
  folder.write(kFile, text() + R"({"day":"2026-11-24","namesp)");
  EXPECT_EQ(rows()[0].counts.requests, 2u);
  open_again();
  ASSERT_TRUE(log->add("acme", {.requests = 1}).ok());
  EXPECT_EQ(rows()[0].counts.requests, 3u);
}

TEST_F(UsageLogTest, what_is_no_line_of_usage_is_damage_with_its_place) {
  log.reset();
  const std::string good = usage_line({"2026-11-24", "acme", {}});
  const std::string numbers = R"("queries":0,"upserts":0,"deletes":0,"bytes_in":0,"bytes_out":0)";
  for (const std::string& bad :
       {std::string("{}"), std::string("nonsense"), std::string(""),
        R"({"day":"2026-11-23","namespace":"acme","requests":0,)" + numbers + "}",
        R"({"day":"2026-11-24","namespace":"A","requests":0,)" + numbers + "}",
        R"({"day":"2026-11-24","namespace":"acme","requests":-1,)" + numbers + "}",
        R"({"day":"2026-11-24","namespace":"acme","requests":"1",)" + numbers + "}",
        R"({"day":"2026-11-24","namespace":"acme",)" + numbers + "}",
        R"({"day":"2026-11-24","namespace":"acme","requests":0,"x":1,)" + numbers + "}"}) {
    folder.write(kFile, good + bad + "\n" + good);
    const Status status = UsageLog::read(folder.string(), {}).status();
    EXPECT_EQ(status.code(), Code::kDataLoss) << bad;
    EXPECT_THAT(status.message(), HasSubstr("usage-2026-11-24.jsonl, line 2"));
    EXPECT_EQ(UsageLog::open(folder.string(), clock).status().code(), Code::kDataLoss);
  }
}

TEST_F(UsageLogTest, other_files_in_the_folder_are_none_of_its) {
  folder.write("usage-2026-99-99.jsonl", "x\n");
  folder.write("notes.txt", "x\n");
  EXPECT_TRUE(rows().empty());
  EXPECT_FALSE(std::filesystem::exists(folder / kFile)) << "nothing was counted";
  EXPECT_TRUE(UsageLog::read(folder / "nowhere", {}).value().empty());
}

TEST_F(UsageLogTest, its_file_does_not_grow_without_end) {
  const std::size_t line = usage_line({"2026-11-24", "acme", {}}).size();
  const std::size_t times = 2 * UsageLog::kGrowBytes / line;
  for (std::size_t i = 0; i < times; ++i) ASSERT_TRUE(log->add("acme", {.requests = 1}).ok());
  EXPECT_LT(text().size(), UsageLog::kGrowBytes + 1'024);
  EXPECT_EQ(rows()[0].counts.requests, times);
}

TEST_F(UsageLogTest, many_threads_lose_nothing) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 64; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i)
        EXPECT_TRUE(log->add(t % 2 ? "acme" : "beta", {.requests = 1, .bytes_in = 3}).ok());
    });
  for (std::thread& thread : threads) thread.join();
  for (const UsageRow& row : rows())
    EXPECT_EQ(row.counts, (UsageCounts{.requests = 3'200, .bytes_in = 9'600}));
}

// Every add() that returned is there after a kill -9; of the one under way it may be or not.
TEST_F(UsageLogTest, a_killed_process_loses_nothing_that_add_returned_from) {
  log.reset();
  int done[2];
  ASSERT_EQ(::pipe(done), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto own = UsageLog::open(folder.string(), clock);
    for (std::uint64_t i = 1; own.ok(); ++i) {
      if (!(*own)->add("acme", {.requests = 1}).ok()) break;
      if (::write(done[1], &i, sizeof i) != sizeof i) break;
    }
    ::_exit(1);
  }
  std::uint64_t returned = 0;
  while (returned < 500) ASSERT_EQ(::read(done[0], &returned, sizeof returned), 8);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(done[1]);
  while (::read(done[0], &returned, sizeof returned) == 8) {
  }
  ::close(done[0]);
  const std::uint64_t kept = rows()[0].counts.requests;
  EXPECT_GE(kept, returned);
  EXPECT_LE(kept, returned + 1);
}

TEST(UsageExport, csv_has_a_head_and_a_line_for_each_row) {
  EXPECT_EQ(usage_csv(std::vector<UsageRow>{{"2026-11-24", "acme", {1, 2, 3, 4, 5, 6}}}),
            "day,namespace,requests,queries,upserts,deletes,bytes_in,bytes_out\n"
            "2026-11-24,acme,1,2,3,4,5,6\n");
}

}  // namespace
}  // namespace vecstore
