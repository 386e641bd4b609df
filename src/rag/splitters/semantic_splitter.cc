#include "rag/splitters/semantic_splitter.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rag/splitters/breakpoints.h"

namespace vecstore {
namespace {

constexpr std::size_t kBatch = 256;  // texts embedded at a time
constexpr std::size_t kMaxBuffer = 100;

// As re.split has them: empty ones at the ends too.
Result<std::vector<TextSpan>> find_sentences(const Separator& between, std::string_view text) {
  std::vector<TextSpan> out;
  std::size_t begin = 0;
  SeparatorSearch search(between, text);
  for (TextSpan blank; search.next(blank); begin = blank.end) out.push_back({begin, blank.begin});
  VECSTORE_TRY(search.status());
  out.push_back({begin, text.size()});
  return out;
}

// The sentence with `buffer` neighbours on both sides.
std::string with_neighbours(std::string_view text, const std::vector<TextSpan>& sentences,
                            std::size_t index, std::size_t buffer) {
  std::string out;
  const std::size_t behind = std::min(index + buffer + 1, sentences.size());
  for (std::size_t i = index - std::min(index, buffer); i < behind; ++i) {
    if (!out.empty() || i > index - std::min(index, buffer)) out += ' ';
    out += sentences[i].of(text);
  }
  return out;
}

// 1 less the cosine; 1 where a vector is of zeros.
double distance_of(std::span<const float> a, std::span<const float> b) {
  double dot = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a[i]), y = static_cast<double>(b[i]);
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  const double cosine = dot / (std::sqrt(aa) * std::sqrt(bb));
  return 1 - (std::isfinite(cosine) ? cosine : 0);
}

}  // namespace

SemanticSplitter::SemanticSplitter(const SplitterOptions& options, RecursiveSplitter inside,
                                   Separator between)
    : options_(options), inside_(std::move(inside)), between_(std::move(between)) {
  const EmbedderInfo& model = options_.embedder->info();
  name_ = "semantic:" + model.name + ":" + model.checksum;
}

Result<SemanticSplitter> SemanticSplitter::create(const SplitterOptions& options) {
  VECSTORE_ASSIGN(RecursiveSplitter inside, RecursiveSplitter::create(options));
  if (!options.embedder) return invalid_argument("the splitter semantic needs an embedder");
  if (options.buffer_size > kMaxBuffer) {
    return invalid_argument("buffer_size " + std::to_string(options.buffer_size) +
                            "; the limit is " + std::to_string(kMaxBuffer));
  }
  const bool percent =
      options.breakpoint == Breakpoint::kPercentile || options.breakpoint == Breakpoint::kGradient;
  const double amount = options.breakpoint_amount.value_or(default_amount(options.breakpoint));
  if (!(amount >= 0) || std::isinf(amount) || (percent && amount > 100)) {
    return invalid_argument("breakpoint_amount " + std::to_string(amount) +
                            (percent ? "; a percentile is from 0 to 100" : " is less than 0"));
  }
  VECSTORE_ASSIGN(Separator between, Separator::regex(R"((?<=[.?!])\s+)"));
  return SemanticSplitter(options, std::move(inside), std::move(between));
}

Result<std::vector<double>> SemanticSplitter::distances(
    std::string_view text, const std::vector<TextSpan>& sentences) const {
  const std::size_t dimension = options_.embedder->info().dimension;
  std::vector<double> out;
  std::vector<float> last;
  for (std::size_t begin = 0; begin < sentences.size(); begin += kBatch) {
    std::vector<std::string> texts;
    for (std::size_t i = begin; i < std::min(begin + kBatch, sentences.size()); ++i) {
      texts.push_back(with_neighbours(text, sentences, i, options_.buffer_size));
    }
    const SomeEmbedded some = options_.embedder->embed_some(texts, {false, options_.cancel});
    VECSTORE_TRY(some.status);
    if (some.rows.size() != texts.size() * dimension) {
      return Status(Code::kInternal, "the embedder gave " + std::to_string(some.rows.size()) +
                                         " numbers for " + std::to_string(texts.size()) + " texts");
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::span<const float> row(some.rows.data() + i * dimension, dimension);
      if (!last.empty()) out.push_back(distance_of(last, row));
      last.assign(row.begin(), row.end());
    }
  }
  return out;
}

Result<std::vector<Chunk>> SemanticSplitter::split(const Document& document) const {
  VECSTORE_TRY(check_document(document));
  const std::string_view text = document.text;
  VECSTORE_ASSIGN(const std::vector<TextSpan> sentences, find_sentences(between_, text));
  std::vector<std::size_t> breaks;
  // Two sentences have no gradient: each is a chunk.
  const bool pair = options_.breakpoint == Breakpoint::kGradient && sentences.size() == 2;
  if (pair) {
    breaks = {0};
  } else if (sentences.size() > 1) {
    VECSTORE_ASSIGN(const std::vector<double> apart, distances(text, sentences));
    breaks =
        find_breakpoints(apart, options_.breakpoint,
                         options_.breakpoint_amount.value_or(default_amount(options_.breakpoint)),
                         options_.number_of_chunks);
  }
  breaks.push_back(sentences.size() - 1);
  std::vector<TextSpan> spans;
  std::size_t first = 0, length = 0, counted = 0;  // length: joined by one space
  for (const std::size_t last : breaks) {
    for (; counted <= last; ++counted) {
      length += count_code_points(sentences[counted].of(text)) + (counted > first ? 1 : 0);
    }
    const bool ends = last + 1 == sentences.size();
    if (!ends && !pair && length < options_.min_chunk_size) continue;
    const TextSpan span = strip(text, {sentences[first].begin, sentences[last].end});
    if (count_code_points(span.of(text)) > options_.chunk_size) {
      VECSTORE_TRY(inside_.split_span(text, span, spans));
    } else if (!span.empty()) {
      spans.push_back(span);
    }
    first = last + 1;
    length = 0;
    if (ends) break;
  }
  return make_chunks(document, spans);
}

}  // namespace vecstore
