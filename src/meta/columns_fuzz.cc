// Changes to the columns of some rows: whatever opens is read without a fault, and what cannot be
// read is data loss.
#include <cstdlib>

#include "meta/test_columns.h"

namespace vecstore::meta {
namespace {

ColumnBlocks sample() {
  Random random(1);
  return build_columns(random_rows(random, 12));
}

// Three bytes each: where (the directory first, then the data) and what.
ColumnBlocks edited(const ColumnBlocks& sound, ByteView edits) {
  ColumnBlocks blocks = sound;
  for (; edits.size() >= 3; edits = edits.subspan(3)) {
    const std::size_t at = load_u16(edits.data()) % (blocks.directory.size() + blocks.data.size());
    const bool in_data = at >= blocks.directory.size();
    (in_data ? blocks.data[at - blocks.directory.size()] : blocks.directory[at]) = edits[2];
  }
  return blocks;
}

void check(const Status& status) {
  if (!status.ok() && status.code() != Code::kDataLoss &&
      status.code() != Code::kFailedPrecondition)
    std::abort();
}

void read_all(const ColumnBlocks& blocks) {
  const Result<Columns> columns = open_columns(blocks, true);
  check(columns.status());
  if (!columns.ok()) return;
  check(read_contents(*columns).status());
  for (const Column& column : columns->all()) {
    const Bitmap all(columns->rows(), true);
    check(column.count_values(all, [](std::uint32_t, std::uint64_t) {}));
    check(column.for_each_string(column.strings(), "",
                                 [](std::uint32_t, std::string_view) { return true; }));
    check(column.codes_of_times(0, column.times()).status());
    check(column.first_string("m", true).status());
    check(column.first_int(std::int64_t{0}, true).status());
    check(column.pairs(column.ints()).status());
  }
}

}  // namespace
}  // namespace vecstore::meta

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecstore;
  using namespace vecstore::meta;
  static const ColumnBlocks kSound = sample();
  const ByteView input(reinterpret_cast<const std::byte*>(data), size);
  read_all(edited(kSound, input));
  ColumnBlocks raw{.directory = Bytes(input.begin(), input.end()), .data = kSound.data};
  raw.rows = kSound.rows;
  read_all(raw);
  return 0;
}
