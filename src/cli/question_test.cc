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

TEST(Question, modes_to_come_are_told_from_typing_errors) {
  EXPECT_EQ(parse_mode("auto").value(), Mode::kAuto);
  EXPECT_EQ(parse_mode("hybrid").value(), Mode::kHybrid);
  EXPECT_EQ(parse_mode("sparse").status().message(),
            "--mode sparse: this version makes no sparse vectors of texts");
  EXPECT_EQ(parse_mode("vektor").status().message(),
            "unknown mode 'vektor', did you mean 'vector'?");
}

}  // namespace
}  // namespace vecstore
