#include "rag/memory/turn_record.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(TurnRecord, ids_sort_as_their_numbers_do) {
  EXPECT_EQ(turn_id("a", 12), "a#0000000012");
  EXPECT_LT(turn_id("a", 9), turn_id("a", 10));
  EXPECT_EQ(turn_id("a", 12'345'678'901), "a#12345678901");
}

TEST(TurnRecord, messages_may_hold_what_stands_between_them) {
  ConversationTurn turn{
      3,
      {{ChatRole::kUser, "a\n\nb"}, {ChatRole::kAssistant, ""}, {ChatRole::kUser, "\n\n"}},
      {},
      0};
  const ConversationTurn back = turn_of_record(record_of_turn("x", turn)).value();
  EXPECT_EQ(back.number, 3u);
  ASSERT_EQ(back.messages.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back.messages[i].text, turn.messages[i].text);
    EXPECT_EQ(back.messages[i].role, turn.messages[i].role);
  }
}

TEST(TurnRecord, a_record_of_somebody_else_is_told_as_damage) {
  const ConversationTurn turn{0, {{ChatRole::kUser, "one"}, {ChatRole::kAssistant, "two"}}, {}, 0};
  const Record good = record_of_turn("x", turn);
  const auto refused = [&](const char* key, Value value) {
    Record record = good;
    record.metadata[key] = std::move(value);
    return turn_of_record(record).status().code() == Code::kDataLoss;
  };
  EXPECT_TRUE(refused("turn", -1));
  EXPECT_TRUE(refused("turn", "1"));
  EXPECT_TRUE(refused("roles", List{"user"}));
  EXPECT_TRUE(refused("roles", List{"user", "king"}));
  EXPECT_TRUE(refused("ends", List{3, 99}));
  EXPECT_TRUE(refused("ends", List{8, 3}));
  EXPECT_TRUE(refused("ends", List{3, 4}));
  EXPECT_TRUE(refused("ends", List{-1, 8}));
  Record no_text = good;
  no_text.text.reset();
  EXPECT_EQ(turn_of_record(no_text).status().code(), Code::kDataLoss);
}

TEST(TurnRecord, what_is_known_of_a_conversation_comes_back) {
  const ConversationInfo info{"x", "the title", 7, {"Be short."}, "a summary", 4, 0, 0};
  const ConversationInfo back = info_of_record(record_of_info(info)).value();
  EXPECT_EQ(back.name, "x");
  EXPECT_EQ(back.title, "the title");
  EXPECT_EQ(back.turns, 7u);
  EXPECT_EQ(back.system, info.system);
  EXPECT_EQ(back.summary, "a summary");
  EXPECT_EQ(back.summarized, 4u);
  Record wrong = record_of_info(info);
  wrong.metadata["summarized"] = 8;
  EXPECT_EQ(info_of_record(wrong).status().code(), Code::kDataLoss);
}

}  // namespace
}  // namespace vecstore
