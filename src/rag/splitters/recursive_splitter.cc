#include "rag/splitters/recursive_splitter.h"

#include <algorithm>
#include <deque>

#include "base/utf8.h"

namespace vecstore {
namespace {

// Joins neighbouring pieces into chunks of at most `size`, keeping up to `overlap` of one chunk's
// pieces at the start of the next.
class Merger {
 public:
  Merger(std::string_view text, const SplitterOptions& options, std::vector<TextSpan>& out)
      : text_(text), options_(options), out_(out) {}

  void add(TextSpan piece, std::size_t length) {
    if (total_ + length > options_.chunk_size && !window_.empty()) {
      emit();
      while (total_ > options_.chunk_overlap ||
             (total_ + length > options_.chunk_size && total_ > 0)) {
        total_ -= window_.front().length;
        window_.pop_front();
      }
    }
    window_.push_back({piece, length});
    total_ += length;
  }

  void finish() {
    emit();
    window_.clear();
    total_ = 0;
  }

 private:
  struct Piece {
    TextSpan span;
    std::size_t length;  // in code points
  };

  void emit() {
    if (window_.empty()) return;
    TextSpan chunk = strip(text_, {window_.front().span.begin, window_.back().span.end});
    if (!chunk.empty()) out_.push_back(chunk);
  }

  std::string_view text_;
  const SplitterOptions& options_;
  std::vector<TextSpan>& out_;
  std::deque<Piece> window_;
  std::size_t total_ = 0;
};

// The end of the piece that begins at `begin`: where the next separator begins, which belongs to
// the next piece.
std::size_t piece_end(std::string_view text, TextSpan rest, std::string_view separator,
                      bool begins_with_separator) {
  if (separator.empty()) return rest.begin + decode_utf8(rest.of(text)).size;
  std::size_t from = rest.begin + (begins_with_separator ? separator.size() : 0);
  std::size_t found = text.substr(0, rest.end).find(separator, from);
  return std::min(found, rest.end);
}

}  // namespace

Result<RecursiveSplitter> RecursiveSplitter::create(RecursiveOptions options) {
  VECSTORE_TRY(check_options(options));
  if (options.separators.empty()) return invalid_argument("a splitter needs a separator");
  return RecursiveSplitter(std::move(options));
}

// The recursion is as deep as there are separators.
void RecursiveSplitter::split_at(std::string_view text, TextSpan span, std::size_t separator,
                                 std::vector<TextSpan>& out) const {
  const std::vector<std::string>& all = options_.separators;
  std::string_view inside = span.of(text);
  while (separator < all.size() && inside.find(all[separator]) == inside.npos) ++separator;
  bool found = separator < all.size();
  std::string_view cut = found ? all[separator] : all.back();
  bool finer = found && !cut.empty() && separator + 1 < all.size();

  Merger merger(text, options_, out);
  bool begins_with_separator = false;
  for (TextSpan rest = span; !rest.empty(); begins_with_separator = true) {
    TextSpan piece = {rest.begin, piece_end(text, rest, cut, begins_with_separator)};
    rest.begin = piece.end;
    if (piece.empty()) continue;
    std::size_t length = count_code_points(piece.of(text));
    if (length < options_.chunk_size) {
      merger.add(piece, length);
      continue;
    }
    merger.finish();
    finer ? split_at(text, piece, separator + 1, out) : out.push_back(piece);
  }
  merger.finish();
}

std::vector<TextSpan> RecursiveSplitter::split_span(std::string_view text, TextSpan span) const {
  std::vector<TextSpan> out;
  split_at(text, span, 0, out);
  return out;
}

Result<std::vector<Chunk>> RecursiveSplitter::split(const Document& document) const {
  VECSTORE_TRY(check_document(document));
  return make_chunks(document, split_span(document.text, {0, document.text.size()}));
}

}  // namespace vecstore
