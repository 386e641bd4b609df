#include "rag/splitters/heading_splitter.h"

#include <algorithm>

namespace vecstore {
namespace {

struct Section {
  TextSpan span;
  std::size_t heading;  // where the last heading in it begins; span.begin when it has none
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
  std::size_t begin = 0, heading = 0;
  for (std::size_t i = 0; i <= headings.size(); ++i) {
    std::size_t end = i < headings.size() ? headings[i].begin : text.size();
    bool joins_next = i > 0 && i < headings.size() && headings[i].level > headings[i - 1].level &&
                      is_only_heading(text, {headings[i - 1].begin, end});
    if (!joins_next && end > begin) sections.push_back({{begin, end}, heading});
    if (!joins_next) begin = end;
    heading = end;
  }
  return sections;
}

// Where the text below the heading begins; the section's begin when it has no heading.
std::size_t body_begin(const Document& document, const Section& section, HeadingPath& path) {
  if (path.at(section.heading).empty()) return section.span.begin;
  std::size_t line_end = document.text.find('\n', section.heading);
  return std::min(line_end, section.span.end);
}

}  // namespace

Result<HeadingSplitter> HeadingSplitter::create(const SplitterOptions& options) {
  VECSTORE_ASSIGN(RecursiveSplitter recursive, RecursiveSplitter::create(options));
  return HeadingSplitter(std::move(recursive));
}

Result<std::vector<Chunk>> HeadingSplitter::split(const Document& document) const {
  VECSTORE_TRY(check_document(document));
  std::string_view text = document.text;
  std::vector<TextSpan> spans;
  std::vector<std::vector<std::string>> headings;  // per span
  HeadingPath path(document);
  for (const Section& section : find_sections(document)) {
    std::size_t body = body_begin(document, section, path);
    std::vector<TextSpan> inside;
    VECSTORE_TRY(inside_.split_span(text, {body, section.span.end}, inside));
    std::erase_if(inside, [text](TextSpan span) { return strip(text, span).empty(); });
    TextSpan whole = strip(text, section.span);
    if (inside.empty() && !whole.empty()) inside.push_back(whole);
    if (!inside.empty()) inside.front().begin = whole.begin;
    spans.insert(spans.end(), inside.begin(), inside.end());
    headings.resize(spans.size(), path.at(section.heading));
  }
  std::vector<Chunk> chunks = make_chunks(document, spans);
  for (std::size_t i = 0; i < chunks.size(); ++i) chunks[i].headings = std::move(headings[i]);
  return chunks;
}

}  // namespace vecstore
