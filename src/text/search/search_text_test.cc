#include "text/search/search_text.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "text/search/corpus_test.h"

namespace vecstore::text {
namespace {

constexpr std::size_t kAll = 1'000'000;

// What the plainest means find is found, with the same scores.
void expect_naive(const Corpus& corpus, const TextQuery& query, Row rows,
                  const std::vector<TextHit>& hits) {
  std::map<Row, double> found;
  for (const TextHit& hit : hits) found[corpus.global(hit)] = hit.score;
  ASSERT_EQ(found.size(), hits.size());
  for (Row row = 0; row < rows; ++row) {
    const auto expected = corpus.naive(query, row);
    const auto at = found.find(row);
    ASSERT_EQ(expected.has_value(), at != found.end()) << "row " << row;
    if (!expected) continue;
    ASSERT_NEAR(*expected, at->second, 1e-9) << "row " << row;
  }
}

TEST(SearchText, scores_are_those_of_the_plainest_means) {
  constexpr Row kRows = 150;
  Corpus corpus(1, kRows, 60);
  for (int round = 0; round < 1200; ++round) {
    if (round % 100 == 0) corpus.divide(1 + corpus.random.below(4));
    corpus.bm25 = round % 2 == 0 ? Bm25() : Bm25{0.9, 0.4};
    const TextQuery query = corpus.random_query(60, 3);
    const auto answer = search_text(corpus.ask(query, kAll), corpus.segments);
    ASSERT_TRUE(answer.ok()) << answer.status().to_string();
    expect_naive(corpus, query, kRows, answer->hits);
    if (HasFatalFailure()) FAIL() << "round " << round;
  }
}

using Order = std::vector<std::pair<Row, double>>;

Order order_of(const Corpus& corpus, const TextAnswer& answer) {
  Order order;
  for (const TextHit& hit : answer.hits) order.emplace_back(corpus.global(hit), hit.score);
  return order;
}

// The best k are the first k of all, bit for bit, whatever was skipped and however rows are
// divided.
TEST(SearchText, skipping_and_dividing_change_no_answer) {
  Corpus corpus(2, 20'000, 3000);
  std::vector<TextQuery> queries;
  std::vector<Order> answers;
  for (int i = 0; i < 60; ++i) queries.push_back(corpus.random_query(3000, 2));
  for (const std::size_t parts : {1u, 3u}) {
    corpus.divide(parts);
    for (std::size_t q = 0; q < queries.size(); ++q) {
      const Order all =
          order_of(corpus, search_text(corpus.ask(queries[q], kAll), corpus.segments).value());
      if (parts == 1) answers.push_back(all);
      ASSERT_EQ(all, answers[q]) << "query " << q;
      for (const std::size_t k : {1u, 10u, 100u}) {
        const Order best =
            order_of(corpus, search_text(corpus.ask(queries[q], k), corpus.segments).value());
        ASSERT_EQ(best, Order(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(best.size())));
        ASSERT_EQ(best.size(), std::min(k, all.size())) << "query " << q;
      }
    }
  }
}

TEST(SearchText, phrases_skip_only_rows_that_cannot_be_among_the_best) {
  Corpus corpus(8, 8000, 300);
  corpus.divide(2);
  for (int round = 0; round < 60; ++round) {
    TextQuery query;
    query.kind = TextQuery::Kind::kPhrase;
    query.field = "body";
    query.text = corpus.text_of(2, 40);
    query.slop = static_cast<std::uint32_t>(corpus.random.below(3));
    const Order all =
        order_of(corpus, search_text(corpus.ask(query, kAll), corpus.segments).value());
    for (const std::size_t k : {1u, 5u}) {
      const Order best =
          order_of(corpus, search_text(corpus.ask(query, k), corpus.segments).value());
      ASSERT_EQ(best.size(), std::min(k, all.size()));
      ASSERT_TRUE(std::equal(best.begin(), best.end(), all.begin())) << query.text;
    }
  }
}

// A query that asks for `part` alone, deeper than a search that was made for it looks.
TextQuery as_a_part(const TextQuery& part) {
  TextQuery whole;
  whole.kind = TextQuery::Kind::kGroup;
  whole.clauses.resize(1);
  whole.clauses[0].kind = TextQuery::Kind::kGroup;
  whole.clauses[0].occur = Occur::kDemanded;
  whole.clauses[0].clauses = {part};
  return whole;
}

void allow(Corpus& corpus, const Bitmap* rows) {
  for (TextSegment& segment : corpus.segments) segment.allowed = rows;
}

// Any of some words, by the search made for that, and as the one demanded part of a query, which is
// another's business: the same rows and scores to the bit, whatever is allowed.
TEST(SearchText, a_union_finds_what_it_finds_as_a_part_of_a_query) {
  constexpr Row kRows = 30'000;
  Corpus corpus(9, kRows, 2000);
  Bitmap half(kRows), few(kRows);
  for (Row row = 0; row < kRows; ++row) {
    if (corpus.random.below(2) == 0) half.set(row);
    if (corpus.random.below(500) == 0) few.set(row);
  }
  for (const std::size_t parts : {1u, 2u}) {
    corpus.divide(parts);
    for (int round = 0; round < 150; ++round) {
      TextQuery words;
      words.field = corpus.kNames[corpus.random.below(2)];
      words.text = corpus.text_of(1 + corpus.random.below(6), round % 2 == 0 ? 2000 : 60);
      const TextQuery whole = as_a_part(words);
      allow(corpus, parts == 2 || round % 3 == 0 ? nullptr : round % 3 == 1 ? &half : &few);
      for (const std::size_t k : {std::size_t{1}, std::size_t{10}, std::size_t{200}, kAll}) {
        const auto expected = search_text(corpus.ask(whole, k), corpus.segments).value().hits;
        EXPECT_EQ(search_text(corpus.ask(words, k), corpus.segments).value().hits, expected)
            << words.text << ", k " << k << ", round " << round;
      }
    }
  }
}

// A phrase alone, by the search made for that, and as a part of a part of a query.
TEST(SearchText, a_phrase_finds_what_it_finds_as_a_part_of_a_query) {
  constexpr Row kRows = 30'000;
  Corpus corpus(10, kRows, 2000);
  Bitmap half(kRows), few(kRows - 100);
  for (Row row = 0; row < few.size(); ++row) {
    if (corpus.random.below(2) == 0) half.set(row);
    if (corpus.random.below(100) == 0) few.set(row);
  }
  std::size_t found = 0;
  for (const std::size_t parts : {1u, 2u}) {
    corpus.divide(parts);
    for (std::uint64_t round = 0; round < 200; ++round) {
      TextQuery phrase;
      phrase.kind = TextQuery::Kind::kPhrase;
      phrase.field = corpus.kNames[corpus.random.below(2)];
      phrase.text = corpus.text_of(1 + corpus.random.below(3), round % 2 == 0 ? 8 : 60);
      phrase.slop = static_cast<std::uint32_t>(round % 5 == 0 ? corpus.random.below(4) : 0);
      const TextQuery whole = as_a_part(phrase);
      allow(corpus, parts == 2 || round % 3 == 0 ? nullptr : round % 3 == 1 ? &half : &few);
      for (const std::size_t k : {std::size_t{1}, std::size_t{10}, std::size_t{200}, kAll}) {
        const auto expected = search_text(corpus.ask(whole, k), corpus.segments).value().hits;
        found += expected.size();
        EXPECT_EQ(search_text(corpus.ask(phrase, k), corpus.segments).value().hits, expected)
            << phrase.text << ", k " << k << ", round " << round;
      }
    }
  }
  EXPECT_GT(found, 100'000u);
}

TEST(SearchText, rows_that_cannot_be_among_the_best_are_not_scored) {
  Corpus corpus(7, 0, 1);
  MemoryField title, body;
  Tokens tokens;
  for (Row row = 0; row < 200'000; ++row) {  // "rare" in 1 of 500 rows, in the first half only
    tokens.clear();
    for (std::uint32_t i = 0; i < 4 + row % 5; ++i) tokens.add("common", i, 0, 1);
    if (row % 500 == 0 && row < 100'000) tokens.add("rare", 20, 0, 1);
    append(body, row, tokens);
  }
  TextSegment segment;
  const FieldSource source = {FieldView(body, 200'000), {}};
  const EncodedField encoded = encode_field({&source, 1}, 200'000, 0).value();
  const FieldReader reader = FieldReader::open(parts_of(encoded), 0).value();
  segment.fields = {FieldView(title, 0), FieldView(reader)};
  TextQuery query;
  query.text = "common rare";
  const TextAnswer best = search_text(corpus.ask(query, 10), {&segment, 1}).value();
  EXPECT_LT(best.rows_scored, 10'000u);
  EXPECT_GT(best.windows_skipped, 20u);
  auto all = search_text(corpus.ask(query, kAll), {&segment, 1}).value().hits;
  EXPECT_EQ(all.size(), 200'000u);
  all.resize(10);
  EXPECT_EQ(best.hits, all);
}

TEST(SearchText, only_allowed_and_accepted_rows_are_found) {
  constexpr Row kRows = 9000;
  Corpus corpus(3, kRows, 200);
  corpus.divide(1);
  TextQuery query;
  query.text = "w0 w1 w40";
  const auto all = search_text(corpus.ask(query, kAll), corpus.segments).value().hits;
  for (const std::uint64_t share : {2u, 300u, 100'000u}) {
    Bitmap allowed(kRows - 500);  // rows beyond it are not allowed either
    for (Row row = 0; row < allowed.size(); ++row)
      if (corpus.random.below(share) == 0) allowed.set(row);
    corpus.segments[0].allowed = &allowed;
    TextSearch search = corpus.ask(query, 20);
    search.accept = [](std::uint32_t, Row row) -> Result<bool> { return row % 3 != 0; };
    std::vector<TextHit> expected;
    for (const TextHit& hit : all)
      if (hit.row < allowed.size() && allowed.test(hit.row) && hit.row % 3 != 0 &&
          expected.size() < 20)
        expected.push_back(hit);
    EXPECT_EQ(search_text(search, corpus.segments).value().hits, expected);
    search.accept = [](std::uint32_t, Row) -> Result<bool> { return data_loss("no such row"); };
    EXPECT_EQ(search_text(search, corpus.segments).ok(), expected.empty());
  }
}

TEST(SearchText, hits_of_equal_score_come_in_the_order_asked_for) {
  Corpus corpus(4, 0, 1);
  MemoryField title, body;
  Tokens same;
  same.add("same", 0, 0, 4);
  for (Row row = 0; row < 5000; ++row) append(body, row, same);
  TextSegment segment;
  segment.fields = {FieldView(title, 5000), FieldView(body, 5000)};
  TextQuery query;
  query.text = "same";
  TextSearch search = corpus.ask(query, 3);
  auto hits = search_text(search, {&segment, 1}).value().hits;
  ASSERT_EQ(hits.size(), 3u);
  EXPECT_EQ(hits[2].row, 2u);
  search.ties.before = [](const TextHit& a, const TextHit& b) { return a.row > b.row; };
  hits = search_text(search, {&segment, 1}).value().hits;
  ASSERT_EQ(hits.size(), 3u);
  EXPECT_EQ(hits[0].row, 4999u);
  EXPECT_EQ(hits[2].row, 4997u);
}

// As that of a caller does who reads ids for it, when reading fails in the middle of a sort.
TEST(SearchText, an_order_that_contradicts_itself_gives_each_hit_once) {
  Corpus corpus(3, 1, 1);
  MemoryField title, body;
  Tokens same;
  same.add("same", 0, 0, 4);
  for (Row row = 0; row < 14; ++row) append(body, row, same);
  TextSegment segment;
  segment.fields = {FieldView(title, 14), FieldView(body, 14)};
  TextQuery query;
  query.text = "same";
  for (int right = 0; right < 60; ++right) {
    TextSearch search = corpus.ask(query, 14);
    int left = right;
    search.ties.before = [&left](const TextHit&, const TextHit&) { return left-- <= 0; };
    const std::vector<TextHit> hits = search_text(search, {&segment, 1}).value().hits;
    std::set<Row> rows;
    for (const TextHit& hit : hits) rows.insert(hit.row);
    EXPECT_EQ(rows.size(), 14u) << right;
    EXPECT_TRUE(rows.empty() || *rows.rbegin() < 14) << right;
  }
}

TEST(SearchText, a_search_that_is_stopped_says_so) {
  Corpus corpus(5, 10'000, 50);
  corpus.divide(1);
  TextQuery query;
  query.text = "w0 w1";
  TextSearch search = corpus.ask(query, kAll);
  int left = 1;
  search.stop = [&left] { return left-- == 0; };
  const TextAnswer answer = search_text(search, corpus.segments).value();
  EXPECT_TRUE(answer.partial);
  EXPECT_GT(answer.hits.size(), 0u);
  for (const TextHit& hit : answer.hits) EXPECT_LT(hit.row, 4096u);
}

// "every" stands 1 + row % 7 times in a row of 10 words.
void append_counted(MemoryField& field, Row row) {
  Tokens tokens;
  for (std::uint32_t i = 0; i < 10; ++i) tokens.add(i <= row % 7 ? "every" : "other", i, 0, 1);
  append(field, row, tokens);
}

TEST(SearchText, a_search_beside_the_writer_sees_the_rows_below_its_bound) {
  constexpr Row kRows = 12'000;
  Corpus corpus(10, 0, 1);
  MemoryField title, body;
  std::atomic<Row> published = 0;
  std::thread writer([&] {
    for (Row row = 0; row < kRows; ++row) {
      append_counted(body, row);
      published.store(row + 1, std::memory_order_release);
    }
  });
  TextQuery query;
  query.text = "every";
  for (Row bound = 0; bound < kRows && !HasFailure();) {
    bound = published.load(std::memory_order_acquire);
    const TextSegment segment = {{FieldView(title, 0), FieldView(body, bound)}, nullptr};
    const TextAnswer answer = search_text(corpus.ask(query, 5), {&segment, 1}).value();
    EXPECT_EQ(answer.hits.size(), std::min<std::size_t>(bound, 5));
    for (std::size_t i = 0; bound > 40 && i < 5; ++i)
      EXPECT_EQ(answer.hits[i].row, 6 + 7 * i) << "of " << bound;
  }
  writer.join();
}

TEST(SearchText, a_damaged_field_is_an_error_or_an_answer) {
  Corpus corpus(9, 400, 20);
  MemoryField title, body;
  for (Row row = 0; row < 400; ++row) append(body, row, random_tokens(corpus.random, 10, 20));
  const FieldSource source = {FieldView(body, 400), {}};
  EncodedField encoded = encode_field({&source, 1}, 400, 1).value();
  TextQuery group, words, phrase;
  group.kind = TextQuery::Kind::kGroup;
  words.text = "w0 w3";
  phrase.kind = TextQuery::Kind::kPhrase;
  phrase.text = "w1 w0 w2";
  group.clauses = {words, phrase};
  int errors = 0;
  for (int round = 0; round < 3000; ++round) {
    Bytes* const blocks[] = {&encoded.terms, &encoded.postings, &encoded.positions};
    Bytes& block = *blocks[round % 3];
    std::byte& byte = block[corpus.random.below(block.size())];
    const std::byte was = byte;
    byte ^= static_cast<std::byte>(1 + corpus.random.below(255));
    if (const auto reader = FieldReader::open(parts_of(encoded), 1); reader.ok()) {
      const TextSegment segment = {{FieldView(title, 0), FieldView(*reader)}, nullptr};
      for (const TextQuery* query : {&group, &words, &phrase}) {
        const auto answer = search_text(corpus.ask(*query, 5), {&segment, 1});
        errors += !answer.ok();
        ASSERT_TRUE(answer.ok() || answer.status().code() == Code::kDataLoss);
      }
    }
    byte = was;
  }
  EXPECT_GT(errors, 100);
}

// One field keeps words as they are, the other their stems: "running" is one term of both.
TEST(SearchText, fields_with_different_analyzers_are_searched_together) {
  const Analyzer simple = Analyzer::make(Value("simple")).value();
  const Analyzer english = Analyzer::make(Value("english")).value();
  const char* const texts[][2] = {{"running", "a fox"}, {"a fox", "she runs"}, {"x", "y"}};
  MemoryField title, body;
  Tokens tokens;
  for (Row row = 0; row < 3; ++row) {
    simple.analyze(texts[row][0], tokens);
    append(title, row, tokens);
    english.analyze(texts[row][1], tokens);
    append(body, row, tokens);
  }
  const TextField fields[] = {{"title", &simple, 3}, {"body", &english, 1}};
  const TextSegment segment = {{FieldView(title, 3), FieldView(body, 3)}, nullptr};
  const auto find = [&](TextQuery query) {
    TextSearch search;
    search.query = &query;
    search.fields = fields;
    std::string rows;
    const TextAnswer answer = search_text(search, {&segment, 1}).value();
    for (const TextHit& hit : answer.hits) rows += std::to_string(hit.row);
    return rows;
  };
  TextQuery query;
  query.text = "Running";
  EXPECT_EQ(find(query), "01");  // the title weighs more
  query.text = "the";            // a word in one field and a stop word in the other
  EXPECT_EQ(find(query), "");
  query.field = "body";
  query.occur = Occur::kDemanded;
  TextQuery group, fox;
  fox.text = "fox";
  fox.occur = Occur::kDemanded;
  group.kind = TextQuery::Kind::kGroup;
  group.clauses = {query, fox};
  EXPECT_EQ(find(group), "10");  // a stop word demands nothing
}

TEST(SearchText, nothing_to_find_finds_nothing) {
  Corpus corpus(6, 100, 10);
  corpus.divide(2);
  for (const char* text : {"", "   ", "nowhere"}) {
    TextQuery query;
    query.text = text;
    EXPECT_TRUE(search_text(corpus.ask(query, 10), corpus.segments).value().hits.empty());
  }
  TextQuery query;
  query.text = "w0";
  EXPECT_TRUE(search_text(corpus.ask(query, 0), corpus.segments).value().hits.empty());
  EXPECT_TRUE(search_text(corpus.ask(query, 10), {}).value().hits.empty());
}

}  // namespace
}  // namespace vecstore::text
