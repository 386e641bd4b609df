#include "rag/ingest/batch_pace.h"

#include <gtest/gtest.h>

#include <vector>

namespace vecstore {
namespace {

using Texts = std::vector<std::size_t>;

// What a model gets that takes `ms` for a call, and `ms_of_text` more for each text.
Texts paces(BatchPace& pace, double ms, double ms_of_text, int calls) {
  Texts out;
  for (int i = 0; i < calls; ++i) {
    out.push_back(pace.texts());
    pace.took(ms + ms_of_text * static_cast<double>(pace.texts()));
  }
  return out;
}

TEST(BatchPace, a_fast_model_gets_as_many_as_it_may) {
  BatchPace pace(256);
  EXPECT_EQ(paces(pace, 0, 0.01, 5), (Texts{32, 64, 128, 256, 256}));
}

TEST(BatchPace, a_slow_model_is_heard_of_every_few_seconds) {
  BatchPace pace(256);
  EXPECT_EQ(paces(pace, 0, 30, 4), (Texts{32, 64, 64, 64}));  // two seconds
  BatchPace slower(256);
  EXPECT_EQ(paces(slower, 0, 500, 5), (Texts{32, 64, 32, 32, 32}));
}

TEST(BatchPace, one_far_away_gets_many_since_that_costs_no_more) {
  BatchPace pace(256);
  EXPECT_EQ(paces(pace, 1'100, 0, 6), (Texts{32, 64, 128, 256, 256, 256}));
}

TEST(BatchPace, what_a_cache_answered_does_not_keep_a_slow_model_silent_for_long) {
  BatchPace pace(256);
  paces(pace, 0, 0.01, 10);
  EXPECT_EQ(paces(pace, 0, 30, 4), (Texts{256, 256, 128, 128}));
}

TEST(BatchPace, the_limit_holds_and_is_never_nothing) {
  BatchPace one(0), few(5);
  EXPECT_EQ(paces(one, 0, 1, 2), (Texts{1, 1}));
  EXPECT_EQ(paces(few, 0, 1, 2), (Texts{5, 5}));
}

}  // namespace
}  // namespace vecstore
