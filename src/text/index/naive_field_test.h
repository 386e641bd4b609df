// For tests: what a text field should hold, in maps, and texts to fill it with.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "text/index/field_view.h"

namespace vecstore::text {

struct NaiveField {
  std::map<std::string, std::map<Row, std::vector<std::uint32_t>>, std::less<>> postings;
  std::map<Row, std::uint32_t> lengths;

  void add(Row row, const Tokens& tokens) {
    if (tokens.size() == 0) return;
    lengths[row] = tokens.length;
    for (std::size_t i = 0; i < tokens.size(); ++i)
      postings[std::string(tokens.term(i))][row].push_back(tokens[i].position);
  }

  FieldStatistics statistics() const {
    FieldStatistics sum{lengths.size(), 0};
    for (const auto& [row, length] : lengths) sum.length += length;
    return sum;
  }

  std::uint32_t length(Row row) const {
    const auto found = lengths.find(row);
    return found == lengths.end() ? 0 : found->second;
  }
};

// About `count` words of a vocabulary in which the n-th word is met 1/n as often as the first;
// `gaps` leaves places between them, as stop words do, and puts two words in one place.
inline Tokens random_tokens(Random& random, std::size_t count, std::size_t vocabulary,
                            bool gaps = true) {
  Tokens tokens;
  std::uint32_t position = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double skewed = random.uniform() * random.uniform() * random.uniform();
    const auto word = static_cast<std::size_t>(skewed * static_cast<double>(vocabulary));
    tokens.add("w" + std::to_string(word), position, i, i + 1);
    if (!gaps || random.below(8) != 0) ++position;
    if (gaps && random.below(8) == 0) position += static_cast<std::uint32_t>(random.below(5));
  }
  return tokens;
}

inline void append(MemoryField& field, Row row, const Tokens& tokens) {
  const RowTerms terms(tokens);
  ASSERT_TRUE(field.prepare(row, terms).ok());
  field.publish();
}

// Every term, row, frequency, position, length and number of the field.
inline void expect_same(const FieldView& field, const NaiveField& naive) {
  EXPECT_EQ(field.statistics(), naive.statistics());
  for (Row row = 0; row < field.bound(); ++row) ASSERT_EQ(field.length(row), naive.length(row));
  std::map<std::string, std::uint32_t> terms;
  ASSERT_TRUE(field
                  .for_each_term("", [&](std::string_view term,
                                         std::uint32_t rows) { terms[std::string(term)] = rows; })
                  .ok());
  ASSERT_EQ(terms.size(), naive.postings.size());
  for (const auto& [term, rows] : naive.postings) {
    ASSERT_EQ(terms[term], rows.size()) << term;
    ASSERT_EQ(field.rows_of(term).value(), rows.size());
    const auto postings = field.postings(term).value();
    std::vector<std::uint32_t> positions;
    for (const auto& [row, expected] : rows) {
      ASSERT_EQ(postings->row(), row) << term;
      ASSERT_EQ(postings->frequency(), expected.size());
      ASSERT_TRUE(postings->positions(positions));
      ASSERT_EQ(positions, expected);
      postings->next();
    }
    ASSERT_EQ(postings->row(), kNoRow);
    ASSERT_TRUE(postings->status().ok());
  }
}

}  // namespace vecstore::text
