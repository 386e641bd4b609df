#include "rag/splitters/text_span.h"

#include <algorithm>

#include "base/utf8.h"

namespace vecstore {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

TextSpan strip(std::string_view text, TextSpan span) {
  while (!span.empty()) {
    CodePoint first = decode_utf8(span.of(text));
    if (!is_space(first.value)) break;
    span.begin += first.size;
  }
  while (!span.empty()) {
    std::size_t last = span.end - 1;
    while (last > span.begin && is_continuation(text[last])) --last;
    if (!is_space(decode_utf8(text.substr(last)).value)) break;
    span.end = last;
  }
  return span;
}

const std::vector<std::string>& HeadingPath::at(std::size_t place) {
  const std::vector<Heading>& headings = document_.headings;
  for (; next_ < headings.size() && headings[next_].begin <= place; ++next_) {
    while (!levels_.empty() && levels_.back() >= headings[next_].level) {
      levels_.pop_back();
      titles_.pop_back();
    }
    levels_.push_back(headings[next_].level);
    titles_.push_back(headings[next_].title);
  }
  return titles_;
}

std::vector<Chunk> make_chunks(const Document& document, const std::vector<TextSpan>& spans) {
  std::string_view text = document.text;
  HeadingPath path(document);
  std::vector<Chunk> chunks;
  chunks.reserve(spans.size());
  std::size_t byte = 0, character = 0;  // of the last begin
  for (const TextSpan& span : spans) {
    character += count_code_points(text.substr(byte, span.begin - byte));
    byte = span.begin;
    std::size_t length = count_code_points(span.of(text));
    chunks.push_back({span.begin, span.end, character, character + length, path.at(span.begin)});
  }
  return chunks;
}

Status check_document(const Document& document) {
  if (std::size_t at = invalid_utf8_at(document.text); at != std::string::npos) {
    return invalid_argument("text is not UTF-8 at byte " + std::to_string(at));
  }
  if (document.headings.size() > kMaxHeadings) {
    return resource_exhausted(std::to_string(document.headings.size()) +
                              " headings; the limit is " + std::to_string(kMaxHeadings));
  }
  std::size_t last = 0;
  for (const Heading& heading : document.headings) {
    if (heading.begin < last || heading.begin > document.text.size()) {
      return invalid_argument("heading '" + heading.title + "' at byte " +
                              std::to_string(heading.begin) +
                              " is out of order or out of the text");
    }
    if (heading.begin < document.text.size() && is_continuation(document.text[heading.begin])) {
      return invalid_argument("heading '" + heading.title + "' at byte " +
                              std::to_string(heading.begin) + " begins within a character");
    }
    last = heading.begin;
  }
  return {};
}

Status check_options(const SplitterOptions& options) {
  if (options.chunk_size == 0) return invalid_argument("chunk_size is 0; it is at least 1");
  if (options.chunk_overlap > options.chunk_size) {
    return invalid_argument("chunk_overlap " + std::to_string(options.chunk_overlap) +
                            " is larger than chunk_size " + std::to_string(options.chunk_size));
  }
  return {};
}

}  // namespace vecstore
