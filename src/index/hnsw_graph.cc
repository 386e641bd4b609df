#include "index/hnsw_graph.h"

#include <algorithm>
#include <string>

namespace vecstore::index {
namespace {

const std::uint32_t* words_of(ByteView bytes) {
  return reinterpret_cast<const std::uint32_t*>(bytes.data());
}

Status damage(const std::string& what) { return data_loss("a graph's " + what); }

}  // namespace

Result<HnswGraph> HnswGraph::open(std::uint32_t rows, std::uint32_t m, std::uint32_t entry,
                                  ByteView links, ByteView upper) {
  constexpr std::uint64_t kWord = sizeof(std::uint32_t);
  if (rows == 0 || rows > kMaxGraphRows || m < 2 || entry >= rows)
    return damage("rows, m or entry are impossible");
  if (links.size() != std::uint64_t{rows} * (2 * std::uint64_t{m} + 1) * kWord)
    return damage("links have " + std::to_string(links.size()) + " bytes");
  const std::uint64_t words = upper.size() / kWord;
  if (upper.size() % kWord != 0 || words < 2) return damage("upper levels are cut off");
  const std::uint32_t* at = words_of(upper);
  const std::size_t count = at[0];
  if (words < 2 + std::uint64_t{2} * count)
    return damage("upper levels name more rows than they have");
  HnswGraph graph;
  graph.rows_ = rows;
  graph.m_ = m;
  graph.entry_ = entry;
  graph.bytes_ = links.size() + upper.size();
  graph.links_ = words_of(links);
  graph.upper_rows_ = {at + 1, count};
  graph.upper_first_ = {at + 1 + count, count + 1};
  graph.upper_lists_ = at + 2 + 2 * count;
  const std::uint64_t lists = words - (2 + std::uint64_t{2} * count);
  if (graph.upper_first_[0] != 0 || graph.upper_first_[count] * std::uint64_t{m + 1} != lists)
    return damage("upper levels do not add up");
  for (std::size_t i = 0; i < count; ++i) {
    const bool ascending = i == 0 || graph.upper_rows_[i - 1] < graph.upper_rows_[i];
    if (!ascending || graph.upper_rows_[i] >= rows ||
        graph.upper_first_[i] >= graph.upper_first_[i + 1])
      return damage("upper levels are out of order");
  }
  graph.top_level_ = graph.level(entry);
  return graph;
}

std::uint32_t HnswGraph::level(std::uint32_t row) const {
  const auto at = std::lower_bound(upper_rows_.begin(), upper_rows_.end(), row);
  if (at == upper_rows_.end() || *at != row) return 0;
  const auto i = static_cast<std::size_t>(at - upper_rows_.begin());
  return upper_first_[i + 1] - upper_first_[i];
}

std::span<const std::uint32_t> HnswGraph::neighbours_above(std::uint32_t row,
                                                           std::uint32_t level) const {
  const auto at = std::lower_bound(upper_rows_.begin(), upper_rows_.end(), row);
  if (at == upper_rows_.end() || *at != row) return {};
  const auto i = static_cast<std::size_t>(at - upper_rows_.begin());
  if (level > upper_first_[i + 1] - upper_first_[i]) return {};
  const std::uint32_t* list = upper_lists_ + std::size_t{upper_first_[i] + level - 1} * (m_ + 1);
  return {list + 1, list[0] <= m_ ? list[0] : 0};
}

}  // namespace vecstore::index
