// The formulas, and what they are worth on a judged collection: Cranfield's 1,400 abstracts and 225
// questions, against figures of Lucene 8.8.1 with its English analyzer (title and abstract). Those
// figures are met, to the last digit, when every line of the judgements counts as relevant, also
// the 225 of grade -1, one for each question; with grades 1 to 4 alone every ranking is worth less.
// Skipped where VECSTORE_CRANFIELD does not name its folder.
#include "text/search/bm25.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "text/index/encode_field.h"
#include "text/index/naive_field_test.h"
#include "text/search/search_text.h"

namespace vecstore::text {
namespace {

TEST(Bm25, the_formula_is_the_one_of_the_literature) {
  const FieldNorm norm(Bm25{1.2, 0.75}, {10, 50}, 1);  // on average 5 words
  const double weight = inverse_frequency(10, 3);
  EXPECT_NEAR(weight, std::log(1 + 7.5 / 3.5), 1e-15);
  const double expected = weight * 2 / (2 + 1.2 * (0.25 + 0.75 * 8 / 5));
  EXPECT_NEAR(to_double(contribution(weight, norm.weigh(2, 8))), expected, 1e-9);
}

TEST(Bm25, a_word_in_every_row_still_counts_for_something) {
  EXPECT_GT(inverse_frequency(1'000'000, 1'000'000), 0);
}

TEST(Bm25, extreme_parameters_stay_in_bounds) {
  const FieldNorm all_length(Bm25{0, 1}, {0, 0}, 1);  // no row has text
  EXPECT_EQ(to_double(contribution(2, all_length.weigh(1, 3))), 2);
  EXPECT_EQ(to_double(contribution(2, all_length.weigh(1, 0))), 2);  // damage: no length
}

TEST(Bm25, a_score_never_falls_with_frequency_nor_grows_with_length) {
  Random random(3);
  for (int round = 0; round < 20'000; ++round) {
    const Bm25 bm25{random.uniform() * 3, random.uniform()};
    const FieldNorm norm(bm25, {100, 100 + random.below(100'000)}, random.uniform() + 0.1);
    const auto frequency = static_cast<double>(1 + random.below(50));
    const auto length = static_cast<std::uint32_t>(1 + random.below(500));
    const double weight = random.uniform() * 10;
    const Score score = contribution(weight, norm.weigh(frequency, length));
    ASSERT_GE(contribution(weight, norm.weigh(frequency + 1, length)), score);
    ASSERT_LE(contribution(weight, norm.weigh(frequency, length + 1)), score);
  }
}

using Ranking = std::vector<Row>;

struct Judged {
  std::vector<std::string> texts;
  std::vector<std::string> questions;
  using Relevant = std::map<std::size_t, std::set<Row>>;  // by question
  Relevant listed;                                        // whatever their grade
  Relevant graded;                                        // 1 to 4
};

// Files of records ".I n", each with parts ".T", ".A", ".B", ".W"; those of `parts` are kept.
std::vector<std::string> read_records(const std::string& path, std::string_view parts) {
  std::ifstream in(path);
  std::vector<std::string> records;
  bool kept = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(".I ")) {
      records.emplace_back();
      kept = false;
    } else if (line.size() >= 2 && line[0] == '.' && line.find_last_not_of(" \r") == 1) {
      kept = parts.find(line[1]) != std::string_view::npos;
    } else if (kept && !records.empty()) {
      records.back() += line + " ";
    }
  }
  return records;
}

Judged read_cranfield(const std::string& folder) {
  Judged judged;
  judged.texts = read_records(folder + "/cran.all.1400", "TW");
  judged.questions = read_records(folder + "/cran.qry", "W");
  std::ifstream in(folder + "/cranqrel");
  for (std::string line; std::getline(in, line);) {
    std::istringstream numbers(line);
    std::size_t question = 0, document = 0;
    int grade = 0;
    if (!(numbers >> question >> document >> grade)) continue;
    const auto row = static_cast<Row>(document - 1);
    judged.listed[question - 1].insert(row);
    if (grade >= 1) judged.graded[question - 1].insert(row);
  }
  return judged;
}

double mean_ndcg_at_10(const Judged::Relevant& judged, const std::vector<Ranking>& rankings) {
  double sum = 0;
  for (const auto& [question, relevant] : judged) {
    double gain = 0, ideal = 0;
    for (std::size_t rank = 0; rank < 10; ++rank) {
      const double discount = 1 / std::log2(static_cast<double>(rank) + 2);
      if (rank < relevant.size()) ideal += discount;
      const Ranking& ranking = rankings[question];
      if (rank < ranking.size() && relevant.contains(ranking[rank])) gain += discount;
    }
    sum += gain / ideal;
  }
  return sum / static_cast<double>(judged.size());
}

class Cranfield : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("VECSTORE_CRANFIELD");
    if (folder == nullptr) GTEST_SKIP() << "VECSTORE_CRANFIELD does not name the collection";
    judged_ = read_cranfield(folder);
    ASSERT_EQ(judged_.texts.size(), 1400u);
    ASSERT_EQ(judged_.questions.size(), 225u);
    Tokens tokens;
    for (Row row = 0; row < 1400; ++row) {
      english_.analyze(judged_.texts[row], tokens);
      naive_.add(row, tokens);
      append(row < 700 ? file_ : memory_, row % 700, tokens);
    }
    const FieldSource source = {FieldView(file_, 700), {}};
    encoded_ = encode_field({&source, 1}, 700, 0).value();
    reader_.emplace(FieldReader::open(parts_of(encoded_), 0).value());
    segments_ = {{{FieldView(*reader_)}, nullptr}, {{FieldView(memory_, 700)}, nullptr}};
  }

  std::vector<Ranking> rank(const Bm25& bm25) {
    const TextField field = {"text", &english_, 1};
    std::vector<Ranking> rankings;
    for (const std::string& question : judged_.questions) {
      TextQuery query;
      query.text = question;
      TextSearch search;
      search.query = &query;
      search.fields = {&field, 1};
      search.bm25 = bm25;
      Ranking ranking;
      const TextAnswer answer = search_text(search, segments_).value();
      for (const TextHit& hit : answer.hits) ranking.push_back(hit.segment * 700 + hit.row);
      rankings.push_back(ranking);
    }
    return rankings;
  }

  // Lucene keeps a length as a float of four bits after 24 exact numbers.
  static std::uint32_t lucene_length(std::uint32_t length) {
    if (length < 24) return length;
    const std::uint32_t above = length - 24;
    if (above < 16) return length;
    const int shift = static_cast<int>(std::bit_width(above)) - 4;
    return 24 + (above >> shift << shift);
  }

  // All of it once more without this engine: exact lengths, or Lucene's.
  std::vector<Ranking> rank_plainly(const Bm25& bm25, bool as_lucene) {
    const FieldStatistics sum = naive_.statistics();
    const double average = static_cast<double>(sum.length) / static_cast<double>(sum.rows);
    std::vector<Ranking> rankings;
    Tokens tokens;
    for (const std::string& question : judged_.questions) {
      std::map<Row, double> scores;
      english_.analyze(question, tokens);
      for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto list = naive_.postings.find(tokens.term(i));
        if (list == naive_.postings.end()) continue;
        const double idf = inverse_frequency(sum.rows, list->second.size());
        for (const auto& [row, positions] : list->second) {
          const auto frequency = static_cast<double>(positions.size());
          const std::uint32_t exact = naive_.length(row);
          const double length = as_lucene ? lucene_length(exact) : exact;
          scores[row] +=
              idf * frequency / (frequency + bm25.k1 * (1 - bm25.b + bm25.b * length / average));
        }
      }
      std::vector<std::pair<double, Row>> order;
      for (const auto& [row, score] : scores) order.emplace_back(-score, row);
      std::ranges::sort(order);
      Ranking& ranking = rankings.emplace_back();
      for (std::size_t r = 0; r < std::min<std::size_t>(10, order.size()); ++r)
        ranking.push_back(order[r].second);
    }
    return rankings;
  }

  const Analyzer english_ = Analyzer::make(Value("english")).value();
  Judged judged_;
  NaiveField naive_;
  MemoryField file_, memory_;
  EncodedField encoded_;
  std::optional<FieldReader> reader_;
  std::vector<TextSegment> segments_;
};

TEST_F(Cranfield, ndcg_is_that_of_lucene) {
  for (const auto& [bm25, lucene] :
       {std::pair(Bm25{0.9, 0.4}, 0.4918), {Bm25{1.2, 0.75}, 0.5155}}) {
    const std::vector<Ranking> rankings = rank(bm25);
    const double ndcg = mean_ndcg_at_10(judged_.listed, rankings);
    const double parity = mean_ndcg_at_10(judged_.listed, rank_plainly(bm25, true));
    std::printf(
        "k1 %.1f b %.2f: nDCG@10 %.4f, with lengths in one byte %.4f, Lucene %.4f; "
        "of grades 1 to 4 alone %.4f\n",
        bm25.k1, bm25.b, ndcg, parity, lucene, mean_ndcg_at_10(judged_.graded, rankings));
    EXPECT_NEAR(ndcg, lucene, 0.005);
    EXPECT_NEAR(parity, lucene, 0.00005 + 1e-9);
  }
}

TEST_F(Cranfield, rankings_are_those_of_the_plainest_means) {
  const auto rankings = rank(Bm25()), plain = rank_plainly(Bm25(), false);
  EXPECT_EQ(rankings, plain);
}

}  // namespace
}  // namespace vecstore::text
