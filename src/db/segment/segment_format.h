// Names and sizes of segment files: docs/format/segment.md, docs/format/index.md.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "db/indexed_text.h"
#include "query/segment.h"

namespace vecstore::db {

inline constexpr std::uint32_t kSegmentKind = 0x4d474553;  // "SEGM"
inline constexpr std::uint32_t kHistoryKind = 0x54534948;  // "HIST"
inline constexpr std::uint32_t kMaskKind = 0x4b53414d;     // "MASK"
inline constexpr std::uint32_t kIndexKind = 0x58444e49;    // "INDX"
inline constexpr std::size_t kRowInfoBytes = 40;

// What a removal leaves in the history of a record: a row of the id alone, that expires at this
// time.
inline constexpr TimeMs kRemoval = INT64_MIN;
inline bool is_removal(const query::RowInfo& info) { return info.expires_at == kRemoval; }
inline constexpr std::size_t kIdSlotBytes = 8;
inline constexpr std::uint32_t kMaxSegmentRows = 0xfffffffe;
static_assert(sizeof(query::RowInfo) == kRowInfoBytes);

inline std::string segment_path(const std::string& folder, std::uint64_t number) {
  return folder + "/segments/" + std::to_string(number) + ".seg";
}
inline std::string history_path(const std::string& folder, std::uint64_t number) {
  return folder + "/segments/" + std::to_string(number) + ".old";
}
inline std::string mask_path(const std::string& folder, std::uint64_t number) {
  return folder + "/segments/" + std::to_string(number) + ".del";
}
inline std::string index_path(const std::string& folder, std::uint64_t number) {
  return folder + "/segments/" + std::to_string(number) + ".idx";
}
// Of a text field, in the order of docs/format/text.md.
using TextBlocks = std::array<std::string, 4>;
inline TextBlocks text_blocks(const IndexedText& field, std::uint32_t number) {
  const std::string prefix = field.path.empty() ? "text" : "text" + std::to_string(number);
  return {prefix + ".terms", prefix + ".postings", prefix + ".positions", prefix + ".lengths"};
}
inline std::string vector_block(std::uint32_t field) { return "v" + std::to_string(field); }

}  // namespace vecstore::db
