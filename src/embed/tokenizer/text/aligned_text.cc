#include "embed/tokenizer/text/aligned_text.h"

#include <algorithm>

namespace vecstore {

using unicode::character_at;

void AlignedText::assign(std::string_view source, std::size_t begin, std::size_t end) {
  text.assign(source.substr(begin, end - begin));
  limit = kMaxGrowth * (text.size() + 128);
  places.resize(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto size = character_at(text, at).size;
    const auto first = static_cast<std::uint32_t>(begin + at);
    for (std::uint32_t i = 0; i < size; ++i) places[at + i] = {first, first + size};
    at += size;
  }
}

void AlignedText::clear_for(const AlignedText& other) {
  text.clear();
  places.clear();
  limit = other.limit;
  text.reserve(other.text.size() + other.text.size() / 4);
  places.reserve(other.text.size() + other.text.size() / 4);
}

void AlignedText::append(char32_t value, Place place) {
  if (text.size() >= limit) return;
  if (value < 0x80) {
    text.push_back(static_cast<char>(value));
  } else {
    append_utf8(text, value);
  }
  places.resize(text.size(), place);
}

void AlignedText::append_text(std::string_view more, Place place) {
  if (text.size() >= limit) return;
  text.append(more);
  places.resize(text.size(), place);
}

void AlignedText::append_part(const AlignedText& from, std::size_t begin, std::size_t end) {
  if (text.size() >= limit) return;
  text.append(from.text, begin, end - begin);
  const auto first = from.places.begin();
  places.insert(places.end(), first + static_cast<std::ptrdiff_t>(begin),
                first + static_cast<std::ptrdiff_t>(end));
}

Place place_before(const AlignedText& text, std::size_t at) {
  return at > 0 ? text.places[at - 1] : Place{0, 0};
}

void apply_changes(const AlignedText& from, std::size_t begin, std::span<const Change> changes,
                   AlignedText& to) {
  std::size_t at = begin;
  const auto next = [&] {
    if (at < from.text.size()) at += character_at(from.text, at).size;
  };
  for (const Change& change : changes) {
    if (change.change > 0) {
      to.append(change.value, place_before(from, at));
      continue;
    }
    to.append(change.value, from.places[std::min(at, from.places.size() - 1)]);
    for (int i = change.change; i <= 0; ++i) next();
  }
}

char32_t byte_character(unsigned char byte) {
  if (byte <= 0x20) return 0x100u + byte;
  if (byte <= 0x7E) return byte;
  if (byte <= 0xA0) return 0x100u + 0x21 + (byte - 0x7Fu);
  return byte == 0xAD ? 0x143 : byte;
}

void append_bytes_as_characters(const AlignedText& from, std::size_t begin, std::size_t end,
                                AlignedText& to) {
  for (std::size_t at = begin; at < end; ++at) {
    to.append(byte_character(static_cast<unsigned char>(from.text[at])), from.places[at]);
  }
}

}  // namespace vecstore
