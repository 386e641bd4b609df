// Records as they are printed: the canonical JSON of each, or a table for people.
#pragma once

#include <span>

#include "cli/output.h"
#include "vecstore/record.h"

namespace vecstore {

// In pieces: json {"records":[...]}, jsonl a record per line, simple the ids, table a table per
// piece.
class RecordStream {
 public:
  explicit RecordStream(const Output& out) : out_(out) {}
  void print(std::span<const Record> records);
  void finish();

 private:
  const Output& out_;
  bool begun_ = false;
};

void print_records(const Output& out, std::span<const Record> records);

}  // namespace vecstore
