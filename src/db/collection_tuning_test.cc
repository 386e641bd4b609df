// Settings tried on a collection's own graphs, and given to it.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/random.h"
#include "db/test_store.h"
#include "vecstore/database.h"

namespace vecstore::db {
namespace {

constexpr std::uint32_t kDimension = 256;
constexpr int kRows = 900;

DenseVector random_point(Random& random) {
  Random centre(random.below(12) + 100);
  DenseVector point(kDimension);
  for (float& x : point)
    x = static_cast<float>(centre.normal()) + 0.6f * static_cast<float>(random.normal());
  return point;
}

struct Tuning : testing::Test {
  std::shared_ptr<OddFiles> files = std::make_shared<OddFiles>();
  DatabaseOptions options = {.threads = 0, .seal_rows = 300, .merge_fanout = 8};
  std::optional<Database> db;
  std::optional<Collection> things;
  Random random{5};

  void make(CollectionOptions wanted = {.dimension = kDimension}, int rows = kRows) {
    wanted.hnsw.min_rows = 50;
    db = open_on(files, options);
    things = db->create_collection("things", wanted).value();
    for (int i = 0; i < rows; ++i)
      ASSERT_TRUE(things->upsert({.id = std::to_string(i), .vector = random_point(random)}).ok());
    ASSERT_TRUE(things->flush().ok());
    ASSERT_TRUE(db->wait_for_background().ok());
  }
  void reopen() {
    things.reset();
    db.reset();
    db = open_on(files, options);
    things = db->collection("things").value();
  }
  std::vector<DenseVector> questions(int count) {
    std::vector<DenseVector> asked;
    for (int i = 0; i < count; ++i) asked.push_back(random_point(random));
    return asked;
  }
};

TEST_F(Tuning, tries_every_quantization_on_all_graphs) {
  make();
  const TuneReport report = things->tune({.queries = 40}).value();
  EXPECT_EQ(report.rows, static_cast<std::uint64_t>(kRows));
  EXPECT_EQ(report.others, 0u);
  EXPECT_EQ(report.queries, 40u);
  EXPECT_EQ(report.quantization, Quantization::kSq4);
  std::set<Quantization> tried;
  for (std::size_t i = 0; i < report.trials.size(); ++i) {
    const TuneTrial& trial = report.trials[i];
    EXPECT_GE(trial.recall, trial.least_recall);
    EXPECT_LE(trial.p50_ms, trial.p95_ms);
    if (tried.insert(trial.quantization).second) {
      EXPECT_TRUE(i == 0 || trial.memory_bytes < report.trials[i - 1].memory_bytes);
    } else {
      EXPECT_EQ(trial.memory_bytes, report.trials[i - 1].memory_bytes);
      EXPECT_GT(trial.ef, report.trials[i - 1].ef);
    }
  }
  EXPECT_EQ(tried.size(), 4u);
  ASSERT_TRUE(report.best);
  EXPECT_TRUE(report.trials[*report.best].fits);
}

TEST_F(Tuning, measures_what_a_collection_with_that_setting_has) {
  make();
  const TuneOptions wanted{
      .goal = TuneGoal::kMinMemory, .min_recall = 0.5, .questions = questions(40)};
  const TuneReport before = things->tune(wanted).value();
  ASSERT_TRUE(before.best);
  const TuneTrial best = before.trials[*before.best];
  EXPECT_EQ(best.quantization, Quantization::kRabitq1);
  ASSERT_TRUE(things->set_quantization("vector", best.quantization).ok());
  ASSERT_TRUE(things->set_ef_search("vector", best.ef).ok());
  ASSERT_TRUE(db->wait_for_background().ok());
  reopen();
  EXPECT_EQ(things->options().hnsw.ef_search, best.ef);
  const TuneReport after = things->tune(wanted).value();
  EXPECT_EQ(after.quantization, Quantization::kRabitq1);
  EXPECT_EQ(after.ef_search, best.ef);
  ASSERT_EQ(after.trials.size(), before.trials.size());
  for (std::size_t i = 0; i < after.trials.size(); ++i) {
    EXPECT_EQ(after.trials[i].recall, before.trials[i].recall) << i;
    EXPECT_EQ(after.trials[i].memory_bytes, before.trials[i].memory_bytes) << i;
  }
  // The files of the graphs have what was said, and some pages besides.
  EXPECT_GT(things->stats()->index_bytes, best.memory_bytes);
  EXPECT_LT(things->stats()->index_bytes, best.memory_bytes + best.memory_bytes / 4);
}

TEST_F(Tuning, says_so_when_nothing_keeps_within_the_limits) {
  make();
  const TuneReport report =
      things->tune({.max_memory_bytes = 1, .questions = questions(20)}).value();
  EXPECT_FALSE(report.best);
  for (const TuneTrial& trial : report.trials) {
    EXPECT_FALSE(trial.fits);
    EXPECT_LE(trial.recall, report.trials[report.nearest].recall);
  }
}

TEST_F(Tuning, a_width_that_is_set_is_what_queries_use) {
  make();
  const auto ef = [&] {
    const Hits hits =
        things
            ->query(
                {.vector = random_point(random), .plan = Plan::kWalk, .explain = Explain::kPlan})
            .value();
    return hits.explanation->to_string();
  };
  const std::string before = ef();
  ASSERT_TRUE(things->set_ef_search("vector", 123).ok());
  EXPECT_NE(ef(), before);
  EXPECT_NE(ef().find("123"), std::string::npos) << ef();
  EXPECT_EQ(things->set_ef_search("vector", 0).code(), Code::kInvalidArgument);
  EXPECT_EQ(things->set_ef_search("vector", 65'537).code(), Code::kInvalidArgument);
  EXPECT_EQ(things->set_ef_search("other", 50).code(), Code::kNotFound);
  EXPECT_EQ(things->options().hnsw.ef_search, 123u);
}

TEST_F(Tuning, what_cannot_be_measured_is_refused) {
  make();
  const auto code = [&](const TuneOptions& wanted) { return things->tune(wanted).status().code(); };
  EXPECT_EQ(code({.field = "other"}), Code::kNotFound);
  EXPECT_EQ(code({.min_recall = 1.1}), Code::kInvalidArgument);
  EXPECT_EQ(code({.max_latency_ms = -1}), Code::kInvalidArgument);
  EXPECT_EQ(code({.k = 0}), Code::kInvalidArgument);
  EXPECT_EQ(code({.queries = 9}), Code::kInvalidArgument);
  EXPECT_EQ(code({.questions = questions(9)}), Code::kInvalidArgument);
  EXPECT_EQ(code({.questions = std::vector<DenseVector>(10, DenseVector(3))}),
            Code::kInvalidArgument);
  EXPECT_EQ(code({.questions = std::vector<DenseVector>(10, DenseVector(kDimension, NAN))}),
            Code::kInvalidArgument);
  TuneOptions called_off;
  called_off.cancel.emplace();
  called_off.cancel->cancel();
  EXPECT_EQ(code(called_off), Code::kCancelled);
}

TEST_F(Tuning, fields_without_graphs_are_refused_with_the_reason) {
  make({.dimension = kDimension, .index = IndexKind::kFlat}, 60);
  EXPECT_NE(things->tune().status().message().find("ask for none"), std::string::npos);
  Collection few = db->create_collection("few", {.dimension = kDimension}).value();
  ASSERT_TRUE(few.upsert({.id = "a", .vector = random_point(random)}).ok());
  const Status status = few.tune().status();
  EXPECT_EQ(status.code(), Code::kFailedPrecondition);
  EXPECT_NE(status.message().find("its 1 rows are looked at"), std::string::npos)
      << status.message();
}

TEST(TuningOptions, numbers_that_are_none_are_refused_and_a_token_that_is_not_used_stops_nothing) {
  Database database = open_on(std::make_shared<OddFiles>());
  Collection things =
      database.get_or_create("things", {.dimension = 2, .hnsw = {.min_rows = 8}}).value();
  ASSERT_TRUE(fill(things, 0, 60).ok());
  ASSERT_TRUE(things.compact().ok());
  const auto code = [&](const TuneOptions& wrong) { return things.tune(wrong).status().code(); };
  EXPECT_EQ(code({.min_recall = std::nan("")}), Code::kInvalidArgument);
  EXPECT_EQ(code({.max_latency_ms = -1}), Code::kInvalidArgument);
  EXPECT_EQ(code({.field = "none"}), Code::kNotFound);
  TuneOptions options{.k = 3, .queries = 20};
  options.cancel = CancelToken();
  const TuneReport report = things.tune(options).value();
  EXPECT_EQ(report.queries, 20u);
  EXPECT_FALSE(report.trials.empty());
}

TEST_F(Tuning, with_questions_of_ones_own_it_can_be_called_off) {
  make();
  TuneOptions asked{.questions = questions(20)};
  asked.cancel.emplace();
  asked.cancel->cancel();
  EXPECT_EQ(things->tune(asked).status().code(), Code::kCancelled);
}

}  // namespace
}  // namespace vecstore::db
