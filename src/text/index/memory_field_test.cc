#include "text/index/memory_field.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "text/index/naive_field_test.h"

namespace vecstore::text {
namespace {

TEST(MemoryField, holds_what_was_published) {
  Random random(1);
  MemoryField field;
  NaiveField naive;
  for (Row row = 0; row < 1500; ++row) {
    if (random.below(10) == 0) continue;  // rows without text
    const Tokens tokens = random_tokens(random, random.below(60), 3000);
    append(field, row, tokens);
    naive.add(row, tokens);
  }
  expect_same(FieldView(field, 1500), naive);
  EXPECT_GT(field.bytes(), 100'000u);
}

TEST(MemoryField, a_bound_shows_the_rows_below_it) {
  Random random(2);
  MemoryField field;
  std::vector<Tokens> texts;
  for (Row row = 0; row < 600; ++row) {
    texts.push_back(random_tokens(random, 20, 300));
    append(field, row, texts.back());
  }
  for (Row bound : {0u, 1u, 63u, 64u, 65u, 300u, 600u, 1000u}) {
    NaiveField naive;
    for (Row row = 0; row < std::min<Row>(bound, 600); ++row) naive.add(row, texts[row]);
    EXPECT_EQ(FieldView(field, bound).statistics(), naive.statistics());
    for (const char* term : {"w0", "w1", "w7", "w100", "missing"}) {
      const auto found = naive.postings.find(term);
      const std::size_t rows = found == naive.postings.end() ? 0 : found->second.size();
      EXPECT_EQ(FieldView(field, bound).rows_of(term).value(), rows) << term << " below " << bound;
    }
  }
}

TEST(MemoryField, what_is_prepared_and_not_published_is_not_there) {
  MemoryField field;
  Tokens one, other;
  one.add("apple", 0, 0, 5);
  other.add("pear", 0, 0, 4);
  const RowTerms one_terms(one), other_terms(other);
  append(field, 0, one);
  ASSERT_TRUE(field.prepare(1, one_terms).ok());
  NaiveField naive;
  naive.add(0, one);
  EXPECT_EQ(field.find("apple")->rows(10), 1u);
  ASSERT_TRUE(field.prepare(1, other_terms).ok());
  field.publish();
  field.publish();  // nothing more
  naive.add(1, other);
  expect_same(FieldView(field, 2), naive);
}

TEST(MemoryField, rows_may_be_far_apart_and_long) {
  MemoryField field;
  NaiveField naive;
  Random random(4);
  for (Row row : {5u, 70u, 100'000u}) {
    const Tokens tokens = random_tokens(random, 30'000, 5);  // positions that need a large chunk
    append(field, row, tokens);
    naive.add(row, tokens);
  }
  expect_same(FieldView(field, 100'001), naive);
}

// The first `bound` rows hold "every" once each, and row r holds "r<r % 50>".
void expect_prefix(const MemoryField& field, Row bound) {
  const FieldView view(field, bound);
  ASSERT_EQ(view.statistics(), (FieldStatistics{bound, 2 * std::uint64_t{bound}}));
  ASSERT_EQ(view.rows_of("every").value(), bound);
  const auto postings = view.postings("every").value();
  for (Row row = 0; row < bound; ++row, postings->next()) {
    ASSERT_EQ(postings->row(), row);
    ASSERT_EQ(view.length(row), 2u);
  }
  ASSERT_EQ(postings->row(), kNoRow);
}

TEST(MemoryField, readers_see_their_rows_while_others_are_appended) {
  constexpr Row kRows = 6000;
  MemoryField field;
  std::atomic<Row> published = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      for (Row bound = 0; bound < kRows && !::testing::Test::HasFailure();) {
        bound = published.load(std::memory_order_acquire);
        if (bound > 0) expect_prefix(field, bound);
      }
    });
  }
  Tokens tokens;
  for (Row row = 0; row < kRows; ++row) {
    tokens.clear();
    tokens.add("every", 0, 0, 1);
    tokens.add("r" + std::to_string(row % 3000), 1, 0, 1);
    append(field, row, tokens);
    published.store(row + 1, std::memory_order_release);
  }
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace vecstore::text
