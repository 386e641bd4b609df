// Any options and any text: chunks within it, sorted, of whole characters; or a refusal.
#include <array>
#include <cstdint>
#include <cstdlib>

#include "base/utf8.h"
#include "rag/ingest/word_embedder.h"
#include "rag/splitters/make_splitter.h"

namespace {

using vecstore::Document;
using vecstore::SplitterOptions;

constexpr std::array<std::string_view, 9> kNames = {"character", "code",     "heading",
                                                    "html",      "json",     "markdown",
                                                    "recursive", "semantic", "sentence"};

// Bytes of the input, zeros behind its end.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  std::size_t number(std::size_t below) {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(rest_[0]);
    rest_.remove_prefix(1);
    return byte % below;
  }
  std::string text(std::size_t most) {
    const std::string out(rest_.substr(0, number(most)));
    rest_.remove_prefix(out.size() < rest_.size() ? out.size() : rest_.size());
    return out;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

void check(const Document& document, const std::vector<vecstore::Chunk>& chunks) {
  std::size_t last = 0;
  for (const vecstore::Chunk& chunk : chunks) {
    const bool inside =
        chunk.begin >= last && chunk.begin < chunk.end && chunk.end <= document.text.size();
    if (!inside) std::abort();
    last = chunk.begin;
    const std::string_view text =
        std::string_view(document.text).substr(chunk.begin, chunk.end - chunk.begin);
    if (!vecstore::is_valid_utf8(text)) std::abort();
  }
}

// Sets what is not read by that splitter back, which would be refused.
void keep_own(std::string_view name, SplitterOptions& options) {
  const SplitterOptions none;
  const bool sections = name == "html" || name == "markdown";
  if (name == "code") {
    options.separators.clear();
    options.regex_separators = false;
    options.keep_separator.reset();
  }
  if (!sections) {
    options.split_headings.clear();
    options.strip_headings = options.each_line = false;
  }
  if (name != "json") options.split_lists = false;
  if (name != "json" && name != "semantic") options.min_chunk_size = 0;
  if (name == "semantic") return;
  options.breakpoint = none.breakpoint;
  options.breakpoint_amount.reset();
  options.number_of_chunks = none.number_of_chunks;
  options.buffer_size = none.buffer_size;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::string_view name = kNames[input.number(kNames.size())];
  SplitterOptions options;
  options.chunk_size = 1 + input.number(200);
  options.chunk_overlap = input.number(200);
  for (std::size_t n = input.number(4); n > 0; --n) options.separators.push_back(input.text(40));
  options.regex_separators = input.number(2) == 1;
  if (const std::size_t keep = input.number(4); keep > 0) {
    options.keep_separator = static_cast<vecstore::KeepSeparator>(keep - 1);
  }
  if (input.number(2) == 1) options.split_headings = {"#", "h3"};
  options.strip_headings = input.number(2) == 1;
  options.each_line = input.number(2) == 1;
  options.min_chunk_size = input.number(60);
  options.split_lists = input.number(2) == 1;
  static const vecstore::WordEmbedder embedder;
  options.embedder = &embedder;
  options.breakpoint = static_cast<vecstore::Breakpoint>(input.number(4));
  if (const std::size_t amount = input.number(102); amount > 0) {
    options.breakpoint_amount = static_cast<double>(amount - 1);
  }
  options.number_of_chunks = input.number(5);
  options.buffer_size = input.number(4);
  keep_own(name, options);
  const auto splitter = vecstore::make_splitter(name, options);
  if (!splitter.ok()) return 0;
  Document document;
  document.headings.resize(input.number(4));
  std::size_t at = 0;
  for (vecstore::Heading& heading : document.headings) {
    heading.level = static_cast<int>(1 + input.number(6));
    heading.title = "H";
    heading.begin = at += input.number(100);
  }
  document.text = input.rest();
  const auto chunks = (*splitter)->split(document);
  if (chunks.ok()) check(document, *chunks);
  return 0;
}
