#include "embed/heads/piece_ids.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

using Ids = std::vector<std::optional<std::uint32_t>>;

Ids ids_in(const char* json) {
  return find_piece_ids(json, std::vector<std::string>{"a", "[Q] ", "none"}).value();
}

TEST(PieceIds, added_tokens_come_before_the_vocabulary_whichever_form_it_has) {
  EXPECT_EQ(ids_in(R"({"added_tokens":[{"id":7,"content":"[Q] "}],
                       "model":{"vocab":{"a":3,"[Q] ":1}}})"),
            (Ids{3, 7, {}}));
  EXPECT_EQ(ids_in(R"({"model":{"vocab":[["x",0.0],["a",-1.5],["[Q] ",-2]]}})"), (Ids{1, 2, {}}));
}

TEST(PieceIds, what_is_malformed_has_no_id) {
  const Ids none(3);
  for (const char* json :
       {"{}", R"({"added_tokens":7,"model":[]})", R"({"added_tokens":[3,{"content":"a"}]})",
        R"({"model":{"vocab":{"a":-1,"[Q] ":4294967296}}})", R"({"model":{"vocab":"a"}})",
        R"({"model":{"vocab":[1,[],[2],"a"]}})"}) {
    EXPECT_EQ(ids_in(json), none) << json;
  }
  EXPECT_EQ(find_piece_ids("[]", {}).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(find_piece_ids("{", {}).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore
