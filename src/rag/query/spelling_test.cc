#include "rag/query/spelling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vecstore/database.h"

namespace vecstore {
namespace {

using ::testing::HasSubstr;

class SpellingTest : public ::testing::Test {
 protected:
  SpellingTest() {
    int n = 0;
    for (const char* text :
         {"The aerodynamics of wings", "Aerodynamic heating", "aerodynamic flutter of a panel",
          "boundary layers and pumps", "Boundaries", "the lamp is lit", "a lamb, a lamb",
          "the lamb", "M\xc3\xbcller und Sohn", "version v1beta2"})
      EXPECT_TRUE(things_.upsert({.id = std::to_string(n++), .text = text}).ok());
  }

  std::string corrected(std::string_view question) {
    const Spelling spelling = check_spelling(things_, question).value();
    EXPECT_EQ(spelling.words.empty(), spelling.question == question);
    return spelling.question;
  }

  Database database_ = Database::in_memory().value();
  Collection things_ = database_.create_collection("things", {}).value();
};

TEST_F(SpellingTest, a_word_that_no_text_has_becomes_the_nearest_that_one_has) {
  EXPECT_EQ(corrected("aerodynmic heating, please"), "aerodynamic heating, please");
  EXPECT_EQ(corrected("What is the Boundray layer?"), "What is the boundary layer?");
  EXPECT_EQ(corrected("the aerodinamcs"), "the aerodynamics") << "two letters of a long word";
}

TEST_F(SpellingTest, words_that_are_there_in_any_form_stay) {
  for (const char* question :
       {"aerodynamic", "AERODYNAMICALLY pumping boundary", "the of and", "", "?!", "v1beta3 12345"})
    EXPECT_EQ(corrected(question), question);
}

TEST_F(SpellingTest, of_equally_near_ones_the_more_frequent_is_meant) {
  EXPECT_EQ(corrected("lamx"), "lamb");
}

TEST_F(SpellingTest, short_words_and_far_ones_stay) {
  EXPECT_EQ(corrected("lmp"), "lmp");
  EXPECT_EQ(corrected("lixxp"), "lixxp") << "of a short word one letter may be wrong";
  EXPECT_EQ(corrected("xylophone"), "xylophone");
}

TEST_F(SpellingTest, letters_are_characters_and_not_bytes) {
  EXPECT_EQ(corrected("M\xc3\xbclker"), "m\xc3\xbcller");
  const Spelling spelling = check_spelling(things_, "x boundray").value();
  ASSERT_EQ(spelling.words.size(), 1u);
  EXPECT_EQ(spelling.words[0].begin, 2u);
  EXPECT_EQ(spelling.words[0].end, 10u);
  EXPECT_EQ(spelling.words[0].meant, "boundary");
}

TEST_F(SpellingTest, only_so_many_words_are_looked_for) {
  std::string many, fixed;
  for (std::size_t i = 0; i < kMaxMisspelled; ++i) many += "boundray ", fixed += "boundary ";
  EXPECT_EQ(corrected(many + "boundray"), fixed + "boundray");
}

TEST_F(SpellingTest, a_collection_without_texts_has_no_words) {
  Collection bare = database_.create_collection("bare", {.text = {.analyzer = "none"}}).value();
  EXPECT_FALSE(check_spelling(bare, "boundray").ok());
}

}  // namespace
}  // namespace vecstore
