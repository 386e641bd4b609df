#include "rag/splitters/sentence_splitter.h"

#include "rag/splitters/sentences.h"

namespace vecstore {
namespace {

// Joins sentences as long as the run from the first to the last fits.
class Packer {
 public:
  Packer(std::string_view text, const SplitterOptions& options, std::vector<TextSpan>& out)
      : text_(text), options_(options), out_(out) {}

  void add(TextSpan sentence) {
    if (first_ < window_.size() && length_to(sentence.end) > options_.chunk_size) {
      emit();
      drop_front(sentence.end);
    }
    window_.push_back(sentence);
  }

  // Ends the chunk without overlap.
  void finish() {
    if (first_ < window_.size()) emit();
    first_ = window_.size();
  }

 private:
  std::size_t length_to(std::size_t end) const {
    return count_code_points(text_.substr(window_[first_].begin, end - window_[first_].begin));
  }

  void emit() { out_.push_back({window_[first_].begin, window_.back().end}); }

  // Leaves the sentences that fit the overlap, and together with what comes a chunk; never all of
  // them.
  void drop_front(std::size_t next_end) {
    std::size_t end = window_.back().end;
    do {
      ++first_;
    } while (first_ < window_.size() && (length_to(end) > options_.chunk_overlap ||
                                         length_to(next_end) > options_.chunk_size));
  }

  std::string_view text_;
  const SplitterOptions& options_;
  std::vector<TextSpan>& out_;
  std::vector<TextSpan> window_;  // from `first_`: the sentences of the open chunk
  std::size_t first_ = 0;
};

}  // namespace

Result<SentenceSplitter> SentenceSplitter::create(const SplitterOptions& options) {
  VECSTORE_ASSIGN(RecursiveSplitter recursive, RecursiveSplitter::create(options));
  return SentenceSplitter(options, std::move(recursive));
}

Result<std::vector<Chunk>> SentenceSplitter::split(const Document& document) const {
  VECSTORE_TRY(check_document(document));
  std::string_view text = document.text;
  std::vector<TextSpan> spans;
  Packer packer(text, options_, spans);
  for (TextSpan sentence : find_sentences(text, {0, text.size()})) {
    if (count_code_points(sentence.of(text)) <= options_.chunk_size) {
      packer.add(sentence);
      continue;
    }
    packer.finish();
    VECSTORE_TRY(inside_.split_span(text, sentence, spans));
  }
  packer.finish();
  return make_chunks(document, spans);
}

}  // namespace vecstore
