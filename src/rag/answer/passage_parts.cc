#include "rag/answer/passage_parts.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace vecstore {
namespace {

constexpr std::string_view kBetween = "\n\n";

std::optional<std::int64_t> integer_at(const Metadata& metadata, const char* key) {
  const Value* value = metadata.find(key);
  const std::int64_t* number = value ? value->as_int() : nullptr;
  return number ? std::optional(*number) : std::nullopt;
}

// What [start, end] says; none when it says something else.
std::optional<std::pair<std::int64_t, std::int64_t>> range_of(const Value& value) {
  const List* list = value.as_list();
  if (!list || list->size() != 2) return std::nullopt;
  const std::int64_t* const start = (*list)[0].as_int();
  const std::int64_t* const end = (*list)[1].as_int();
  if (!start || !end || *start < 0 || *end <= *start) return std::nullopt;
  return std::pair(*start, *end);
}

// As `text_parts` says; none when it does not fit the text: somebody else wrote it.
std::vector<PassagePart> stored_parts(const Hit& hit) {
  const Value* stored = hit.metadata.find(kTextPartsKey);
  if (!stored || !stored->as_list()) return {};
  std::vector<PassagePart> parts;
  std::size_t at = 0;
  for (const Value& value : *stored->as_list()) {
    const auto range = range_of(value);
    if (!range) return {};
    if (!parts.empty() && hit.text->compare(at, kBetween.size(), kBetween) != 0) return {};
    at += parts.empty() ? 0 : kBetween.size();
    const auto size = static_cast<std::uint64_t>(range->second - range->first);
    if (at > hit.text->size() || size > hit.text->size() - at) return {};
    parts.push_back({range->first, hit.text->substr(at, static_cast<std::size_t>(size))});
    at += static_cast<std::size_t>(size);
  }
  return at == hit.text->size() ? parts : std::vector<PassagePart>();
}

std::vector<PassagePart> joined(std::vector<PassagePart> parts) {
  std::ranges::stable_sort(parts, {}, &PassagePart::start);
  std::vector<PassagePart> out;
  for (PassagePart& part : parts) {
    if (out.empty() || part.start > out.back().end()) {
      out.push_back(std::move(part));
    } else if (part.end() > out.back().end()) {
      out.back().text += part.text.substr(static_cast<std::size_t>(out.back().end() - part.start));
    }
  }
  return out;
}

}  // namespace

std::vector<PassagePart> parts_of(const Hit& hit) {
  if (!hit.text) return {};
  std::vector<PassagePart> parts = stored_parts(hit);
  if (parts.empty()) parts.push_back({integer_at(hit.metadata, "start").value_or(0), *hit.text});
  return parts;
}

namespace {

// `shortened`: one part is told, too.
void put_parts(Hit& hit, std::vector<PassagePart> parts, bool shortened) {
  parts = joined(std::move(parts));
  const bool located = integer_at(hit.metadata, "start").has_value();
  std::string text;
  List ranges;
  for (const PassagePart& part : parts) {
    text.append(text.empty() ? "" : kBetween).append(part.text);
    ranges.push_back(List{part.start, part.end()});
  }
  hit.metadata.erase(kTextPartsKey);
  if (located) {
    hit.metadata["start"] = parts.front().start;
    hit.metadata["end"] = parts.back().end();
  }
  if (parts.size() > 1 || shortened) hit.metadata[kTextPartsKey] = std::move(ranges);
  hit.text = std::move(text);
  hit.highlights.clear();
  hit.passage.reset();
}

}  // namespace

void set_parts(Hit& hit, std::vector<PassagePart> parts) {
  put_parts(hit, std::move(parts), false);
}

void keep_spans(Hit& hit, const std::vector<TextSpan>& spans) {
  std::vector<PassagePart> kept;
  std::size_t at = 0;  // of a part in the text
  for (const PassagePart& part : parts_of(hit)) {
    for (const TextSpan& span : spans) {
      const std::size_t begin = std::max(span.begin, at);
      const std::size_t end = std::min(span.end, at + part.text.size());
      if (begin >= end) continue;
      kept.push_back({part.start + static_cast<std::int64_t>(begin - at),
                      part.text.substr(begin - at, end - begin)});
    }
    at += part.text.size() + kBetween.size();
  }
  if (!kept.empty()) put_parts(hit, std::move(kept), true);
}

std::int64_t document_offset(const Hit& hit, std::size_t at) {
  std::size_t begin = 0;
  std::int64_t end = 0;
  for (const PassagePart& part : parts_of(hit)) {
    if (at <= begin + part.text.size())
      return part.start + static_cast<std::int64_t>(std::max(at, begin) - begin);
    begin += part.text.size() + kBetween.size();
    end = part.end();
  }
  return end;
}

}  // namespace vecstore
