#include "rag/query/synonyms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> found(std::string_view list, std::string_view question) {
  std::vector<std::string> out;
  for (const WeightedWord& one : Synonyms::parse(list).value().of(question, 0.5)) {
    EXPECT_EQ(one.weight, 0.5);
    out.push_back(one.text);
  }
  return out;
}

constexpr std::string_view kList =
    "# of cars\n"
    "Car, automobile, motor vehicle  # and so on\r\n"
    "\n"
    "wing => airfoil, aerofoil\n"
    "motor => engine\n"
    "car, auto\n";

TEST(Synonyms, any_of_a_list_finds_the_others) {
  EXPECT_THAT(found(kList, "a CAR."), ElementsAre("automobile", "motor vehicle", "auto"));
  EXPECT_THAT(found(kList, "automobile"), ElementsAre("car", "motor vehicle"));
}

TEST(Synonyms, an_arrow_goes_one_way) {
  EXPECT_THAT(found(kList, "the wing"), ElementsAre("airfoil", "aerofoil"));
  EXPECT_THAT(found(kList, "the airfoil"), IsEmpty());
}

TEST(Synonyms, the_longest_match_counts_and_whole_words_only) {
  EXPECT_THAT(found(kList, "motor vehicle"), ElementsAre("car", "automobile"));
  EXPECT_THAT(found(kList, "motor vehicles"), ElementsAre("engine"));
  EXPECT_THAT(found(kList, "cars"), IsEmpty());
}

TEST(Synonyms, come_once_and_not_where_the_question_has_them) {
  EXPECT_THAT(found(kList, "car or automobile, or a car"), ElementsAre("motor vehicle", "auto"));
}

TEST(Synonyms, lines_that_say_nothing_are_refused_by_their_number) {
  const auto refusal = [](std::string_view list) {
    return Synonyms::parse(list).status().message();
  };
  EXPECT_THAT(refusal("a, b\nc"), HasSubstr("line 2: expected 'word, other word'"));
  EXPECT_THAT(refusal("a,, b"), HasSubstr("line 1"));
  EXPECT_THAT(refusal("a =>"), HasSubstr("line 1"));
  EXPECT_THAT(refusal("=> a"), HasSubstr("line 1"));
  EXPECT_THAT(refusal(std::string(kMaxSynonymBytes + 1, 'a')), HasSubstr("at most"));
  EXPECT_EQ(Synonyms::parse("").value().size(), 0u);
}

}  // namespace
}  // namespace vecstore
