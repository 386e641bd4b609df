#include "text/search/leaf_terms.h"

#include <gtest/gtest.h>

namespace vecstore::text {
namespace {

TEST(LeafTerms, places_keep_the_gaps_that_stop_words_leave) {
  const Analyzer english = Analyzer::make(Value("english")).value();
  const auto places = phrase_places(english, "the running of the bulls, running");
  ASSERT_EQ(places.size(), 3u);
  EXPECT_EQ(places[0].terms, std::vector<std::string>{"run"});
  EXPECT_EQ(places[1].offset, 3u);
  EXPECT_EQ(places[2].offset, 4u);
  EXPECT_EQ(places[2].word, places[0].word);
  EXPECT_NE(places[1].word, places[0].word);
  EXPECT_TRUE(phrase_places(english, "the of").empty());
}

TEST(LeafTerms, a_misspelling_is_looked_for_as_terms_are_written) {
  const Analyzer english = Analyzer::make(Value("english")).value();
  EXPECT_EQ(fuzzy_term(english, "Serching"), "serch");
  EXPECT_EQ(fuzzy_term(english, "the"), "");
  EXPECT_EQ(fuzzy_term(english, "wi-fi"), english.normalize("wi-fi"));
}

TEST(LeafTerms, terms_of_one_place_stay_together) {
  const Analyzer code = Analyzer::make(Value("code")).value();
  const auto places = phrase_places(code, "openFile");
  ASSERT_EQ(places.size(), 2u);
  EXPECT_EQ(places[0].terms, (std::vector<std::string>{"open", "openfile"}));
  EXPECT_EQ(places[1].terms, std::vector<std::string>{"file"});
}

}  // namespace
}  // namespace vecstore::text
