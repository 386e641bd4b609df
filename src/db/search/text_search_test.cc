#include "db/search/text_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/random.h"
#include "db/test_database.h"
#include "text/analysis/analyzer.h"

namespace vecstore {
namespace {

Ids ids_of(const Hits& hits) {
  Ids ids;
  for (const Hit& hit : hits) ids.push_back(hit.id);
  return ids;
}

// BM25 by the book over a map. The store's numbers are the same when it has no dead rows.
class NaiveTexts {
 public:
  void put(const std::string& id, const std::optional<std::string>& text, bool even) {
    rows_[id] = {text, even};
  }
  void remove(const std::string& id) { rows_.erase(id); }

  std::vector<std::pair<double, std::string>> search(const std::string& query, bool even_only) {
    std::vector<std::pair<double, std::string>> found;
    const std::vector<std::string> terms = terms_of(query);  // asked twice counts twice
    for (const auto& [id, row] : rows_) {
      if (!row.text || (even_only && !row.even)) continue;
      const auto words = terms_of(*row.text);
      double score = 0;
      for (const std::string& term : terms) score += score_of(term, words);
      if (score > 0) found.emplace_back(score, id);
    }
    std::ranges::sort(found, [](const auto& a, const auto& b) {
      return std::abs(a.first - b.first) > 1e-7 ? a.first > b.first : a.second < b.second;
    });
    return found;
  }

 private:
  struct Row {
    std::optional<std::string> text;
    bool even;
  };

  std::vector<std::string> terms_of(const std::string& text) {
    text::Tokens tokens;
    analyzer_.analyze(text, tokens);
    std::vector<std::string> terms;
    for (std::size_t i = 0; i < tokens.size(); ++i) terms.emplace_back(tokens.term(i));
    return terms;
  }

  double score_of(const std::string& term, const std::vector<std::string>& words) {
    double rows = 0, length = 0, with = 0;
    for (const auto& [id, row] : rows_) {
      const auto of = row.text ? terms_of(*row.text) : std::vector<std::string>();
      rows += of.empty() ? 0 : 1;
      length += static_cast<double>(of.size());
      with += std::ranges::count(of, term) > 0 ? 1 : 0;
    }
    const auto often = static_cast<double>(std::ranges::count(words, term));
    const double idf = std::log(1 + (rows - with + 0.5) / (with + 0.5));
    const double norm = 0.25 + 0.75 * static_cast<double>(words.size()) / (length / rows);
    return idf * often / (often + 1.2 * norm);
  }

  std::map<std::string, Row> rows_;
  text::Analyzer analyzer_ = text::Analyzer::make("simple").value();
};

class Sequence {
 public:
  explicit Sequence(std::uint64_t seed) : random_(seed) {
    test_.options.memory_map = seed % 2 == 0;
    reopen();
  }

  void run() {
    for (int step = 0; step < 60 && !testing::Test::HasFailure(); ++step) {
      SCOPED_TRACE("step " + std::to_string(step));
      change();
      compare_matches();
      if (step % 10 != 9) continue;
      ASSERT_TRUE(things_->compact().ok());
      compare_scores();
    }
  }

 private:
  std::string words(std::size_t most) {
    std::string text;
    for (std::size_t i = random_.below(most + 1); i > 0; --i) {
      const double skewed = random_.uniform() * random_.uniform();
      text += "w" + std::to_string(static_cast<int>(skewed * 12)) + " ";
    }
    return text;
  }
  std::string random_id() { return "id" + std::to_string(random_.below(30)); }

  void reopen() {
    things_.reset();
    test_.open();
    things_.emplace(test_.things({.text = {.analyzer = "simple"}}));
  }

  void change() {
    switch (random_.below(12)) {
      case 0:
        ASSERT_TRUE(things_->flush().ok());
        return;
      case 1:
        ASSERT_TRUE(things_->compact().ok());
        return;
      case 2:
        return reopen();
      case 3:
      case 4: {
        const std::string id = random_id();
        ASSERT_TRUE(things_->remove(id).ok());
        return model_.remove(id);
      }
      default: {
        Record record{.id = random_id()};
        const bool even = random_.below(2) == 0;
        record.metadata = Metadata{{"even", even}};
        if (random_.below(8) != 0) record.text = words(9);
        ASSERT_TRUE(things_->upsert(record).ok());
        model_.put(record.id, record.text, even);
      }
    }
  }

  Query random_query() {
    Query query{.text = words(3) + "w1", .k = 1 + random_.below(12), .offset = random_.below(4)};
    if (random_.below(2) == 0) query.filter = Filter::parse("even = true").value();
    return query;
  }

  // Dead rows may count in the numbers: what is found is certain, and that a part of the answer is
  // a part of the whole.
  void compare_matches() {
    Query query = random_query();
    const Ids part = ids_of(things_->query(query).value());
    const std::size_t first = std::exchange(query.offset, 0);
    const std::size_t count = std::exchange(query.k, 1000);
    Ids whole = ids_of(things_->query(query).value());
    for (std::size_t i = 0; i < part.size(); ++i) EXPECT_EQ(part[i], whole.at(first + i));
    EXPECT_EQ(part.size(), std::min(count, whole.size() - std::min(first, whole.size())));
    Ids expected;
    for (const auto& [score, id] : model_.search(query.text, !query.filter.empty()))
      expected.push_back(id);
    std::ranges::sort(whole);
    std::ranges::sort(expected);
    EXPECT_EQ(whole, expected) << query.text;
  }

  void compare_scores() {
    const Query query = random_query();
    const Hits hits = things_->query(query).value();
    const auto all = model_.search(query.text, !query.filter.empty());
    const std::size_t first = std::min(query.offset, all.size());
    ASSERT_EQ(hits.size(), std::min(query.k, all.size() - first)) << query.text;
    for (std::size_t i = 0; i < hits.size(); ++i) {
      EXPECT_EQ(hits[i].id, all[first + i].second) << query.text << " at " << i;
      EXPECT_NEAR(hits[i].score, all[first + i].first, 1e-6);
      EXPECT_EQ(hits[i].distance, std::nullopt);
    }
  }

  Random random_;
  TestDatabase test_;
  std::optional<Collection> things_;
  NaiveTexts model_;
};

TEST(TextSearch, is_bm25_by_the_book_over_memory_files_merges_and_reopening) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Sequence(seed).run();
    if (testing::Test::HasFailure()) return;
  }
}

void put(Collection& to, const std::string& id, const std::string& text,
         std::vector<float> vector = {}) {
  Record one{.id = id, .text = text};
  if (!vector.empty()) one.vector = std::move(vector);
  ASSERT_TRUE(to.upsert(one).ok());
}

TEST(TextSearch, needs_no_vectors_and_stems) {
  TestDatabase test;
  Collection things = test.things({});
  put(things, "a", "how to open a file");
  put(things, "b", "opening files, opened files");
  put(things, "c", "a closed door");
  EXPECT_EQ(ids_of(things.query({.text = "files opened"}).value()), (Ids{"b", "a"}));
  EXPECT_TRUE(things.query({.text = "the"}).value().empty()) << "a stop word";
}

TEST(TextSearch, equal_scores_are_ordered_by_id_across_segments) {
  TestDatabase test;
  Collection things = test.things({});
  put(things, "c", "same");
  put(things, "a", "same");
  ASSERT_TRUE(things.flush().ok());
  put(things, "b", "same");
  EXPECT_EQ(ids_of(things.query({.text = "same"}).value()), (Ids{"a", "b", "c"}));
  EXPECT_EQ(ids_of(things.query({.text = "same", .k = 1, .offset = 1}).value()), (Ids{"b"}));
}

TEST(TextSearch, neither_deleted_nor_expired_nor_soft_deleted_are_found) {
  TestDatabase test;
  Collection things = test.things({});
  for (const char* id : {"a", "b", "c", "d"}) put(things, id, "word");
  ASSERT_TRUE(things.flush().ok());
  ASSERT_TRUE(things.remove("a").ok());
  ASSERT_TRUE(things.soft_delete("b").ok());
  ASSERT_TRUE(things.set_ttl("c", std::chrono::seconds(1)).ok());
  test.clock.advance(2000);
  EXPECT_EQ(ids_of(things.query({.text = "word"}).value()), (Ids{"d"}));
  const Filter any = Filter::parse("$id != 'x'").value();
  EXPECT_EQ(ids_of(things.query({.text = "word", .filter = any}).value()), (Ids{"d"}));
}

TEST(TextSearch, understands_the_query_language_when_asked) {
  TestDatabase test;
  Collection things = test.things({});
  put(things, "a", "red apple");
  put(things, "b", "apple red pie");
  put(things, "c", "green apple");
  const auto ask = [&](const char* text) {
    return ids_of(things.query({.text = text, .text_syntax = TextSyntax::kQuery}).value());
  };
  EXPECT_EQ(ask("\"red apple\""), (Ids{"a"}));
  EXPECT_EQ(ask("+apple -red"), (Ids{"c"}));
  EXPECT_EQ(ask("gre*"), (Ids{"c"}));
  EXPECT_EQ(ask("text:pie"), (Ids{"b"}));
  const auto wrong = things.query({.text = "(red", .text_syntax = TextSyntax::kQuery});
  EXPECT_EQ(code_of(wrong), Code::kInvalidArgument);
  EXPECT_EQ(ids_of(things.query({.text = "(green: \"+"}).value()), (Ids{"c"}))
      << "words have no syntax";
}

TEST(TextSearch, what_cannot_be_answered_is_refused_by_name) {
  TestDatabase test;
  Collection none = test.db->get_or_create("none", {.text = {.analyzer = "none"}}).value();
  put(none, "a", "word");
  EXPECT_EQ(message_of(none.query({.text = "word"})),
            "collection 'none' has text analyzer none: its texts cannot be searched");
  Collection things = test.things();
  EXPECT_EQ(code_of(things.query({.text = "x", .max_distance = 1})), Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.query({.text = "x", .fusion = {.alpha = 1.5}})), Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.query({.text = std::string(70'000, 'x')})), Code::kInvalidArgument);
}

TEST(TextSearch, explains_itself) {
  TestDatabase test;
  Collection things = test.things();
  put(things, "a", "word", {1, 0});
  const Hits plan = things.query({.text = "word", .explain = Explain::kPlan}).value();
  EXPECT_TRUE(plan.empty());
  const Hits hits = things.query({.text = "word", .explain = Explain::kAnalyze}).value();
  EXPECT_EQ(hits.explanation->by_text->candidates, 1u);
  EXPECT_EQ(hits.explanation->query, "10 best by text 'word'");
  EXPECT_NE(hits.explanation->to_string().find("1 rows scored"), std::string::npos);
}

TEST(HybridQuery, fuses_both_halves_and_says_what_each_gave) {
  TestDatabase test;
  Collection things = test.things();
  put(things, "near", "nothing of note", {1, 0});
  put(things, "both", "an open file", {0.9f, 0.1f});
  put(things, "words", "open file, open file");
  const Query query{.vector = Vector({1, 0}),
                    .text = "open file",
                    .fusion = {.method = FusionMethod::kRrf, .alpha = 0.5}};
  const Hits hits = things.query(query).value();
  ASSERT_EQ(ids_of(hits), (Ids{"both", "near", "words"}));
  EXPECT_EQ(hits[0].arms[0].rank, 2u);
  EXPECT_EQ(hits[0].arms[1].rank, 2u);
  EXPECT_DOUBLE_EQ(hits[0].score, 2.0 / 62);
  EXPECT_DOUBLE_EQ(hits[0].score, hits[0].arms[0].share + hits[0].arms[1].share);
  EXPECT_NEAR(*hits[0].distance, 1 - hits[0].arms[0].score, 1e-6);
  EXPECT_EQ(hits[1].arms[1].rank, 0u);
  EXPECT_EQ(hits[2].arms[0].rank, 0u);
  EXPECT_EQ(hits[2].arms[1].score, things.query({.text = "open file"}).value()[0].score);
}

TEST(HybridQuery, holds_both_halves_to_the_filter_and_the_radius_to_the_vector) {
  TestDatabase test;
  Collection things = test.things();
  for (int i = 0; i < 40; ++i) {
    Record one{.id = "id" + std::to_string(10 + i), .metadata = Metadata{{"i", i}}};
    one.vector = Vector({1, static_cast<float>(i)});
    one.text = i % 2 == 0 ? "even word" : "odd word";
    ASSERT_TRUE(things.upsert(one).ok());
    if (i != 20) continue;
    ASSERT_TRUE(things.flush().ok());
  }
  Query query{.vector = Vector({1, 0}), .text = "even", .k = 50};
  query.filter = Filter::parse("i >= 10 AND i < 14").value();
  EXPECT_EQ(things.query(query).value().size(), 4u);
  query.max_distance = 0;
  EXPECT_EQ(ids_of(things.query(query).value()), (Ids{"id20", "id22"})) << "by text alone";
  query.max_distance.reset();
  query.fusion = {.method = FusionMethod::kRelativeScore, .alpha = 0};
  query.min_score = 0.5;
  EXPECT_EQ(ids_of(things.query(query).value()), (Ids{"id20", "id22"}));
}

TEST(HybridQuery, before_the_first_vector_is_its_text) {
  TestDatabase test;
  Collection things = test.things({});
  put(things, "a", "word");
  const Hits hits = things.query({.vector = Vector({1, 2}), .text = "word"}).value();
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].arms[1].rank, 1u);
}

}  // namespace
}  // namespace vecstore
