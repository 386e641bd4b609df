#include "rag/query/feedback.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "rag/answer/word_keys.h"

namespace vecstore {
namespace {

constexpr std::size_t kShortest = 3;  // bytes of a word that is taken

// How often each word stands in a text of many.
struct Shares {
  std::map<std::string, double> of_words = {};
  double total = 0;

  void add(std::string_view text, double weight) {
    const std::vector<std::string> words = plain_words(text);
    for (const std::string& word : words)
      of_words[word] += weight / static_cast<double>(words.size());
    if (!words.empty()) total += weight;
  }

  double of(const std::string& word) const {
    const auto found = of_words.find(word);
    return found == of_words.end() || total == 0 ? 0 : found->second / total;
  }
};

double length_of(const DenseVector& vector) {
  double squares = 0;
  for (const float x : vector) squares += static_cast<double>(x) * static_cast<double>(x);
  return std::sqrt(squares);
}

void add_scaled(std::vector<double>& to, const DenseVector& vector, double by) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += by * static_cast<double>(vector[i]);
}

}  // namespace

Status check_feedback(const FeedbackOptions& options) {
  if (options.hits == 0) return invalid_argument("feedback believes at least 1 hit");
  if (options.words == 0) return invalid_argument("feedback takes at least 1 word");
  if (!(options.weight > 0 && options.weight < 1))
    return invalid_argument("the weight of feedback is above 0 and below 1, it is " +
                            std::to_string(options.weight));
  return {};
}

std::vector<WeightedWord> feedback_words(std::string_view question, const Hits& hits,
                                         const FeedbackOptions& options) {
  const std::vector<std::string> asked = plain_words(question);
  Shares first, behind;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (!hits[i].text) continue;
    if (i < options.hits)
      first.add(*hits[i].text, std::max(hits[i].score, 1e-9));
    else
      behind.add(*hits[i].text, 1);
  }
  std::vector<WeightedWord> out;
  double sum = 0;
  for (const auto& [word, unscaled] : first.of_words) {
    if (word.size() < kShortest) continue;
    const double share = first.of(word);
    // A word that is nowhere behind is as rare there as one that one hit more would have had once.
    const double common = std::max(behind.of(word), 0.1 * share);
    const double worth = behind.total > 0 ? share * std::log(share / common) : share;
    if (worth > 0) out.push_back({word, worth});
  }
  std::ranges::stable_sort(out, std::ranges::greater(), &WeightedWord::weight);
  if (out.size() > options.words) out.resize(options.words);
  for (const WeightedWord& one : out) sum += one.weight;
  const std::set<std::string> distinct(asked.begin(), asked.end());
  const double all = options.weight / (1 - options.weight) * static_cast<double>(distinct.size());
  for (WeightedWord& one : out) one.weight *= all / sum;
  return out;
}

DenseVector feedback_vector(const DenseVector& question, const Hits& hits,
                            const FeedbackOptions& options) {
  std::vector<double> mean(question.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < std::min(options.hits, hits.size()); ++i) {
    const DenseVector* vector = hits[i].vector ? hits[i].vector->dense() : nullptr;
    if (!vector || vector->size() != question.size() || length_of(*vector) == 0) continue;
    add_scaled(mean, *vector, 1 / length_of(*vector));
    ++count;
  }
  const double length = length_of(question);
  if (count == 0 || length == 0) return question;
  for (double& x : mean) x *= options.weight / static_cast<double>(count);
  add_scaled(mean, question, (1 - options.weight) / length);
  DenseVector out;
  for (const double x : mean) out.push_back(static_cast<float>(x));
  return out;
}

}  // namespace vecstore
