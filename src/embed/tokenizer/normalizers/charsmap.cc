#include "embed/tokenizer/normalizers/charsmap.h"

#include "base/coding.h"
#include "base/utf8.h"
#include "embed/tokenizer/unicode/graphemes.h"

namespace vecstore {
namespace {

using unicode::character_at;

constexpr std::size_t kMaxEntryBytes = 64;
constexpr std::size_t kMaxClusterBytes = 6;

bool has_leaf(std::uint32_t unit) { return unit >> 8 & 1; }
std::uint32_t value_of(std::uint32_t unit) { return unit & 0x7FFFFFFFu; }
std::uint32_t label_of(std::uint32_t unit) { return unit & 0x800000FFu; }
std::uint32_t offset_of(std::uint32_t unit) { return (unit >> 10) << ((unit & 0x200u) >> 6); }

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += character_at(text, at).size;
  return count;
}

// `with` takes the place of `old` characters: more are put in, fewer are dropped after the last one
// written, even where that stands before them. At the start of a text nothing was written, and the
// reference forgets them; so do we.
void replace(std::size_t old, std::string_view with, std::vector<Change>& changes) {
  const std::size_t count = count_characters(with);
  for (std::size_t at = 0, i = 0; at < with.size(); ++i) {
    const auto [value, size] = character_at(with, at);
    changes.push_back({value, i < old ? 0 : 1});
    at += size;
  }
  if (count < old && !changes.empty()) changes.back().change -= static_cast<int>(old - count);
}

}  // namespace

Result<Charsmap> Charsmap::make(std::string_view bytes) {
  Charsmap map;
  ByteReader reader(as_bytes(bytes));
  const std::uint32_t size = reader.u32();
  if (!reader.ok() || size % 4 != 0 || size == 0 || size > reader.remaining()) {
    return invalid_argument("the charsmap is cut short");
  }
  map.units_.resize(size / 4);
  for (std::uint32_t& unit : map.units_) unit = reader.u32();
  map.texts_ = bytes.substr(4 + size);
  if (!is_valid_utf8(map.texts_)) return invalid_argument("the charsmap is not utf-8");
  for (std::size_t at = 0, end; at < map.texts_.size(); at = end + 1) {
    end = std::min(map.texts_.find('\0', at), map.texts_.size());
    if (end - at > kMaxEntryBytes) {
      return invalid_argument("the charsmap puts in " + std::to_string(end - at) +
                              " bytes, the limit is " + std::to_string(kMaxEntryBytes));
    }
  }
  for (char c = 0x20; c < 0x7F; ++c) {
    map.keeps_[static_cast<unsigned char>(c)] = !map.find(std::string_view(&c, 1));
  }
  return map;
}

std::optional<std::string_view> Charsmap::find(std::string_view chunk) const {
  std::uint32_t at = offset_of(units_[0]);
  for (char c : chunk) {
    const auto byte = static_cast<unsigned char>(c);
    at ^= byte;
    if (byte == 0 || at >= units_.size() || label_of(units_[at]) != byte) return std::nullopt;
    const std::uint32_t unit = units_[at];
    at ^= offset_of(unit);
    if (!has_leaf(unit)) continue;
    if (at >= units_.size() || value_of(units_[at]) > texts_.size()) return std::nullopt;
    const auto text = std::string_view(texts_).substr(value_of(units_[at]));
    return text.substr(0, text.find('\0'));
  }
  return std::nullopt;
}

bool Charsmap::add_cluster(std::string_view text, std::vector<Change>& changes) const {
  if (text.size() < kMaxClusterBytes) {
    if (const auto with = find(text)) {
      replace(count_characters(text), *with, changes);
      return true;
    }
  }
  bool changed = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto [value, size] = character_at(text, at);
    if (const auto with = find(text.substr(at, size))) {
      replace(1, *with, changes);
      changed = true;
    } else {
      changes.push_back({value, 0});
    }
    at += size;
  }
  return changed;
}

void Charsmap::apply(const AlignedText& from, AlignedText& to) const {
  const std::string_view text = from.text;
  const auto keeps = [&](std::size_t at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    return byte < 0x80 && keeps_[byte];
  };
  std::vector<Change> changes;
  bool changed = false;
  for (std::size_t at = 0; at < text.size();) {
    if (keeps(at) && (at + 1 == text.size() || static_cast<unsigned char>(text[at + 1]) < 0x80)) {
      changes.push_back({static_cast<unsigned char>(text[at++]), 0});
      continue;
    }
    const std::size_t end = unicode::cluster_end(text, at);
    changed |= add_cluster(text.substr(at, end - at), changes);
    at = end;
  }
  to.clear_for(from);
  if (changed) {
    apply_changes(from, 0, changes, to);
  } else {
    to.append_part(from, 0, text.size());
  }
}

}  // namespace vecstore
