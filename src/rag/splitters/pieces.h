// What splitters by separators are made of, as in LangChain's text splitters: a text cut into
// pieces, and neighbouring pieces joined into chunks.
#pragma once

#include <deque>
#include <vector>

#include "rag/splitters/separator.h"
#include "rag/splitters/splitter.h"
#include "rag/splitters/text_span.h"

namespace vecstore {

// The pieces of a span, in order; none is empty.
class Pieces {
 public:
  // `separator` and `text` outlive it.
  Pieces(const Separator& separator, std::string_view text, TextSpan span, KeepSeparator keep);

  bool next(TextSpan& piece);

  Status status() const { return search_.status(); }

 private:
  bool by_characters_;
  std::size_t begin_, end_;  // of what is left
  std::size_t origin_;       // of the span
  std::string_view text_;
  KeepSeparator keep_;
  SeparatorSearch search_;
  bool done_ = false;
};

// Joins neighbouring pieces into chunks of at most options.chunk_size code points, stripped,
// keeping up to options.chunk_overlap of one chunk's pieces at the start of the next. A piece that
// is too long by itself is a chunk.
class PieceMerger {
 public:
  // What lies between two pieces counts `between` code points. All outlive it.
  PieceMerger(std::string_view text, const SplitterOptions& options, std::size_t between,
              std::vector<TextSpan>& out)
      : text_(text), options_(options), between_(between), out_(out) {}

  // `length` in code points.
  void add(TextSpan piece, std::size_t length);

  // Ends the chunk: the next begins without overlap.
  void finish();

 private:
  struct Piece {
    TextSpan span;
    std::size_t length;
  };

  std::size_t joined(std::size_t length) const {
    return total_ + length + (window_.empty() ? 0 : between_);
  }
  void emit();

  std::string_view text_;
  const SplitterOptions& options_;
  std::size_t between_;
  std::vector<TextSpan>& out_;
  std::deque<Piece> window_;
  std::size_t total_ = 0;
};

}  // namespace vecstore
