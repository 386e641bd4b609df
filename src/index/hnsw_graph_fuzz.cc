// Any words as the links of a graph, whose size, m and entry the first bytes say: refused, or every
// list can be read.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "index/hnsw_graph.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecstore;
  using index::HnswGraph;
  if (size < 4) return 0;
  const std::uint32_t rows = data[0];
  const std::uint32_t m = data[1] % 8;
  const std::uint32_t entry = data[2];
  std::vector<std::uint32_t> words((size - 4) / sizeof(std::uint32_t));  // aligned, as blocks are
  if (!words.empty()) std::memcpy(words.data(), data + 4, words.size() * sizeof(std::uint32_t));
  const ByteView bytes = std::as_bytes(std::span(words));
  const std::size_t links = std::size_t{rows} * (2 * m + 1) * sizeof(std::uint32_t);
  if (links > bytes.size()) return 0;
  const Result<HnswGraph> graph =
      HnswGraph::open(rows, m, entry, bytes.first(links), bytes.subspan(links));
  if (!graph.ok()) return 0;
  std::uint64_t sum = 0;
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (const std::uint32_t next : graph->neighbours(row)) sum += next;
    for (std::uint32_t level = 1; level <= graph->level(row); ++level)
      for (const std::uint32_t next : graph->neighbours_above(row, level)) sum += next;
  }
  if (graph->level(entry) != graph->top_level()) std::abort();
  return sum == UINT64_MAX ? 1 : 0;
}
