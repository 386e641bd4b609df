#include "rag/eval/offline_judge.h"

#include <algorithm>
#include <set>

#include "rag/splitters/sentences.h"

namespace vecstore {
namespace {

constexpr std::size_t kStem = 6;           // letters by which words are compared
constexpr double kMostWords = 0.6;         // of a statement: it follows from the text
constexpr double kHalfOfWords = 0.5;       // of a question: the passage is about it
constexpr double kLeastCosine = 0.8;       // of a statement and a sentence: they say the same
constexpr double kLeastAboutCosine = 0.5;  // of a question and a passage

constexpr std::string_view kDenials[] = {"not",     "no",     "never",   "none",
                                         "without", "cannot", "neither", "nor"};
constexpr std::string_view kNoAnswer[] = {
    "don t know",     "do not know", "cannot answer",    "can t answer", "not mentioned",
    "no information", "not answer",  "unable to answer", "not say",      "not contain"};

// Longer words that any text has, most of all questions.
constexpr std::string_view kSaysNothing[] = {"does",  "from", "have",  "many", "much", "that",
                                             "there", "this", "were",  "what", "when", "where",
                                             "which", "whom", "whose", "will", "with"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
         static_cast<unsigned char>(c) >= 0x80;
}

// In lower case; a point or comma between digits belongs to the number, commas are left out.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool inside = i < text.size() && i > 0 && i + 1 < text.size() &&
                        (text[i] == '.' || text[i] == ',') && is_digit(text[i - 1]) &&
                        is_digit(text[i + 1]);
    if (i < text.size() && (is_letter(text[i]) || inside)) {
      const char c = text[i];
      if (c != ',') word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

// What a word is compared by, without the "s" of a plural or a verb; empty for one that says
// nothing.
std::string key_of(std::string word) {
  if (word.size() < 4 || std::ranges::find(kSaysNothing, word) != std::end(kSaysNothing)) return "";
  if (word.ends_with('s') && !word.ends_with("ss")) word.pop_back();
  return word.substr(0, kStem);
}

struct Words {
  std::set<std::string> keys = {};  // beginnings of words, and numbers
  std::set<std::string> numbers = {};
  bool denies = false;
};

Words read_words(std::string_view text) {
  Words read;
  const std::vector<std::string> words = words_of(text);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool denial = std::ranges::find(kDenials, word) != std::end(kDenials) ||
                        (word == "t" && i > 0 && words[i - 1].ends_with('n'));  // "doesn't"
    read.denies = read.denies != denial;  // what is denied twice is not denied
    if (std::ranges::any_of(word, is_digit)) {
      read.numbers.insert(word);
      read.keys.insert(word);
    } else if (!denial) {
      read.keys.insert(key_of(word));
    }
  }
  read.keys.erase("");
  return read;
}

double share(const std::set<std::string>& wanted, const std::set<std::string>& there) {
  if (wanted.empty()) return 0;
  const auto found =
      std::ranges::count_if(wanted, [&](const auto& key) { return there.contains(key); });
  return static_cast<double>(found) / static_cast<double>(wanted.size());
}

struct Sentence {
  std::string text = {};
  Words words = {};
};

// A text that statements are held against.
struct Source {
  Words all = {};
  std::vector<Sentence> sentences = {};
};

Source read_source(const std::string& text) {
  Source source{read_words(text), {}};
  for (const TextSpan& span : find_sentences(text, {0, text.size()})) {
    const std::string sentence = text.substr(span.begin, span.end - span.begin);
    source.sentences.push_back({sentence, read_words(sentence)});
  }
  return source;
}

// The sentence that has most of the statement's words.
const Sentence* nearest_sentence(const Source& source, const Words& statement) {
  const Sentence* best = nullptr;
  double most = -1;
  for (const Sentence& one : source.sentences) {
    const double has = share(statement.keys, one.words.keys);
    if (has > most) most = has, best = &one;
  }
  return best;
}

bool follows(const Words& statement, const Source& source) {
  const Sentence* nearest = nearest_sentence(source, statement);
  return nearest && share(statement.keys, source.all.keys) >= kMostWords &&
         std::ranges::includes(source.all.numbers, statement.numbers) &&
         statement.denies == nearest->words.denies;
}

Result<std::vector<float>> rows_of(const Embedder& embedder, std::vector<std::string> texts) {
  VECSTORE_ASSIGN(std::vector<float> rows, embedder.embed_batch(texts));
  if (rows.size() != texts.size() * embedder.info().dimension)
    return Status(Code::kInternal,
                  "model '" + embedder.info().name + "' gave another number of vectors");
  return rows;
}

// Of rows of unit length.
double cosine(const std::vector<float>& rows, std::size_t a, std::size_t b, std::size_t dimension) {
  double sum = 0;
  for (std::size_t i = 0; i < dimension; ++i)
    sum +=
        static_cast<double>(rows[a * dimension + i]) * static_cast<double>(rows[b * dimension + i]);
  return sum;
}

// The first text with each of the others.
Result<std::vector<double>> cosines(const Embedder& embedder, std::string_view first,
                                    std::span<const std::string> others) {
  std::vector<std::string> texts = {std::string(first)};
  texts.insert(texts.end(), others.begin(), others.end());
  VECSTORE_ASSIGN(const std::vector<float> rows, rows_of(embedder, std::move(texts)));
  std::vector<double> all;
  for (std::size_t i = 1; i <= others.size(); ++i)
    all.push_back(cosine(rows, 0, i, embedder.info().dimension));
  return all;
}

// What words do not tell: a sentence that means the same, with the same numbers and denials.
Result<bool> means_the_same(const Embedder& embedder, const std::string& statement,
                            std::span<const Source> sources) {
  const Words words = read_words(statement);
  std::vector<std::string> candidates;
  for (const Source& source : sources)
    for (const Sentence& one : source.sentences)
      if (one.words.denies == words.denies &&
          std::ranges::includes(one.words.numbers, words.numbers))
        candidates.push_back(one.text);
  if (candidates.empty()) return false;
  VECSTORE_ASSIGN(const std::vector<double> all, cosines(embedder, statement, candidates));
  return *std::ranges::max_element(all) >= kLeastCosine;
}

bool gives_no_answer(std::string_view answer) {
  std::string text;
  for (const std::string& word : words_of(answer)) text += word + " ";
  return std::ranges::any_of(kNoAnswer,
                             [&](std::string_view one) { return text.find(one) != text.npos; });
}

}  // namespace

OfflineJudge::OfflineJudge(std::shared_ptr<const Embedder> embedder)
    : embedder_(std::move(embedder)), name_("words 1") {
  if (embedder_) name_ += ", " + embedder_->info().name;
}

Result<std::vector<Verdict>> OfflineJudge::supported(std::span<const std::string> statements,
                                                     std::span<const std::string> texts) const {
  std::vector<Source> sources;
  for (const std::string& text : texts) sources.push_back(read_source(text));
  std::vector<Verdict> verdicts;
  for (const std::string& statement : statements) {
    const Words words = read_words(statement);
    bool yes = std::ranges::any_of(sources, [&](const Source& one) { return follows(words, one); });
    if (!yes && embedder_) {
      VECSTORE_ASSIGN(yes, means_the_same(*embedder_, statement, sources));
    }
    verdicts.push_back(yes ? Verdict::kYes : Verdict::kNo);
  }
  return verdicts;
}

Result<std::vector<Verdict>> OfflineJudge::useful(std::string_view question,
                                                  std::string_view reference,
                                                  std::span<const std::string> passages) const {
  const std::string_view wanted = reference.empty() ? question : reference;
  const Words words = read_words(wanted);
  std::vector<double> near(passages.size(), 0.0);
  if (embedder_) {
    VECSTORE_ASSIGN(near, cosines(*embedder_, wanted, passages));
  }
  std::vector<Verdict> verdicts;
  for (std::size_t i = 0; i < passages.size(); ++i) {
    const bool about = share(words.keys, read_words(passages[i]).keys) >= kHalfOfWords ||
                       near[i] >= kLeastAboutCosine;
    verdicts.push_back(about ? Verdict::kYes : Verdict::kNo);
  }
  return verdicts;
}

Result<std::optional<double>> OfflineJudge::addresses(std::string_view question,
                                                      std::string_view answer) const {
  if (gives_no_answer(answer)) return std::optional(0.0);
  if (!embedder_) return std::optional(share(read_words(question).keys, read_words(answer).keys));
  const std::string text(answer);
  VECSTORE_ASSIGN(const std::vector<double> near, cosines(*embedder_, question, {&text, 1}));
  return std::optional(std::clamp(near.front(), 0.0, 1.0));
}

Result<std::optional<double>> OfflineJudge::sameness(std::string_view a, std::string_view b) const {
  if (embedder_) {
    const std::string other(b);
    VECSTORE_ASSIGN(const std::vector<double> near, cosines(*embedder_, a, {&other, 1}));
    return std::optional(std::clamp(near.front(), 0.0, 1.0));
  }
  const auto one = read_words(a).keys, two = read_words(b).keys;
  const double there = share(one, two), back = share(two, one);
  return std::optional(there + back == 0 ? 0.0 : 2 * there * back / (there + back));
}

}  // namespace vecstore
