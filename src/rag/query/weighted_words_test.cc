#include "rag/query/weighted_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vecstore/database.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;

std::string with(std::string_view question, std::vector<WeightedWord> words) {
  return text_with_words(question, words);
}

class WeightedWordsTest : public ::testing::Test {
 protected:
  WeightedWordsTest() {
    const std::vector<std::string> texts = {"the boundary layer of a wing", "layer upon layer",
                                            "wing (of) \"birds\"", "AND or NOT a band",
                                            "C++ ^ ~ *"};
    for (std::size_t i = 0; i < texts.size(); ++i)
      EXPECT_TRUE(things_.upsert({.id = std::to_string(i), .text = texts[i]}).ok());
  }

  // "id:score" of every hit.
  std::vector<std::string> found(const std::string& text, TextSyntax syntax) {
    const Result<Hits> hits = things_.query({.text = text, .text_syntax = syntax, .k = 9});
    EXPECT_TRUE(hits.ok()) << text << ": " << hits.status().to_string();
    std::vector<std::string> out;
    if (!hits.ok()) return out;
    for (const Hit& hit : *hits) out.push_back(hit.id + ":" + std::to_string(hit.score));
    return out;
  }

  Database database_ = Database::in_memory().value();
  Collection things_ = database_.create_collection("things", {}).value();
};

TEST_F(WeightedWordsTest, a_question_alone_finds_and_scores_as_it_did) {
  for (const char* question :
       {"boundary layer wing", "boundary-layer (wing)", "\"layer", "+wing -layer", "NOT",
        "a OR wing", "wing^2 layer~2 bound*", "title:layer", "C++ \\ wing\\", "  layer\nwing\t",
        "n\xc3\xb6t wing", "AND", "don't (", "^", "of the"}) {
    EXPECT_EQ(found(with(question, {}), TextSyntax::kQuery), found(question, TextSyntax::kWords))
        << question;
  }
}

TEST_F(WeightedWordsTest, words_add_what_they_weigh) {
  const auto once = found("layer", TextSyntax::kWords);
  EXPECT_EQ(found(with("layer", {{"bird", 1}}), TextSyntax::kQuery).size(), once.size() + 1);
  EXPECT_EQ(found(with("wing", {{"wing", 1}}), TextSyntax::kQuery),
            found("(wing)^2", TextSyntax::kQuery));
  EXPECT_EQ(found(with("wing", {{"boundary layer", 0.5}}), TextSyntax::kQuery),
            found("wing \"boundary layer\"^0.5", TextSyntax::kQuery));
}

TEST(WeightedWords, are_written_with_nothing_that_means_something) {
  EXPECT_EQ(with("a", {{"b c", 2}, {" ", 1}, {"d\"e f\\", 0.25}, {"g:h", 1}}),
            "a \"b c\"^2.0 \"d\\\"e f\\\\\"^0.25 g\\:h^1.0");
  EXPECT_EQ(with("", {{"OR", 1e-9}, {"x", 1e9}}), "\\OR^0.001 x^100.0");
}

}  // namespace
}  // namespace vecstore
