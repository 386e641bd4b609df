#include "db/segment/id_map.h"

namespace vecstore::db {

bool IdMap::reserve(std::uint32_t row) {
  if (!hashes_.reserve(row)) return false;
  const bool crowded = tables_.empty() || row > 2 * tables_.back()->mask;
  if (crowded && !grow(row)) return false;
  return tables_.back()->next.reserve(row);
}

bool IdMap::grow(std::uint32_t rows) {
  constexpr std::size_t kFirst = 256;
  constexpr std::size_t kFactor = 8;
  const std::size_t size = tables_.empty() ? kFirst : (tables_.back()->mask + 1) * kFactor;
  auto table = std::make_unique<Table>(size);
  for (std::uint32_t row = 0; row < rows; ++row) {
    if (!table->next.reserve(row)) return false;
    link(*table, load_u64(hashes_.at(row)), row);
  }
  tables_.push_back(std::move(table));
  table_.store(tables_.back().get(), std::memory_order_release);
  return true;
}

void IdMap::insert(std::uint64_t hash, std::uint32_t row) {
  store_u64(hashes_.at(row), hash);
  link(*tables_.back(), hash, row);
}

void IdMap::link(Table& table, std::uint64_t hash, std::uint32_t row) {
  std::atomic<std::uint32_t>& head = table.heads[hash & table.mask];
  store_u32(table.next.at(row), head.load(std::memory_order_relaxed));
  head.store(row + 1, std::memory_order_release);
}

}  // namespace vecstore::db
