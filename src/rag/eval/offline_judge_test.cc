#include "rag/eval/offline_judge.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace vecstore {
namespace {

const std::vector<std::string> kPassages = {
    "The pump is oiled on Mondays. It holds 2.5 litres of oil and 1,000 grams of grease.",
    "Filters are changed every 3 months. The machine does not need water."};

bool supported(const std::string& statement, const OfflineJudge& judge = OfflineJudge()) {
  return judge.supported({&statement, 1}, kPassages)->front() == Verdict::kYes;
}

TEST(OfflineJudge, a_statement_follows_by_its_words_numbers_and_denials) {
  EXPECT_TRUE(supported("The pump holds 2.5 litres of oil."));
  EXPECT_TRUE(supported("Oiling of the pump: Mondays, 1000 grams."));
  EXPECT_FALSE(supported("The pump holds 25 litres of oil.")) << "another number";
  EXPECT_FALSE(supported("The pump is not oiled on Mondays.")) << "denied";
  EXPECT_TRUE(supported("Water: the machine doesn't need any."));
  EXPECT_FALSE(supported("The machine needs water.")) << "denied there";
  EXPECT_FALSE(supported("The pump is painted green every spring."));
  EXPECT_FALSE(supported("The filters of the pump are oiled with water."))
      << "no text has all of it";
  EXPECT_FALSE(supported("It is so."));
  EXPECT_TRUE(supported("Pumps hold 2.5 litres.")) << "one or several";
}

TEST(OfflineJudge, a_passage_is_useful_by_the_words_of_question_or_reference) {
  const OfflineJudge judge;
  const auto by_question = judge.useful("when are the filters changed", "", kPassages).value();
  EXPECT_EQ(by_question, (std::vector{Verdict::kNo, Verdict::kYes}));
  const auto by_reference = judge.useful("what is to be done", "Oil the pump.", kPassages).value();
  EXPECT_EQ(by_reference, (std::vector{Verdict::kYes, Verdict::kNo}));
}

TEST(OfflineJudge, evasions_address_nothing) {
  const OfflineJudge judge;
  EXPECT_EQ(**judge.addresses("how much oil does the pump hold",
                              "The passages do not say how much oil the pump holds."),
            0);
  EXPECT_EQ(**judge.addresses("how much oil", "I don't know."), 0);
  EXPECT_EQ(**judge.addresses("pump filters hoses valves", "The pump and its filters."), 0.5);
}

TEST(OfflineJudge, sameness_is_of_words) {
  const OfflineJudge judge;
  EXPECT_EQ(**judge.sameness("green pumps", "Pumps are green"), 1);
  EXPECT_EQ(**judge.sameness("green pumps", "blue filters"), 0);
  EXPECT_EQ(**judge.sameness("", ""), 0);
}

// Two texts that begin alike mean the same.
class FirstLetterEmbedder final : public Embedder {
 public:
  const EmbedderInfo& info() const override { return info_; }
  Result<std::vector<float>> embed_batch(std::span<const std::string> texts) const override {
    std::vector<float> rows;
    for (const std::string& text : texts) {
      const bool pump = text.starts_with("The pump") || text.starts_with("A machine");
      rows.push_back(pump ? 1.0f : 0.6f);
      rows.push_back(pump ? 0.0f : 0.8f);
    }
    return rows;
  }

 private:
  EmbedderInfo info_ = {"letters", 2, "", ""};
};

TEST(OfflineJudge, an_embedder_knows_other_words_but_no_other_numbers) {
  const OfflineJudge judge(std::make_shared<FirstLetterEmbedder>());
  EXPECT_EQ(judge.name(), "words 1, letters");
  EXPECT_EQ(OfflineJudge().name(), "words 1");
  EXPECT_TRUE(supported("A machine gets its lubricant at the week's begin.", judge));
  EXPECT_FALSE(supported("A machine gets 7 lubricants.", judge));
  EXPECT_FALSE(supported("A machine never gets lubricants at the week's begin.", judge));
  EXPECT_NEAR(**judge.sameness("The pump", "other"), 0.6, 1e-6);
  EXPECT_EQ(judge.useful("A machine?", "", kPassages)->front(), Verdict::kYes);
}

TEST(OfflineJudge, hostile_text_is_judged_too) {
  const OfflineJudge judge;
  const std::string bad = "\xff\xfe\x00 1.2.3,,4 '\"";
  EXPECT_TRUE(judge.supported({&bad, 1}, {&bad, 1}).ok());
  EXPECT_TRUE(judge.addresses("", "").ok());
}

}  // namespace
}  // namespace vecstore
