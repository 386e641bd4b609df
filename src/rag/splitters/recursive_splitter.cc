#include "rag/splitters/recursive_splitter.h"

#include <utility>

#include "rag/splitters/language_separators.h"
#include "rag/splitters/pieces.h"

namespace vecstore {
namespace {

Status take_language(SplitterOptions& options) {
  if (!options.separators.empty()) {
    return invalid_argument("separators or a language, not both");
  }
  options.separators = language_separators(options.language);
  options.regex_separators = true;
  if (!options.separators.empty()) return {};
  return invalid_argument("no separators are known of the language '" + options.language +
                          "'; known are " + known_languages());
}

}  // namespace

RecursiveSplitter::RecursiveSplitter(SplitterOptions options, std::vector<Separator> separators)
    : options_(std::move(options)),
      separators_(std::move(separators)),
      keep_(options_.keep_separator.value_or(KeepSeparator::kStart)) {}

Result<RecursiveSplitter> RecursiveSplitter::create(SplitterOptions options) {
  VECSTORE_TRY(check_options(options));
  if (options.separators.size() > kMaxSeparators) {
    return invalid_argument(std::to_string(options.separators.size()) +
                            " separators; the limit is " + std::to_string(kMaxSeparators));
  }
  if (!options.language.empty()) VECSTORE_TRY(take_language(options));
  if (options.separators.empty()) {
    options.separators = {"\n\n", "\n", " ", ""};
    options.regex_separators = false;
  }
  std::vector<Separator> separators;
  for (const std::string& text : options.separators) {
    if (!options.regex_separators) {
      separators.push_back(Separator::literal(text));
      continue;
    }
    VECSTORE_ASSIGN(Separator separator, Separator::regex(text));
    separators.push_back(std::move(separator));
  }
  return RecursiveSplitter(std::move(options), std::move(separators));
}

// The recursion is as deep as there are separators.
Status RecursiveSplitter::split_at(std::string_view text, TextSpan span, std::size_t separator,
                                   std::vector<TextSpan>& out) const {
  bool found = false;
  for (; separator < separators_.size(); ++separator) {
    SeparatorSearch search(separators_[separator], span.of(text));
    TextSpan first;
    found = separators_[separator].text().empty() || search.next(first);
    VECSTORE_TRY(search.status());
    if (found) break;
  }
  const Separator& cut = found ? separators_[separator] : separators_.back();
  const bool finer = found && !cut.text().empty() && separator + 1 < separators_.size();

  const std::size_t between = keep_ == KeepSeparator::kNone ? count_code_points(cut.text()) : 0;
  PieceMerger merger(text, options_, between, out);
  Pieces pieces(cut, text, span, keep_);
  for (TextSpan piece; pieces.next(piece);) {
    const std::size_t length = count_code_points(piece.of(text));
    if (length < options_.chunk_size) {
      merger.add(piece, length);
      continue;
    }
    merger.finish();
    if (finer) {
      VECSTORE_TRY(split_at(text, piece, separator + 1, out));
    } else {
      out.push_back(piece);
    }
  }
  merger.finish();
  return pieces.status();
}

Status RecursiveSplitter::split_span(std::string_view text, TextSpan span,
                                     std::vector<TextSpan>& out) const {
  return split_at(text, span, 0, out);
}

Result<std::vector<Chunk>> RecursiveSplitter::split(const Document& document) const {
  VECSTORE_TRY(check_document(document));
  std::vector<TextSpan> spans;
  VECSTORE_TRY(split_span(document.text, {0, document.text.size()}, spans));
  return make_chunks(document, spans);
}

}  // namespace vecstore
