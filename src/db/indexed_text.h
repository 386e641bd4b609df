// Where the words of a text field are in a record, and what becomes of them.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "meta/encoded_value.h"
#include "query/filter/filter_tree.h"
#include "text/analysis/analyzer.h"
#include "text/index/row_terms.h"
#include "vecstore/record.h"

namespace vecstore::db {

struct IndexedText {
  std::string name = {};
  query::Path path = {};                                // in the metadata; empty: the record's text
  std::shared_ptr<const text::Analyzer> analyzer = {};  // null when this build lacks it
  double boost = 1;
};

using Strings = std::vector<std::string_view>;

// The value at the path; null when there is none. Clears `ok` on bytes that are no metadata.
meta::EncodedValue value_at(ByteView metadata, const query::Path& path, bool& ok);

// The strings of the field, which `out` then holds instead of others: one, those of a list, or none
// for any other value. They live as long as what they are read from.
void strings_of(const IndexedText& field, std::optional<std::string_view> text, ByteView metadata,
                Strings& out);
void strings_of(const IndexedText& field, const Record& record, Strings& out);

// Reused from record to record.
struct TextScratch {
  Strings strings = {};
  text::Tokens one = {};
  text::Tokens all = {};
};

// The terms of `scratch.strings`, of which no phrase reaches from one to the next.
void make_terms(const text::Analyzer& analyzer, TextScratch& scratch, text::RowTerms& terms);

// Of every field, in order. Nothing for a record that no collection takes.
std::vector<text::RowTerms> terms_of(std::span<const IndexedText> fields, const Record& record);

}  // namespace vecstore::db
