#include "rag/query/expand_question.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/memory/scripted_model.h"
#include "vecstore/database.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class ExpandQuestionTest : public ::testing::Test {
 protected:
  ExpandQuestionTest() {
    for (const auto& [id, text] :
         {std::pair("pump", "the pump is oiled on mondays"),
          std::pair("grease", "a lubricant for the bearing"), std::pair("sea", "tides of the sea")})
      EXPECT_TRUE(things_.upsert({.id = id, .text = text}).ok());
  }

  Result<Query> expanded(const std::string& question, const Expansion& expansion) {
    ExpansionSources sources;
    sources.as_query = [&](const std::string& text, bool itself) -> Result<Query> {
      asked_.push_back((itself ? "itself: " : "more: ") + text);
      Query query = common_;
      query.text = text;
      return query;
    };
    sources.embed = [&](std::string_view passage) -> Result<std::vector<float>> {
      embedded_.emplace_back(passage);
      return std::vector<float>{0, 1};
    };
    sources.note = [&](const std::string& note) { notes_.push_back(note); };
    return expand_question(things_, question, expansion, sources);
  }

  static Expansion rewritten(const std::string& how, const std::string& said) {
    Expansion expansion;
    expansion.rewriting = parse_rewriting(how).value();
    expansion.model = std::make_shared<const ScriptedModel>(said);
    return expansion;
  }

  Database database_ = Database::in_memory().value();
  Collection things_ = database_.create_collection("things", {}).value();
  Query common_ = {};
  std::vector<std::string> asked_, embedded_, notes_;
};

TEST_F(ExpandQuestionTest, words_are_added_to_the_question) {
  Expansion expansion;
  expansion.synonyms = Synonyms::parse("oil, lubricant").value();
  const Query query = expanded("oil", expansion).value();
  EXPECT_EQ(query.text_syntax, TextSyntax::kQuery);
  EXPECT_EQ(things_.query(query).value().size(), 2u) << "both words";
  expansion.synonyms.reset();
  expansion.feedback = true;
  EXPECT_THAT(expanded("mondays", expansion).value().text, HasSubstr("pump"));
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(ExpandQuestionTest, what_was_mended_is_asked_and_told) {
  Expansion expansion{.spelling = true};
  EXPECT_EQ(expanded("tidse", expansion).value().text, "tides");
  EXPECT_THAT(notes_, ElementsAre("searched for: tides"));
  EXPECT_THAT(asked_, ElementsAre("itself: tides"));
}

TEST_F(ExpandQuestionTest, other_ways_to_ask_are_stages) {
  const Query query =
      expanded("oil?", rewritten("multi_query", "- which lubricant?\n- what grease?")).value();
  EXPECT_EQ(query.prefetch.size(), 3u);
  EXPECT_THAT(asked_, ElementsAre("itself: oil?", "more: which lubricant?", "more: what grease?"));
  EXPECT_THAT(notes_, ElementsAre("searched for, too: which lubricant?",
                                  "searched for, too: what grease?"));
}

TEST_F(ExpandQuestionTest, talk_of_a_model_is_a_note_and_no_error) {
  const Query query = expanded("oil?", rewritten("decompose", "")).value();
  EXPECT_EQ(query.text, "oil?");
  ASSERT_EQ(notes_.size(), 1u);
  EXPECT_THAT(notes_.front(), HasSubstr("asked as it is"));
}

TEST_F(ExpandQuestionTest, hyde_moves_the_vector_halfway) {
  common_.vector = Vector({1.0F, 0.0F});
  const Query query = expanded("oil?", rewritten("hyde", "A lubricant.")).value();
  EXPECT_THAT(*query.vector.dense(), ElementsAre(0.5F, 0.5F));
  EXPECT_THAT(embedded_, ElementsAre("A lubricant."));
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(ExpandQuestionTest, what_does_not_go_together_is_refused) {
  Expansion expansion{.feedback = true};
  common_.text_syntax = TextSyntax::kQuery;
  EXPECT_THAT(expanded("+oil", expansion).status().message(), HasSubstr("to plain words"));
  common_ = {};
  EXPECT_THAT(expanded("", expansion).status().message(), HasSubstr("for the modes text"));
  EXPECT_THAT(expanded("oil", rewritten("hyde", "A lubricant.")).status().message(),
              HasSubstr("dense vectors"));
  Expansion failing;
  failing.rewriting = Rewriting::kStepBack;
  failing.model = std::make_shared<const ScriptedModel>(
      [](const std::string&) -> Result<ChatAnswer> { return Status(Code::kUnavailable, "away"); });
  EXPECT_THAT(expanded("oil", failing).status().message(), StartsWith("step_back: "));
}

TEST_F(ExpandQuestionTest, methods_are_names_of_which_one_rewrites) {
  const std::vector<std::string> all = {"spelling", "synonyms", "feedback", "hyde"};
  const ExpansionMethods methods = parse_expansions(all).value();
  EXPECT_TRUE(methods.spelling && methods.synonyms && methods.feedback);
  EXPECT_EQ(methods.rewriting, Rewriting::kHyde);
  const std::vector<std::string> unknown = {"spellin"}, both = {"hyde", "decompose"};
  EXPECT_THAT(parse_expansions(unknown).status().message(), HasSubstr("did you mean 'spelling'"));
  EXPECT_THAT(parse_expansions(both).status().message(), HasSubstr("hyde or decompose"));
}

TEST_F(ExpandQuestionTest, numbers_have_limits) {
  EXPECT_TRUE(check_expansion({}).ok());
  EXPECT_FALSE(check_expansion({.synonym_weight = 0}).ok());
  EXPECT_FALSE(check_expansion({.synonym_weight = 101}).ok());
  EXPECT_FALSE(check_expansion({.rewrites = 0}).ok());
  EXPECT_FALSE(check_expansion({.rewrites = kMaxRewrites + 1}).ok());
  EXPECT_FALSE(check_expansion({.from_hits = {.hits = kMaxFeedbackHits + 1}}).ok());
  EXPECT_FALSE(check_expansion({.from_hits = {.words = kMaxFeedbackWords + 1}}).ok());
  EXPECT_FALSE(check_expansion({.from_hits = {.weight = 1}}).ok());
}

}  // namespace
}  // namespace vecstore
