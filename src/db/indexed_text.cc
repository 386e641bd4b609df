#include "db/indexed_text.h"

#include "text/search/text_query.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

// Positions from one string to the next: more than the longest phrase and how far it may be moved.
constexpr std::uint32_t kStringGap =
    text::kMaxSlop + static_cast<std::uint32_t>(text::kMaxQueryWords) + 1;

meta::EncodedValue element_at(const meta::EncodedValue& list, std::size_t position, bool& ok) {
  meta::EncodedValue found;
  std::size_t i = 0;
  meta::for_each_element(list, ok, [&](const meta::EncodedValue& value) {
    if (i++ == position) found = value;
  });
  return found;
}

// A path begins with a key.
const Value* value_at(const Object& metadata, const query::Path& path) {
  const Value* value = metadata.find(std::get<std::string>(path[0]));
  for (std::size_t i = 1; i < path.size() && value != nullptr; ++i) {
    const Object* object = value->as_object();
    const List* list = value->as_list();
    value = nullptr;
    if (const std::string* key = std::get_if<std::string>(&path[i])) {
      if (object != nullptr) value = object->find(*key);
    } else if (list != nullptr && std::get<std::size_t>(path[i]) < list->size()) {
      value = &(*list)[std::get<std::size_t>(path[i])];
    }
  }
  return value;
}

void append(const text::Tokens& from, std::uint32_t base, text::Tokens& to) {
  for (std::size_t i = 0; i < from.size(); ++i)
    to.add(from.term(i), base + from[i].position, from[i].begin, from[i].end);
}

}  // namespace

meta::EncodedValue value_at(ByteView metadata, const query::Path& path, bool& ok) {
  meta::EncodedValue value = meta::EncodedReader(metadata).object();
  for (const auto& step : path) {
    if (const std::string* key = std::get_if<std::string>(&step)) {
      value = value.is_object() ? meta::find_member(value, *key, ok) : meta::EncodedValue();
    } else {
      const std::size_t position = std::get<std::size_t>(step);
      value = value.is_list() ? element_at(value, position, ok) : meta::EncodedValue();
    }
  }
  return value;
}

void strings_of(const IndexedText& field, std::optional<std::string_view> text, ByteView metadata,
                Strings& out) {
  out.clear();
  if (field.path.empty()) {
    if (text) out.push_back(*text);
    return;
  }
  bool ok = true;
  const meta::EncodedValue value = value_at(metadata, field.path, ok);
  if (value.kind == Value::Kind::kString) out.push_back(value.text);
  if (!value.is_list()) return;
  meta::for_each_element(value, ok, [&](const meta::EncodedValue& one) {
    if (one.kind == Value::Kind::kString) out.push_back(one.text);
  });
}

void strings_of(const IndexedText& field, const Record& record, Strings& out) {
  out.clear();
  if (field.path.empty()) {
    if (record.text) out.push_back(*record.text);
    return;
  }
  const Value* value = value_at(record.metadata, field.path);
  if (value == nullptr) return;
  if (const std::string* one = value->as_string()) out.push_back(*one);
  if (value->as_list() == nullptr) return;
  for (const Value& one : *value->as_list())
    if (one.as_string()) out.push_back(*one.as_string());
}

void make_terms(const text::Analyzer& analyzer, TextScratch& scratch, text::RowTerms& terms) {
  if (scratch.strings.size() == 1) {
    analyzer.analyze(scratch.strings[0], scratch.all);
    return terms.assign(scratch.all);
  }
  scratch.all.clear();
  for (const std::string_view one : scratch.strings) {
    const std::size_t tokens = scratch.all.size();
    const std::uint32_t base = tokens == 0 ? 0 : scratch.all[tokens - 1].position + kStringGap;
    analyzer.analyze(one, scratch.one);
    append(scratch.one, base, scratch.all);
  }
  terms.assign(scratch.all);
}

std::vector<text::RowTerms> terms_of(std::span<const IndexedText> fields, const Record& record) {
  std::vector<text::RowTerms> terms(fields.size());
  TextScratch scratch;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].analyzer == nullptr) continue;
    strings_of(fields[i], record, scratch.strings);
    std::size_t bytes = 0;
    for (const std::string_view one : scratch.strings) bytes += one.size();
    if (bytes > kMaxTextBytes) return {};
    make_terms(*fields[i].analyzer, scratch, terms[i]);
  }
  return terms;
}

}  // namespace vecstore::db
