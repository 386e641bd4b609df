#include "cli/question.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"

namespace vecstore {
namespace {

TEST(Question, vectors_are_json_or_a_file_of_json) {
  EXPECT_EQ(parse_vector_argument("[1, 2.5]").value(), Vector({1, 2.5f}));
  EXPECT_EQ(parse_vector_argument(R"({"dimension":9,"indices":[1],"values":[2]})").value(),
            Vector(SparseVector{9, {1}, {2}}));
  const TestFolder folder;
  EXPECT_EQ(parse_vector_argument("@" + folder.write("vector.json", "[3]")).value(), Vector({3}));
}

TEST(Question, a_wrong_vector_is_a_usage_error) {
  for (const char* text : {"", "[", "[1,\"a\"]", "3", "[]"}) {
    EXPECT_EQ(parse_vector_argument(text).status().code(), Code::kInvalidArgument) << text;
  }
  EXPECT_EQ(parse_vector_argument("@/nowhere").status().code(), Code::kNotFound);
}

TEST(Question, modes_are_told_from_typing_errors) {
  EXPECT_EQ(parse_mode("auto").value(), Mode::kAuto);
  EXPECT_EQ(parse_mode("hybrid").value(), Mode::kHybrid);
  EXPECT_EQ(parse_mode("sparse").value(), Mode::kSparse);
  EXPECT_EQ(parse_mode("vektor").status().message(),
            "unknown mode 'vektor', did you mean 'vector'?");
}

TEST(Question, groups_are_a_field_and_how_many) {
  EXPECT_EQ(parse_group_by("a.b")->field, "a.b");
  EXPECT_EQ(parse_group_by("a.b")->max_hits, 1u);
  EXPECT_EQ(parse_group_by("`a:b`:3")->field, "`a:b`");
  EXPECT_EQ(parse_group_by("`a:b`:3")->max_hits, 3u);
  EXPECT_EQ(parse_group_by("a:0").status().message(),
            "--group-by is FIELD or FIELD:N, N from 1 to 10000: it is 'a:0'");
  EXPECT_EQ(parse_group_by("a:b")->field, "a:b");
  EXPECT_EQ(parse_group_by("a:-1").status().code(), Code::kInvalidArgument);
}

TEST(Question, a_whole_query_is_json_or_a_file_of_it) {
  EXPECT_EQ(parse_query_argument(R"({"k": 3})")->k, 3u);
  const TestFolder folder;
  EXPECT_EQ(parse_query_argument(folder.write("q.json", R"({"k": 4})"))->k, 4u);
  EXPECT_EQ(parse_query_argument(R"({"l": 3})").status().message(),
            "--json: query: unknown member 'l'");
  EXPECT_EQ(parse_query_argument("/nowhere").status().code(), Code::kNotFound);
  EXPECT_EQ(parse_query_argument(folder.write("bad.json", "{")).status().code(),
            Code::kInvalidArgument)
      << "the query is wrong, however it came";
}

}  // namespace
}  // namespace vecstore
