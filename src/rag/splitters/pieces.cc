#include "rag/splitters/pieces.h"

#include "base/utf8.h"

namespace vecstore {

Pieces::Pieces(const Separator& separator, std::string_view text, TextSpan span, KeepSeparator keep)
    : by_characters_(separator.text().empty()),
      begin_(span.begin),
      end_(span.end),
      origin_(span.begin),
      text_(text),
      keep_(keep),
      search_(separator, span.of(text)) {}

bool Pieces::next(TextSpan& piece) {
  if (by_characters_) {
    if (begin_ == end_) return false;
    piece = {begin_, begin_ + decode_utf8(text_.substr(begin_)).size};
    begin_ = piece.end;
    return true;
  }
  while (!done_) {
    TextSpan found;
    if (!search_.next(found)) {
      piece = {begin_, end_};
      done_ = true;
    } else {
      found = {found.begin + origin_, found.end + origin_};
      piece = {begin_, keep_ == KeepSeparator::kEnd ? found.end : found.begin};
      begin_ = keep_ == KeepSeparator::kStart ? found.begin : found.end;
    }
    if (!piece.empty()) return true;
  }
  return false;
}

void PieceMerger::add(TextSpan piece, std::size_t length) {
  if (!window_.empty() && joined(length) > options_.chunk_size) {
    emit();
    while (total_ > options_.chunk_overlap ||
           (joined(length) > options_.chunk_size && total_ > 0)) {
      total_ -= window_.front().length + (window_.size() > 1 ? between_ : 0);
      window_.pop_front();
    }
  }
  total_ = joined(length);
  window_.push_back({piece, length});
}

void PieceMerger::finish() {
  emit();
  window_.clear();
  total_ = 0;
}

void PieceMerger::emit() {
  if (window_.empty()) return;
  const TextSpan chunk = strip(text_, {window_.front().span.begin, window_.back().span.end});
  if (!chunk.empty()) out_.push_back(chunk);
}

}  // namespace vecstore
