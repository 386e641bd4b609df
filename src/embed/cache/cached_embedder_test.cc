#include "embed/cache/cached_embedder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/test_folder.h"

namespace vecstore {
namespace {

using ::testing::HasSubstr;

// A text's vector is its length and its first byte; what it was asked is counted.
class CountingEmbedder : public Embedder {
 public:
  explicit CountingEmbedder(std::string checksum = "1") : info_{"counting", 2, "sum", checksum} {}
  const EmbedderInfo& info() const override { return info_; }
  Result<std::vector<float>> embed_batch(std::span<const std::string> texts) const override {
    if (broken) return unavailable("out of order");
    asked += texts.size();
    std::vector<float> rows;
    for (const std::string& text : texts) {
      rows.push_back(static_cast<float>(text.size()));
      rows.push_back(text.empty() ? 0 : static_cast<float>(text[0]));
    }
    if (short_of_one) rows.pop_back();
    return rows;
  }

  Result<std::vector<float>> embed_queries(std::span<const std::string> texts) const override {
    return std::vector<float>(2 * texts.size(), -1);
  }

  // The first `whole` texts of a call; an error for the others.
  SomeEmbedded embed_some(std::span<const std::string> texts,
                          const EmbedOptions& options) const override {
    if (options.questions || texts.size() <= whole) return Embedder::embed_some(texts, options);
    SomeEmbedded some{.rows = embed_batch(texts.first(whole)).value(),
                      .done = std::vector<bool>(texts.size()),
                      .status = silent ? Status() : unavailable("the line went dead")};
    some.rows.resize(2 * texts.size());
    std::fill_n(some.done.begin(), whole, true);
    return some;
  }

  mutable std::atomic<std::size_t> asked = 0;
  bool broken = false, short_of_one = false, silent = false;
  std::size_t whole = SIZE_MAX;

 private:
  EmbedderInfo info_;
};

struct Cache {
  explicit Cache(std::shared_ptr<CountingEmbedder> given = std::make_shared<CountingEmbedder>(),
                 EmbeddingCacheOptions options = {})
      : model(std::move(given)), embedder(CachedEmbedder::open(database, model, options).value()) {}

  Database database = Database::in_memory().value();
  std::shared_ptr<CountingEmbedder> model;
  std::shared_ptr<const CachedEmbedder> embedder;
};

std::vector<float> embed(const Embedder& embedder, std::vector<std::string> texts) {
  return embedder.embed_batch(texts).value();
}

TEST(CachedEmbedder, gives_what_the_model_gives_and_asks_it_once) {
  Cache cache;
  const std::vector<std::string> texts = {"one", "", "three", "one"};
  const std::vector<float> expected = embed(*cache.model, texts);
  cache.model->asked = 0;
  EXPECT_EQ(embed(*cache.embedder, texts), expected);
  EXPECT_EQ(cache.model->asked, 3u);
  EXPECT_EQ(embed(*cache.embedder, {"three", "one", "two", ""}),
            (std::vector<float>{5, 't', 3, 'o', 3, 't', 0, 0}));
  EXPECT_EQ(cache.model->asked, 4u);
  const EmbeddingCacheStats stats = cache.embedder->stats().value();
  EXPECT_EQ(stats.hits, 3u);
  EXPECT_EQ(stats.misses, 4u);
  EXPECT_EQ(stats.entries, 4u);
  EXPECT_TRUE(embed(*cache.embedder, {}).empty());
}

TEST(CachedEmbedder, questions_are_not_texts) {
  Cache cache;
  EXPECT_EQ(cache.embedder->embed("a").value(), (std::vector<float>{1, 'a'}));
  EXPECT_EQ(cache.embedder->embed_query("a").value(), (std::vector<float>{-1, -1}));
}

TEST(CachedEmbedder, remembers_from_run_to_run) {
  const TestFolder folder;
  const auto model = std::make_shared<CountingEmbedder>();
  for (int run = 0; run < 3; ++run) {
    Database database = Database::open((folder.path() / "db").string()).value();
    const auto cache = CachedEmbedder::open(database, model, {}).value();
    EXPECT_EQ(embed(*cache, {"a", "bb"}), (std::vector<float>{1, 'a', 2, 'b'}));
    ASSERT_TRUE(database.close().ok());
  }
  EXPECT_EQ(model->asked, 2u);
}

TEST(CachedEmbedder, models_do_not_share) {
  Cache cache;
  embed(*cache.embedder, {"a"});
  const auto other = std::make_shared<CountingEmbedder>("2");
  embed(*CachedEmbedder::open(cache.database, other, {}).value(), {"a"});
  EXPECT_EQ(other->asked, 1u);
}

TEST(CachedEmbedder, the_oldest_go_first) {
  Cache cache(std::make_shared<CountingEmbedder>(), {.max_entries = 16});
  for (int i = 0; i < 17; ++i) embed(*cache.embedder, {"text " + std::to_string(i)});
  EXPECT_EQ(cache.embedder->stats().value().entries, 14u);
  cache.model->asked = 0;
  for (int i = 3; i < 17; ++i) embed(*cache.embedder, {"text " + std::to_string(i)});
  EXPECT_EQ(cache.model->asked, 0u);
  embed(*cache.embedder, {"text 2"});
  EXPECT_EQ(cache.model->asked, 1u);
}

// More in one call than are kept: all are answered, some are kept.
TEST(CachedEmbedder, a_call_may_be_larger_than_the_cache) {
  Cache cache(std::make_shared<CountingEmbedder>(), {.max_entries = 16});
  std::vector<std::string> texts;
  for (std::size_t i = 1; i <= 40; ++i) texts.emplace_back(i, 'x');
  const std::vector<float> rows = embed(*cache.embedder, texts);
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(rows[2 * i], i + 1);
  EXPECT_EQ(cache.embedder->stats().value().entries, 14u);
}

TEST(CachedEmbedder, a_reader_keeps_nothing) {
  const TestFolder folder;
  const std::string path = (folder.path() / "db").string();
  const auto model = std::make_shared<CountingEmbedder>();
  {
    Database database = Database::open(path).value();
    EXPECT_EQ(CachedEmbedder::open(database, model, {.read_only = true}).status().code(),
              Code::kNotFound);
    embed(*CachedEmbedder::open(database, model, {}).value(), {"a"});
    ASSERT_TRUE(database.close().ok());
  }
  Database database = Database::open(path, {.read_only = true}).value();
  const auto cache = CachedEmbedder::open(database, model, {.read_only = true}).value();
  EXPECT_EQ(embed(*cache, {"a", "new"}), (std::vector<float>{1, 'a', 3, 'n'}));
  EXPECT_EQ(embed(*cache, {"new"}), (std::vector<float>{3, 'n'}));
  EXPECT_EQ(cache->stats().value().hits, 1u);
  EXPECT_EQ(cache->stats().value().entries, 1u);
}

TEST(CachedEmbedder, errors_are_told_and_nothing_wrong_is_kept) {
  Cache cache;
  cache.model->broken = true;
  EXPECT_EQ(cache.embedder->embed("a").status().code(), Code::kUnavailable);
  cache.model->broken = false;
  cache.model->short_of_one = true;
  EXPECT_THAT(cache.embedder->embed("a").status().message(),
              HasSubstr("model 'counting' gave 1 numbers for 1 texts of dimension 2"));
  cache.model->short_of_one = false;
  EXPECT_EQ(cache.embedder->stats().value().entries, 0u);
  EXPECT_EQ(cache.embedder->embed("a").value(), (std::vector<float>{1, 'a'}));
  EXPECT_EQ(CachedEmbedder::open(cache.database, cache.model, {.max_entries = 0}).status().code(),
            Code::kInvalidArgument);
}

TEST(CachedEmbedder, what_came_before_an_error_is_kept_and_not_asked_for_again) {
  Cache cache;
  cache.model->whole = 2;
  const std::vector<std::string> texts = {"a", "bb", "a", "ccc", "dddd", "eeeee"};
  EXPECT_EQ(cache.embedder->embed_batch(texts).status().message(), "the line went dead");
  EXPECT_EQ(cache.embedder->stats().value().entries, 2u);
  const SomeEmbedded some = cache.embedder->embed_some(texts, {});
  EXPECT_EQ(some.done, (std::vector<bool>{true, true, true, true, true, false}));
  EXPECT_EQ(some.rows, (std::vector<float>{1, 'a', 2, 'b', 1, 'a', 3, 'c', 4, 'd', 0, 0}));
  EXPECT_EQ(some.status.code(), Code::kUnavailable);
  cache.model->whole = SIZE_MAX;
  EXPECT_EQ(embed(*cache.embedder, {"eeeee", "dddd"}), (std::vector<float>{5, 'e', 4, 'd'}));
  EXPECT_EQ(cache.model->asked, 5u);  // each text once, the dead line notwithstanding
}

TEST(CachedEmbedder, a_model_that_says_all_is_well_and_gives_less_is_not_believed) {
  Cache cache;
  cache.model->whole = 1;
  cache.model->silent = true;
  const std::vector<std::string> texts = {"a", "bb"};
  EXPECT_THAT(cache.embedder->embed_batch(texts).status().message(),
              HasSubstr("gave 1 of 2 vectors and no error"));
  EXPECT_EQ(cache.embedder->stats().value().entries, 0u);
}

TEST(CachedEmbedder, a_token_ends_a_call) {
  Cache cache;
  EmbedOptions options;
  options.cancel.cancel();
  const std::vector<std::string> texts = {"a"};
  EXPECT_EQ(cache.embedder->embed_some(texts, options).status.code(), Code::kCancelled);
  EXPECT_EQ(cache.model->asked, 0u);
}

// Whoever writes a collection of that name himself is told, not believed.
TEST(CachedEmbedder, a_collection_that_is_no_cache_is_refused) {
  Cache cache;
  const std::string name = cache.database.list_collections().value().at(0);
  ASSERT_TRUE(cache.database.drop_collection(name).ok());
  ASSERT_TRUE(cache.database.create_collection(name, {.dimension = 2}).ok());
  EXPECT_EQ(CachedEmbedder::open(cache.database, cache.model, {}).status().code(),
            Code::kFailedPrecondition);
}

TEST(CachedEmbedder, many_threads_get_the_right_vectors) {
  Cache cache(std::make_shared<CountingEmbedder>(), {.max_entries = 64});
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i) {
        const std::string text(static_cast<std::size_t>(1 + (i * 7 + t * 13) % 90), 'x');
        const auto row = cache.embedder->embed(text);
        if (!row.ok() || row->at(0) != static_cast<float>(text.size())) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace vecstore
