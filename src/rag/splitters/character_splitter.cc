#include "rag/splitters/character_splitter.h"

#include <utility>

#include "rag/splitters/pieces.h"

namespace vecstore {

CharacterSplitter::CharacterSplitter(const SplitterOptions& options, Separator separator)
    : options_(options),
      separator_(std::move(separator)),
      keep_(options.keep_separator.value_or(KeepSeparator::kNone)),
      between_(keep_ != KeepSeparator::kNone || separator_.looks_around()
                   ? 0
                   : count_code_points(separator_.text())) {}

Result<CharacterSplitter> CharacterSplitter::create(const SplitterOptions& options) {
  VECSTORE_TRY(check_options(options));
  if (options.separators.size() > 1) {
    return invalid_argument("the splitter character takes one separator, not " +
                            std::to_string(options.separators.size()));
  }
  const std::string text = options.separators.empty() ? "\n\n" : options.separators[0];
  if (!options.regex_separators) return CharacterSplitter(options, Separator::literal(text));
  VECSTORE_ASSIGN(Separator separator, Separator::regex(text));
  return CharacterSplitter(options, std::move(separator));
}

Result<std::vector<Chunk>> CharacterSplitter::split(const Document& document) const {
  VECSTORE_TRY(check_document(document));
  const std::string_view text = document.text;
  std::vector<TextSpan> spans;
  PieceMerger merger(text, options_, between_, spans);
  Pieces pieces(separator_, text, {0, text.size()}, keep_);
  for (TextSpan piece; pieces.next(piece);) merger.add(piece, count_code_points(piece.of(text)));
  VECSTORE_TRY(pieces.status());
  merger.finish();
  return make_chunks(document, spans);
}

}  // namespace vecstore
