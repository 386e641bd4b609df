#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/rerank/test_hits.h"
#include "vecstore/database.h"
#include "vecstore/recommend.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ExamplesTest : public ::testing::Test {
 protected:
  ExamplesTest() {
    const std::vector<std::pair<std::string, DenseVector>> vectors = {
        {"a", {1, 0, 0}},  {"b", {0, 5, 0}},   {"ab", {1, 1, 0}},
        {"ac", {1, 0, 1}}, {"-a", {-1, 0, 0}}, {"-b", {0, -1, 0}}};
    for (const auto& [id, vector] : vectors) {
      Record record{.id = id, .vector = vector};
      record.metadata["plain"] = id.size() == 1;
      EXPECT_TRUE(things_.upsert(record).ok());
    }
    EXPECT_TRUE(things_.upsert({.id = "none", .text = "no vector"}).ok());
  }

  std::vector<std::string> found(const Examples& examples, Query query = {}) {
    query.k = 2;
    return ids_of(things_.query(query_by_examples(things_, examples, query).value()).value());
  }

  Status refusal(const Examples& examples) {
    return query_by_examples(things_, examples, {}).status();
  }

  Database database_ = Database::in_memory().value();
  Collection things_ = database_.create_collection("things", {}).value();
};

TEST_F(ExamplesTest, the_nearest_are_found_and_not_the_examples) {
  EXPECT_THAT(found({.like = {"a"}}), ElementsAre("ab", "ac"));
  EXPECT_THAT(found({.like = {"a", "b"}})[0], "ab") << "the longer vector counts no more";
}

TEST_F(ExamplesTest, what_the_answer_is_unlike_moves_it_away) {
  EXPECT_THAT(found({.like = {"a"}, .unlike = {"b"}}), ElementsAre("ac", "-b"));
  EXPECT_THAT(found({.like = {"a"}, .unlike = {"ab"}}), ElementsAre("ac", "-b"))
      << "what it is like counts twice";
}

TEST_F(ExamplesTest, a_filter_stays) {
  EXPECT_THAT(found({.like = {"a"}}, {.filter = Filter::parse("plain = true").value()}),
              ElementsAre("b"));
}

TEST_F(ExamplesTest, what_cannot_be_meant_is_refused) {
  EXPECT_THAT(refusal({.unlike = {"a"}}).message(), HasSubstr("at least one"));
  EXPECT_EQ(refusal({.like = {"a", "zz"}}).code(), Code::kNotFound);
  EXPECT_THAT(refusal({.like = {"zz"}}).message(), HasSubstr("example 'zz'"));
  EXPECT_THAT(refusal({.like = {"none"}}).message(), HasSubstr("has no vector in field 'vector'"));
  EXPECT_THAT(refusal({.like = {"a", "-a"}}).message(), HasSubstr("cancel each other out"));
  EXPECT_THAT(refusal({.like = std::vector<std::string>(kMaxExamples + 1, "a")}).message(),
              HasSubstr("more than 100"));
  Collection sparse = database_.create_collection("sparse", {.kind = VectorKind::kSparse}).value();
  EXPECT_TRUE(sparse.upsert({.id = "s", .vector = SparseVector{9, {1}, {1}}}).ok());
  EXPECT_THAT(query_by_examples(sparse, {.like = {"s"}}, {}).status().message(),
              HasSubstr("is not dense"));
}

}  // namespace
}  // namespace vecstore
