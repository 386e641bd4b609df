#include "rag/watch/take_changes.h"

#include <gmock/gmock.h>

#include <deque>

namespace vecstore {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

// Tells one after the other what it was given, each when it is waited for; then nothing.
class ToldWatch final : public FolderWatch {
 public:
  explicit ToldWatch(std::deque<FolderChanges> changes) : changes_(std::move(changes)) {}
  std::string_view method() const override { return "told"; }
  Result<FolderChanges> wait(milliseconds, const CancelToken&) override {
    if (changes_.empty() || changes_.front().empty()) {
      if (!changes_.empty()) changes_.pop_front();
      return FolderChanges();
    }
    FolderChanges next = std::move(changes_.front());
    changes_.pop_front();
    return next;
  }

 private:
  std::deque<FolderChanges> changes_;
};

FolderChanges of(const char* path) { return {{path}, false}; }
const FolderChanges kPause;

struct Takes {
  TakeOptions options{
      .quiet = milliseconds(20), .most = milliseconds(500), .retry = milliseconds(1)};
  std::vector<std::string> seen = {};
  std::deque<Status> answers = {};
  std::size_t last = 1;  // the take that ends it

  Status operator()(const FolderChanges& changes) {
    std::string all = changes.everything ? "*" : "";
    for (const std::string& path : changes.paths) all += path;
    seen.push_back(all);
    if (seen.size() == last) options.cancel.cancel();
    if (answers.empty()) return {};
    Status answer = answers.front();
    answers.pop_front();
    return answer;
  }

  Status run(std::deque<FolderChanges> changes, std::size_t takes) {
    last = takes;
    ToldWatch watch(std::move(changes));
    return take_changes(watch, options, [this](const FolderChanges& one) { return (*this)(one); });
  }
};

TEST(TakeChanges, begins_with_everything) {
  Takes takes;
  EXPECT_TRUE(takes.run({}, 1).ok());
  EXPECT_THAT(takes.seen, ElementsAre("*"));
}

TEST(TakeChanges, gathers_a_burst) {
  Takes takes;
  EXPECT_TRUE(takes.run({of("a"), of("b"), of("a"), kPause, of("c")}, 3).ok());
  EXPECT_THAT(takes.seen, ElementsAre("*", "ab", "c"));
}

TEST(TakeChanges, a_burst_without_end_is_taken_in_time) {
  Takes takes;
  takes.options.most = milliseconds(0);
  EXPECT_TRUE(takes.run({of("a"), of("b"), of("c"), of("d")}, 3).ok());
  EXPECT_THAT(takes.seen, ElementsAre("*", "ab", "cd"));
}

TEST(TakeChanges, what_failed_for_now_comes_again_with_what_changed_since) {
  Takes takes;
  takes.answers = {Status(), unavailable("locked"), unavailable("locked")};
  EXPECT_TRUE(takes.run({of("a"), kPause, of("b"), kPause}, 4).ok());
  EXPECT_EQ(takes.seen.front(), "*");
  EXPECT_EQ(takes.seen[1], "a");
  EXPECT_EQ(takes.seen.back(), "ab");
}

TEST(TakeChanges, what_failed_for_good_ends_it) {
  Takes takes;
  takes.answers = {Status(), data_loss("torn")};
  EXPECT_EQ(takes.run({of("a")}, 9).code(), Code::kDataLoss);
  EXPECT_THAT(takes.seen, ElementsAre("*", "a"));
}

TEST(TakeChanges, what_may_pass_is_what_others_can_mend) {
  EXPECT_TRUE(may_pass(unavailable("")));
  EXPECT_TRUE(may_pass(not_found("")));
  EXPECT_FALSE(may_pass(Status()));
  EXPECT_FALSE(may_pass(invalid_argument("")));
}

}  // namespace
}  // namespace vecstore
