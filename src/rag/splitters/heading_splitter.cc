#include "rag/splitters/heading_splitter.h"

namespace vecstore {
namespace {

struct Section {
  TextSpan span;
  std::size_t deepest;  // where the heading begins whose path the section has
};

// True when nothing but white space follows the heading's own line; the second line of an
// underlined one counts as text.
bool is_only_heading(std::string_view text, TextSpan section) {
  std::string_view inside = strip(text, section).of(text);
  std::size_t line_end = inside.find('\n');
  if (line_end == inside.npos) return true;
  return inside.find_first_not_of("=-\n\r ", line_end) == inside.npos;
}

std::vector<Section> find_sections(const Document& document) {
  std::string_view text = document.text;
  const std::vector<Heading>& headings = document.headings;
  std::vector<Section> sections;
  std::size_t begin = 0, deepest = 0;
  for (std::size_t i = 0; i <= headings.size(); ++i) {
    std::size_t end = i < headings.size() ? headings[i].begin : text.size();
    bool joins_next = i > 0 && i < headings.size() && headings[i].level > headings[i - 1].level &&
                      is_only_heading(text, {headings[i - 1].begin, end});
    if (!joins_next && end > begin) sections.push_back({{begin, end}, deepest});
    if (!joins_next) begin = end;
    deepest = end;
  }
  return sections;
}

}  // namespace

Result<HeadingSplitter> HeadingSplitter::create(const SplitterOptions& options) {
  RecursiveOptions inside;
  static_cast<SplitterOptions&>(inside) = options;
  VECSTORE_ASSIGN(RecursiveSplitter recursive, RecursiveSplitter::create(std::move(inside)));
  return HeadingSplitter(std::move(recursive));
}

Result<std::vector<Chunk>> HeadingSplitter::split(const Document& document) const {
  VECSTORE_TRY(check_document(document));
  std::vector<TextSpan> spans;
  std::vector<std::size_t> deepest;  // per span
  for (const Section& section : find_sections(document)) {
    for (TextSpan span : inside_.split_span(document.text, section.span)) {
      spans.push_back(span);
      deepest.push_back(section.deepest);
    }
  }
  std::vector<Chunk> chunks = make_chunks(document, spans);
  HeadingPath path(document);
  for (std::size_t i = 0; i < chunks.size(); ++i) chunks[i].headings = path.at(deepest[i]);
  return chunks;
}

}  // namespace vecstore
