// For tests: rows with a title and a body divided into segments at random, what a query should find
// in them by the plainest means, and queries to ask.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "text/index/encode_field.h"
#include "text/index/naive_field_test.h"
#include "text/search/phrase_frequency.h"
#include "text/search/search_text.h"

namespace vecstore::text {

class Corpus {
 public:
  static constexpr const char* kNames[] = {"title", "body"};

  Corpus(std::uint64_t seed, Row rows, std::size_t words)
      : analyzer(Analyzer::make(Value("whitespace")).value()), random(seed) {
    for (Row row = 0; row < rows; ++row) {
      texts_.push_back({text_of(random.below(5), words), text_of(random.below(30), words)});
      Tokens tokens;
      for (std::size_t f = 0; f < 2; ++f) {
        analyzer.analyze(texts_.back()[f], tokens);
        naive_[f].add(row, tokens);
      }
    }
  }

  std::string text_of(std::size_t count, std::size_t words) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += word(words) + " ";
    return text;
  }
  std::string word(std::size_t words) {
    const double skewed = random.uniform() * random.uniform() * random.uniform();
    return "w" + std::to_string(static_cast<std::size_t>(skewed * static_cast<double>(words)));
  }

  // Rows in order, divided into `count` segments, every other one encoded.
  void divide(std::size_t count) {
    starts_.assign(1, 0);
    for (std::size_t i = 1; i < count; ++i)
      starts_.push_back(static_cast<Row>(random.below(texts_.size() + 1)));
    std::ranges::sort(starts_);
    starts_.push_back(static_cast<Row>(texts_.size()));
    segments.clear();
    for (std::size_t i = 0; i < count; ++i) add_segment(starts_[i], starts_[i + 1], i % 2 == 0);
  }
  Row global(const TextHit& hit) const { return starts_[hit.segment] + hit.row; }

  std::vector<TextField> fields() const {
    return {{kNames[0], &analyzer, title_weight}, {kNames[1], &analyzer, 1}};
  }
  TextSearch ask(const TextQuery& query, std::size_t k) const {
    TextSearch search;
    search.query = &query;
    search.fields = fields_;
    search.k = k;
    search.bm25 = bm25;
    return search;
  }

  // The score of a row, or nothing when it does not match.
  std::optional<double> naive(const TextQuery& query, Row row, bool optional = true) const {
    switch (query.kind) {
      case TextQuery::Kind::kWords:
        return optional ? naive_words(query, row) : naive_phrase(query, 0, row);
      case TextQuery::Kind::kPhrase:
        return naive_phrase(query, query.slop, row);
      case TextQuery::Kind::kGroup:
        return naive_group(query, row);
      default:
        return naive_term(expanded(query), query, row);
    }
  }

  TextQuery random_query(std::size_t words, int depth) {
    TextQuery query;
    query.kind = static_cast<TextQuery::Kind>(random.below(depth > 0 ? 5 : 4));
    query.occur = static_cast<Occur>(random.below(3));
    if (random.below(3) == 0) query.field = kNames[random.below(2)];
    if (random.below(4) == 0) query.boost = 0.5 + random.uniform() * 2;
    query.slop = static_cast<std::uint32_t>(random.below(4));
    if (query.kind == TextQuery::Kind::kPrefix || query.kind == TextQuery::Kind::kFuzzy) {
      query.text = word(words);
    } else if (query.kind == TextQuery::Kind::kGroup) {
      query.field.clear();
      for (std::uint64_t i = random.below(4) + 1; i > 0; --i)
        query.clauses.push_back(random_query(words, depth - 1));
    } else {
      query.text = text_of(random.below(5), words);
    }
    return query;
  }

  Analyzer analyzer;
  Random random;
  Bm25 bm25;
  double title_weight = 2;
  std::vector<TextSegment> segments;

 private:
  using Terms = std::vector<std::pair<std::size_t, std::string>>;  // field, term

  void add_segment(Row begin, Row end, bool encoded) {
    TextSegment segment;
    for (std::size_t f = 0; f < 2; ++f) {
      MemoryField& memory = memory_.emplace_back();
      Tokens tokens;
      for (Row row = begin; row < end; ++row) {
        analyzer.analyze(texts_[row][f], tokens);
        append(memory, row - begin, tokens);
      }
      segment.fields.emplace_back(memory, end - begin);
      if (!encoded) continue;
      const FieldSource source = {segment.fields.back(), {}};
      encoded_.push_back(encode_field({&source, 1}, end - begin, 1).value());
      readers_.push_back(FieldReader::open(parts_of(encoded_.back()), 1).value());
      segment.fields.back() = FieldView(readers_.back());
    }
    segments.push_back(std::move(segment));
  }

  std::vector<std::size_t> fields_of(const TextQuery& query) const {
    std::vector<std::size_t> numbers;
    for (std::size_t f = 0; f < 2; ++f)
      if (query.field.empty() || query.field == kNames[f]) numbers.push_back(f);
    return numbers;
  }
  const std::vector<std::uint32_t>* positions(std::size_t f, const std::string& term,
                                              Row row) const {
    const auto list = naive_[f].postings.find(term);
    if (list == naive_[f].postings.end()) return nullptr;
    const auto found = list->second.find(row);
    return found == list->second.end() ? nullptr : &found->second;
  }
  double idf(std::size_t f, const std::string& term) const {
    const auto list = naive_[f].postings.find(term);
    const double with =
        list == naive_[f].postings.end() ? 0 : static_cast<double>(list->second.size());
    const auto rows = static_cast<double>(naive_[f].lengths.size());
    return std::log(1 + (rows - with + 0.5) / (with + 0.5));
  }
  double weighed(std::size_t f, double frequency, Row row) const {
    const FieldStatistics sum = naive_[f].statistics();
    const double average = static_cast<double>(sum.length) / static_cast<double>(sum.rows);
    const double weight = f == 0 ? title_weight : 1;
    return weight * frequency / (1 - bm25.b + bm25.b * naive_[f].length(row) / average);
  }

  struct Expanded {
    std::size_t field;
    std::string term;
    double closeness;
  };
  std::vector<Expanded> expanded(const TextQuery& query) const {
    std::vector<Expanded> terms;
    for (const std::size_t f : fields_of(query)) {
      for (const auto& [term, rows] : naive_[f].postings) {
        if (query.kind == TextQuery::Kind::kPrefix) {
          if (term.starts_with(query.text)) terms.push_back({f, term, 1});
        } else if (const auto edits = naive_distance(query.text, term); edits <= query.edits) {
          terms.push_back({f, term, 1.0 / (1 + static_cast<double>(edits))});
        }
      }
    }
    return terms;
  }
  static std::size_t naive_distance(std::string_view a, std::string_view b) {
    if (a.empty() || b.empty()) return a.size() + b.size();
    std::size_t best = naive_distance_tail(a, b, 1, 0);
    best = std::min(best, naive_distance_tail(a, b, 0, 1));
    const std::size_t same = a[0] == b[0] ? 0 : 1;
    best = std::min(best, naive_distance(a.substr(1), b.substr(1)) + same);
    if (a.size() > 1 && b.size() > 1 && a[0] == b[1] && a[1] == b[0])
      best = std::min(best, naive_distance(a.substr(2), b.substr(2)) + 1);
    return best;
  }
  static std::size_t naive_distance_tail(std::string_view a, std::string_view b, std::size_t i,
                                         std::size_t j) {
    return naive_distance(a.substr(i), b.substr(j)) + 1;
  }

  std::optional<double> naive_term(const std::vector<Expanded>& terms, const TextQuery& query,
                                   Row row) const {
    double sum = 0, weight = 1e9;
    bool matches = false;
    std::size_t rows = 0, with = 0;
    for (const auto& [f, term, closeness] : terms) {
      rows = std::max(rows, naive_[f].lengths.size());
      const auto list = naive_[f].postings.find(term);
      if (list == naive_[f].postings.end()) continue;
      with = std::max(with, list->second.size());
      const auto* found = positions(f, term, row);
      if (found == nullptr) continue;
      matches = true;
      sum += weighed(f, closeness * static_cast<double>(found->size()), row);
    }
    if (!matches) return std::nullopt;
    weight =
        std::log(1 + (static_cast<double>(rows - with) + 0.5) / (static_cast<double>(with) + 0.5));
    return query.boost * weight * sum / (bm25.k1 + sum);
  }

  std::optional<double> naive_words(const TextQuery& query, Row row) const {
    Tokens tokens;
    analyzer.analyze(query.text, tokens);
    std::optional<double> sum;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      std::vector<Expanded> terms;
      for (const std::size_t f : fields_of(query))
        terms.push_back({f, std::string(tokens.term(i)), 1});
      if (const auto score = naive_term(terms, query, row)) sum = sum.value_or(0) + *score;
    }
    return sum;
  }

  std::optional<double> naive_phrase(const TextQuery& query, std::uint32_t slop, Row row) const {
    Tokens tokens;
    analyzer.analyze(query.text, tokens);
    if (tokens.size() < 2) return naive_words(query, row);
    double sum = 0, weight = 0;
    for (const std::size_t f : fields_of(query)) {
      std::vector<PhraseWord> words;
      std::map<std::string, std::uint32_t> numbers;
      double weight_here = 0;
      for (std::size_t i = 0; i < tokens.size(); ++i) {
        const std::string term(tokens.term(i));
        const auto number =
            numbers.emplace(term, static_cast<std::uint32_t>(numbers.size())).first->second;
        const auto* found = positions(f, term, row);
        words.push_back({static_cast<std::uint32_t>(i), number,
                         found == nullptr ? std::vector<std::uint32_t>() : *found});
        weight_here += idf(f, term);
      }
      weight = std::max(weight, weight_here);
      const double frequency = phrase_frequency(words, slop);
      if (frequency > 0) sum += weighed(f, frequency, row);
    }
    if (sum == 0) return std::nullopt;
    return query.boost * weight * sum / (bm25.k1 + sum);
  }

  bool has_words(const TextQuery& query) const {
    if (query.kind == TextQuery::Kind::kGroup)
      return std::ranges::any_of(query.clauses, [this](const TextQuery& clause) {
        return clause.occur != Occur::kExcluded && has_words(clause);
      });
    return query.text.find('w') != std::string::npos;
  }

  std::optional<double> naive_group(const TextQuery& query, Row row) const {
    bool demanded = false, any = false;
    double sum = 0;
    for (const TextQuery& clause : query.clauses) {
      if (!has_words(clause)) continue;
      const auto score = naive(clause, row, clause.occur == Occur::kOptional);
      demanded = demanded || clause.occur == Occur::kDemanded;
      if (clause.occur == Occur::kDemanded && !score) return std::nullopt;
      if (clause.occur == Occur::kExcluded && score) return std::nullopt;
      any = any || score;
      sum += score.value_or(0);
    }
    if (!demanded && !any) return std::nullopt;
    return query.boost * sum;
  }

  std::vector<std::array<std::string, 2>> texts_;
  NaiveField naive_[2];
  std::vector<Row> starts_;
  std::deque<MemoryField> memory_;
  std::deque<EncodedField> encoded_;
  std::deque<FieldReader> readers_;
  std::vector<TextField> fields_ = fields();
};

}  // namespace vecstore::text
