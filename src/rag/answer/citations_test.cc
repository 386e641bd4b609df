#include "rag/answer/citations.h"

#include <gmock/gmock.h>

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Hits passages() {
  return Hits{
      {Hit{.id = "a", .text = "The pump is oiled on Mondays. It holds 2.5 litres of oil."},
       Hit{.id = "b", .text = "Filters are changed every 3 months.\nOld filters burn badly."},
       Hit{.id = "c"}}};
}

std::vector<std::size_t> numbers(const CheckedCitations& checked) {
  std::vector<std::size_t> out;
  for (const Citation& citation : checked.citations) out.push_back(citation.passage + 1);
  return out;
}

TEST(CheckCitations, a_statement_is_tied_to_the_sentence_it_is_from) {
  const std::string answer =
      "The pump holds 2.5 litres of oil [1]. Filters are changed every 3 months [2].";
  const Hits given = passages();
  const CheckedCitations checked = check_citations(answer, given);
  EXPECT_THAT(checked.problems, IsEmpty());
  ASSERT_EQ(checked.citations.size(), 2u);
  const Citation& first = checked.citations[0];
  EXPECT_EQ(answer.substr(first.begin, first.end - first.begin),
            "The pump holds 2.5 litres of oil [1].");
  EXPECT_EQ(given[0].text->substr(first.quote_begin, first.quote_end - first.quote_begin),
            "It holds 2.5 litres of oil.");
  EXPECT_EQ(first.support, 1);
  EXPECT_EQ(checked.citations[1].passage, 1u);
}

TEST(CheckCitations, markers_stand_in_or_behind_a_statement) {
  EXPECT_THAT(numbers(check_citations("The pump is oiled. [1] Old filters burn. [2]", passages())),
              ElementsAre(1, 2));
  EXPECT_THAT(numbers(check_citations("Oil the pump, change filters [1, 2].", passages())),
              ElementsAre(1, 2));
  EXPECT_THAT(numbers(check_citations("Oil the pump, change filters [1][2].", passages())),
              ElementsAre(1, 2));
  EXPECT_THAT(numbers(check_citations("Oil the pump, change filters [1-2].", passages())),
              ElementsAre(1, 2));
  EXPECT_THAT(numbers(check_citations("- The pump is oiled [1]\n- Filters burn [2]", passages())),
              ElementsAre(1, 2));
  EXPECT_THAT(numbers(check_citations("The pump [1] is oiled [1].", passages())), ElementsAre(1));
  const std::string answer = "The pump is oiled. [1] Old filters burn. [2]";
  const Citation second = check_citations(answer, passages()).citations.at(1);
  EXPECT_THAT(answer.substr(second.begin, second.end - second.begin),
              HasSubstr("Old filters burn."));
}

TEST(CheckCitations, a_passage_that_is_not_there_is_told) {
  const CheckedCitations checked =
      check_citations("The pump is oiled [4]. Filters burn [0][2].", passages());
  EXPECT_THAT(checked.problems, ElementsAre("the answer names [4], there are passages 1 to 3",
                                            "the answer names [0], there are passages 1 to 3"));
  EXPECT_THAT(numbers(checked), ElementsAre(2));
}

TEST(CheckCitations, words_in_quotation_marks_must_stand_in_the_passage) {
  EXPECT_THAT(check_citations("It says \"the PUMP is oiled on Mondays\" [1].", passages()).problems,
              IsEmpty());
  EXPECT_THAT(check_citations("It says “old filters\nburn badly” [2].", passages()).problems,
              IsEmpty());
  EXPECT_THAT(check_citations("It says \"the pump is oiled on Fridays\" [1].", passages()).problems,
              ElementsAre("the quotation \"the pump is oiled on Fridays\" is not in [1]"));
  EXPECT_THAT(check_citations("The \"so called\" pump is oiled [1].", passages()).problems,
              IsEmpty());
}

TEST(CheckCitations, numbers_must_stand_in_the_passage) {
  EXPECT_THAT(check_citations("The pump holds 25 litres of oil [1].", passages()).problems,
              ElementsAre("the number 25 is not in [1]"));
  EXPECT_THAT(check_citations("Change filters every 3 months, hold 2.5 litres [1][2].", passages())
                  .problems,
              IsEmpty());
}

TEST(CheckCitations, numbers_of_a_list_are_none_of_a_statement) {
  const std::string answer =
      "1. The pump is oiled [1].\n7. Old filters burn badly [2].\n 8) Filters burn [2].";
  const CheckedCitations checked = check_citations(answer, passages());
  EXPECT_THAT(checked.problems, IsEmpty());
  EXPECT_THAT(numbers(checked), ElementsAre(1, 2, 2));
  EXPECT_THAT(check_citations("3.5 litres of oil [1].", passages()).problems,
              ElementsAre("the number 3.5 is not in [1]"));
}

TEST(CheckCitations, commas_group_the_digits_of_a_number) {
  const Hits given{{Hit{.id = "a", .text = "It makes 12,500 turns, 3000 of them fast."}}};
  EXPECT_THAT(check_citations("It makes 12500 turns, 3,000 fast [1].", given).problems, IsEmpty());
  EXPECT_THAT(check_citations("It makes 12501 turns [1].", given).problems,
              ElementsAre("the number 12501 is not in [1]"));
}

TEST(CheckCitations, a_passage_about_something_else_is_told) {
  const CheckedCitations checked =
      check_citations("Sailing boats need strong winter canvas [1].", passages());
  EXPECT_THAT(checked.problems, ElementsAre(HasSubstr("has few words of [1]")));
  EXPECT_EQ(checked.citations.at(0).support, 0);
  EXPECT_THAT(check_citations("Filters burn [3].", passages()).problems,
              ElementsAre(HasSubstr("has few words of [3]")));
}

TEST(CheckCitations, an_answer_that_names_nothing_is_told) {
  EXPECT_THAT(check_citations("The pump is oiled.", passages()).problems,
              ElementsAre("the answer names no passage"));
  EXPECT_THAT(check_citations("", passages()).problems, ElementsAre("the answer names no passage"));
}

TEST(CheckCitations, other_brackets_are_text) {
  for (const char* text : {"a[i] and [x]", "`list[1]` is code", "[ ] todo", "[1", "[1-]", "[3-1]",
                           "[1-1000000]", "[1234567]", "[]", "[,]"}) {
    EXPECT_THAT(check_citations(text, passages()).problems,
                ElementsAre("the answer names no passage"))
        << text;
  }
}

TEST(Citations, an_answer_is_read_without_them) {
  EXPECT_EQ(without_markers("It is oiled [1][2]. It holds 2 l [3, 4-5].\nYes [1]"),
            "It is oiled. It holds 2 l.\nYes");
  EXPECT_EQ(without_markers("`list[1]` and [x] stay"), "`list[1]` and [x] stay");
  EXPECT_EQ(without_markers(""), "");
}

}  // namespace
}  // namespace vecstore
