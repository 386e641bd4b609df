#include "rag/cache/answer_cache.h"

#include <gmock/gmock.h>

#include <thread>

#include "base/clock.h"
#include "rag/ingest/embedding_model.h"
#include "rag/ingest/word_embedder.h"
#include "rag/memory/scripted_model.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr const char* kAsked = "how is the big pump oiled in the winter";
constexpr const char* kAlike = "how is the big pump oiled in winter";  // cosine 0.96

class AnswerCacheTest : public ::testing::Test {
 protected:
  void SetUp() override {
    put("pump", "The pump is oiled on Mondays.");
    put("fence", "The fence is painted in 2023.");
    put("filter", "Filters are changed every 3 months.");
  }

  void put(const std::string& id, const std::string& text) {
    Record made{.id = id, .text = text};
    made.vector = words.embed(text).value();
    docs.upsert(made).value();
  }

  AnswerCache open(const AnswerCacheOptions& wanted = {.threshold = 0.9}) {
    return AnswerCache::open(database, words.info(), wanted).value();
  }

  Vector vector_of(const std::string& text) const { return Vector(words.embed(text).value()); }

  Result<Hits> passages(const Vector& vector) const {
    return docs.query({.vector = vector, .k = 2});
  }

  CacheLookup look(const AnswerCache& cache, const std::string& question,
                   const std::string& key = "key") const {
    const auto find = [&](const std::string&, const Vector& vector) { return passages(vector); };
    return cache.find(key, question, vector_of(question), options, find).value();
  }

  // As a caller does: an answer that is kept, else one of the model, which is kept.
  std::string ask(AnswerCache& cache, const std::string& question, const std::string& said,
                  const std::string& key = "key") {
    const CacheLookup lookup = look(cache, question, key);
    if (lookup.hit) {
      EXPECT_TRUE(cache.used(*lookup.hit).ok());
      return lookup.hit->answer.text;
    }
    const Hits hits = passages(vector_of(question)).value();
    const Answer answer = answer_question(ScriptedModel(said), question, hits, options).value();
    EXPECT_TRUE(cache.keep(key, question, vector_of(question), answer, lookup.stale).ok());
    return answer.text;
  }

  WordEmbedder words{"words", 1024};
  Database database = Database::in_memory().value();
  Collection docs = database.create_collection("docs", options_for(words.info())).value();
  AnswerOptions options;
};

TEST_F(AnswerCacheTest, a_question_that_means_the_same_gets_the_same_answer) {
  AnswerCache cache = open();
  EXPECT_EQ(ask(cache, kAsked, "On Mondays [1]."), "On Mondays [1].");
  const CacheLookup lookup = look(cache, kAlike);
  ASSERT_TRUE(lookup.hit);
  EXPECT_EQ(lookup.hit->question, kAsked);
  EXPECT_GT(lookup.hit->similarity, 0.9);
  EXPECT_LT(lookup.hit->similarity, 0.999);
  EXPECT_GT(lookup.hit->said_at, 0);
  const Answer& answer = lookup.hit->answer;
  ASSERT_THAT(answer.checked.citations, SizeIs(1));
  EXPECT_EQ(answer.context.passages[answer.checked.citations[0].passage].id, "pump");
  EXPECT_FALSE(look(cache, "who paints the fence").hit);
  EXPECT_FALSE(look(open({.threshold = 0.99}), kAlike).hit);
}

TEST_F(AnswerCacheTest, an_answer_from_a_passage_that_changed_is_not_given) {
  AnswerCache cache = open();
  ask(cache, kAsked, "On Mondays [1].");
  put("pump", "The pump is oiled on Fridays.");
  const CacheLookup lookup = look(cache, kAsked);
  EXPECT_FALSE(lookup.hit);
  EXPECT_THAT(lookup.stale, SizeIs(1));
  EXPECT_EQ(ask(cache, kAsked, "On Fridays [1]."), "On Fridays [1].");
  EXPECT_EQ(ask(cache, kAsked, "never"), "On Fridays [1].");
  EXPECT_EQ(cache.stats()->stale, 1u);
  EXPECT_EQ(cache.stats()->entries, 1u);
}

TEST_F(AnswerCacheTest, an_answer_is_not_given_when_a_better_passage_came_or_its_own_went) {
  AnswerCache cache = open();
  ask(cache, kAsked, "On Mondays [1].");
  put("new", "In the winter the big pump is oiled daily.");
  EXPECT_FALSE(look(cache, kAsked).hit);
  docs.remove("new").value();
  EXPECT_TRUE(look(cache, kAsked).hit) << "what the model would be shown is as it was";
  docs.remove("pump").value();
  EXPECT_FALSE(look(cache, kAsked).hit);
}

TEST_F(AnswerCacheTest, a_write_that_changes_no_passage_costs_no_answer) {
  AnswerCache cache = open();
  ask(cache, kAsked, "On Mondays [1].");
  put("bread", "Bread needs flour.");
  docs.compact().value();
  EXPECT_TRUE(look(cache, kAsked).hit);
}

TEST_F(AnswerCacheTest, an_answer_under_another_name_of_its_passage_is_not_given) {
  AnswerCache cache = open();
  ask(cache, kAsked, "On Mondays [1].");
  docs.remove("pump").value();
  put("pump again", "The pump is oiled on Mondays.");
  EXPECT_FALSE(look(cache, kAsked).hit);
}

TEST_F(AnswerCacheTest, the_same_words_are_the_same_question_whatever_their_vectors) {
  AnswerCache cache = open({.threshold = 1});
  ask(cache, "when is the pump oiled", "On Mondays [1].");
  const CacheLookup lookup = look(cache, " When is  the PUMP oiled?");
  ASSERT_TRUE(lookup.hit);
  EXPECT_EQ(lookup.hit->similarity, 1);
  EXPECT_FALSE(look(cache, "when is the pump oiled, then").hit);
  EXPECT_EQ(plain_question(" What\n is C++ ?! "), "what is c++");
  EXPECT_EQ(plain_question("?"), "");
}

TEST_F(AnswerCacheTest, questions_with_other_numbers_are_others) {
  AnswerCache cache = open({.threshold = 0.5});
  ask(cache, "what was painted in the spring of 2023", "The fence [1].");
  EXPECT_FALSE(look(cache, "what was painted in the spring of 2024").hit);
  EXPECT_FALSE(look(cache, "what was painted in the spring").hit);
  EXPECT_TRUE(look(cache, "what was painted in spring of 2023").hit);
}

TEST_F(AnswerCacheTest, the_same_words_in_another_order_or_negated_are_another_question) {
  AnswerCache cache = open({.threshold = 0.5});
  ask(cache, "is the big pump oiled before the old pump", "On Mondays [1].");
  EXPECT_TRUE(look(cache, "is the big pump oiled before an old pump").hit);
  EXPECT_FALSE(look(cache, "is the old pump oiled before the big pump").hit);
  EXPECT_FALSE(look(cache, "is the big pump not oiled before the old pump").hit);
}

TEST_F(AnswerCacheTest, another_model_prompt_setting_or_collection_is_another_key) {
  const ScriptedModel model("x");
  const AnswerOptions usual;
  const std::string key = answer_key(model, usual, "docs, k 8");
  EXPECT_EQ(answer_key(model, usual, "docs, k 8"), key);
  EXPECT_NE(answer_key(model, usual, "docs, k 9"), key);
  std::vector<AnswerOptions> others(7);
  others[0].instructions += ".";
  others[1].prompt += " ";
  others[2].max_context_tokens = 1;
  others[3].chat.temperature = 0;
  others[4].chat.max_tokens = 7;
  others[5].chat.seed = 1;
  others[6].history = {{ChatRole::kUser, "before"}};
  for (const AnswerOptions& other : others) EXPECT_NE(answer_key(model, other, "docs, k 8"), key);
  AnswerCache cache = open();
  ask(cache, kAsked, "On Mondays [1].", "one key");
  EXPECT_FALSE(look(cache, kAsked, "another key").hit);
}

TEST_F(AnswerCacheTest, an_entry_ends_with_its_time) {
  AnswerCache cache = open({.threshold = 0.9, .ttl = std::chrono::seconds(1)});
  ask(cache, kAsked, "On Mondays [1].");
  EXPECT_TRUE(look(cache, kAsked).hit);
  const double begun_ms = monotonic_ms();
  while (look(cache, kAsked).hit && monotonic_ms() - begun_ms < 30'000) {
  }
  EXPECT_FALSE(look(cache, kAsked).hit);
  EXPECT_EQ(cache.stats()->entries, 0u);
}

TEST_F(AnswerCacheTest, the_least_recently_used_go_first) {
  AnswerCache cache = open({.threshold = 0.999, .capacity = 8});
  const auto question = [](int i) { return std::string(1, static_cast<char>('a' + i)) + "word"; };
  for (int i = 0; i < 8; ++i) ask(cache, question(i), "A fence [1].");
  EXPECT_EQ(ask(cache, question(0), "No fence [1]."),
            "A fence [1].");  // the oldest becomes the last used
  ask(cache, question(8), "A fence [1].");
  EXPECT_EQ(cache.stats()->entries, 7u);
  EXPECT_TRUE(look(cache, question(0)).hit);
  EXPECT_FALSE(look(cache, question(1)).hit);
  EXPECT_FALSE(look(cache, question(2)).hit);
  EXPECT_TRUE(look(cache, question(3)).hit);
}

TEST_F(AnswerCacheTest, an_answer_that_is_cut_or_doubtful_is_not_kept) {
  AnswerCache cache = open();
  ask(cache, kAsked, "In 1999 [7].");
  EXPECT_FALSE(look(cache, kAsked).hit);
  const ScriptedModel model(
      [](const std::string&) { return ChatAnswer{.text = "On Mondays [1].", .cut = true}; });
  const Hits hits = passages(vector_of(kAsked)).value();
  const Answer cut = answer_question(model, kAsked, hits, options).value();
  ASSERT_TRUE(cache.keep("key", kAsked, vector_of(kAsked), cut, {}).ok());
  EXPECT_FALSE(look(cache, kAsked).hit);
  EXPECT_EQ(cache.stats()->misses, 2u);
}

TEST_F(AnswerCacheTest, hits_and_misses_are_counted_by_threads_together) {
  AnswerCache first = open();
  ask(first, kAsked, "On Mondays [1].");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      AnswerCache mine = open();
      const CachedAnswer hit = *look(mine, kAsked).hit;
      for (int i = 0; i < 500; ++i) EXPECT_TRUE(mine.used(hit).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(first.stats()->hits, 2000u);
  EXPECT_EQ(first.stats()->misses, 1u);
}

TEST_F(AnswerCacheTest, a_hit_on_an_entry_that_went_is_counted_still) {
  AnswerCache cache = open();
  ask(cache, kAsked, "On Mondays [1].");
  const CachedAnswer hit = *look(cache, kAsked).hit;
  ASSERT_TRUE(cache.keep("key", "another", vector_of("another"), hit.answer, {hit.id}).ok());
  ASSERT_TRUE(cache.used(hit).ok());
  EXPECT_EQ(cache.stats()->hits, 1u);
}

TEST_F(AnswerCacheTest, what_is_no_cache_or_no_number_is_refused) {
  const auto code = [&](const AnswerCacheOptions& wrong) {
    return AnswerCache::open(database, words.info(), wrong).status().code();
  };
  EXPECT_EQ(code({.create = false}), Code::kNotFound);
  EXPECT_EQ(code({.threshold = 1.1}), Code::kInvalidArgument);
  EXPECT_EQ(code({.threshold = -0.1}), Code::kInvalidArgument);
  EXPECT_EQ(code({.ttl = std::chrono::seconds(0)}), Code::kInvalidArgument);
  EXPECT_EQ(code({.capacity = 0}), Code::kInvalidArgument);
  const std::vector<std::string> before = database.list_collections().value();
  open();
  std::vector<std::string> after = database.list_collections().value();
  std::erase(after, "docs");
  ASSERT_THAT(after, SizeIs(1));
  ASSERT_TRUE(database.drop_collection(after[0]).ok());
  database.create_collection(after[0]).value();
  EXPECT_EQ(code({}), Code::kFailedPrecondition);
  EXPECT_THAT(before, ElementsAre("docs"));
}

}  // namespace
}  // namespace vecstore
