#include "db/search/highlight_hits.h"

#include <algorithm>
#include <utility>

#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

// One span where those of several stages touch.
std::vector<text::TextSpan> joined(std::vector<text::TextSpan> spans) {
  std::ranges::sort(spans, {}, &text::TextSpan::begin);
  std::vector<text::TextSpan> all;
  for (const text::TextSpan& span : spans) {
    if (!all.empty() && span.begin < all.back().end) {
      all.back().end = std::max(all.back().end, span.end);
    } else {
      all.push_back(span);
    }
  }
  return all;
}

// Whole characters.
std::string_view beginning(std::string_view text) {
  if (text.size() <= kMaxHighlightBytes) return text;
  std::size_t end = kMaxHighlightBytes;
  while ((text[end] & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

Result<Highlighter> Highlighter::make(const QueryRun& run, const Query& query) {
  Highlighter made(run, query.include);
  // unreached: the stages have read the same before
  VECSTORE_TRY(made.add(run, query));
  return made;
}

Status Highlighter::add(const QueryRun& run, const Query& query) {
  if (!query.text.empty()) {
    // unreached: the stages have read the same before
    VECSTORE_ASSIGN(text::TextQuery read, read_text_query(query));
    // unreached: the stages have read the same before
    VECSTORE_ASSIGN(SearchedFields searched, searched_fields(run.schema, run.collection, query));
    texts_.push_back({std::move(read), std::move(searched)});
  }
  // unreached: the stages have read the same before
  for (const Query& stage : query.prefetch) VECSTORE_TRY(add(run, stage));
  return {};
}

std::vector<text::TextSpan> Highlighter::spans_of(std::uint32_t field,
                                                  std::string_view text) const {
  std::vector<text::TextSpan> spans;
  for (const Text& one : texts_) {
    for (std::size_t i = 0; i < one.searched.numbers.size() && !run_->stopped(); ++i) {
      if (one.searched.numbers[i] != field) continue;
      const text::TextField& of = one.searched.fields[i];
      const auto found = text::highlight(one.query, of.name, *of.analyzer, text);
      spans.insert(spans.end(), found.begin(), found.end());
    }
  }
  return texts_.size() == 1 ? spans : joined(std::move(spans));
}

void Highlighter::mark_string(std::uint32_t field, std::size_t item, std::string_view text,
                              Hit& hit) const {
  const IndexedText& of = run_->schema.texts[field];
  const std::vector<text::TextSpan> spans = spans_of(field, text);
  for (const text::TextSpan& span : spans)
    if (include_.highlights && hit.highlights.size() < kMaxHighlights)
      hit.highlights.push_back({of.name, item, span.begin, span.end - span.begin});
  if (!of.path.empty() || include_.passage_bytes == 0) return;
  const auto bytes = static_cast<std::uint32_t>(std::min(include_.passage_bytes, text.size()));
  const text::TextSpan best = text::best_passage(text, spans, bytes);
  hit.passage = Highlight{of.name, item, best.begin, best.end - best.begin};
}

Status Highlighter::mark(const query::Segment& segment, query::Row row, Hit& hit) const {
  Bytes text_scratch, metadata_scratch;
  VECSTORE_ASSIGN(const auto text, segment.text(row, text_scratch));
  VECSTORE_ASSIGN(const ByteView metadata, segment.metadata(row, metadata_scratch));
  Strings strings;
  for (std::uint32_t field = 0; field < run_->schema.texts.size(); ++field) {
    strings_of(run_->schema.texts[field], text, metadata, strings);
    for (std::size_t item = 0; item < strings.size() && !run_->stopped(); ++item)
      mark_string(field, item, beginning(strings[item]), hit);
  }
  return {};
}

}  // namespace vecstore::db
