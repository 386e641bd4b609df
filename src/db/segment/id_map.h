// From the hash of an id to rows, newest first, in a table that one writer grows while readers walk
// it.
//
// Order of memory: a row's `next` is written before the head that leads to it is released, and a
// table is filled before its pointer is. A reader that acquires either sees everything behind it.
// Old tables stay until the map dies: a reader still in one misses only rows that came after its
// snapshot.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/chunked_array.h"
#include "base/coding.h"

namespace vecstore::db {

class IdMap {
 public:
  IdMap() : hashes_(sizeof(std::uint64_t)) {}

  // Room for one more row; false when there is no memory.
  bool reserve(std::uint32_t row);
  // `row` is one more than the row before. Needs reserve(row).
  void insert(std::uint64_t hash, std::uint32_t row);

  // Calls visit(row) for rows inserted with that hash, newest first, until it returns true.
  template <typename Visit>
  void find(std::uint64_t hash, const Visit& visit) const {
    const Table* table = table_.load(std::memory_order_acquire);
    if (table == nullptr) return;
    std::uint32_t at = table->heads[hash & table->mask].load(std::memory_order_acquire);
    while (at != 0) {
      const std::uint32_t row = at - 1;
      if (load_u64(hashes_.at(row)) == hash && visit(row)) return;
      at = load_u32(table->next.at(row));
    }
  }

 private:
  struct Table {
    explicit Table(std::size_t size)
        : mask(size - 1),
          heads(new std::atomic<std::uint32_t>[size]()),
          next(sizeof(std::uint32_t)) {}
    std::size_t mask;
    std::unique_ptr<std::atomic<std::uint32_t>[]> heads;  // row + 1; 0 = none
    ChunkedArray next;                                    // row + 1
  };
  static void link(Table& table, std::uint64_t hash, std::uint32_t row);
  bool grow(std::uint32_t rows);

  ChunkedArray hashes_;
  std::vector<std::unique_ptr<Table>> tables_;
  std::atomic<const Table*> table_ = nullptr;
};

}  // namespace vecstore::db
