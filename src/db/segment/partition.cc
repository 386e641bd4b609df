#include "db/segment/partition.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <numeric>
#include <string>

#include "base/bytes.h"
#include "db/indexed_text.h"

namespace vecstore::db {
namespace {

// Bytes in the order of the numbers.
void append_sorted(double number, std::string& to) {
  const auto bits = std::bit_cast<std::uint64_t>(number == 0 ? 0.0 : number);  // -0 is 0
  const std::uint64_t sign = std::uint64_t{1} << 63;
  const std::uint64_t sorted = (bits & sign) != 0 ? ~bits : bits | sign;
  for (int shift = 56; shift >= 0; shift -= 8) to.push_back(static_cast<char>(sorted >> shift));
}

// Values that a filter holds to be equal have equal keys. Empty for none.
std::string key_of(const meta::EncodedValue& value) {
  std::string key;
  switch (value.kind) {
    case Value::Kind::kNull:
      return key;
    case Value::Kind::kBool:
      return value.boolean ? "b1" : "b0";
    case Value::Kind::kInt:
    case Value::Kind::kDouble:
      key = "n";
      append_sorted(
          value.kind == Value::Kind::kInt ? static_cast<double>(value.integer) : value.real, key);
      return key;
    case Value::Kind::kString:
      return "s" + std::string(value.text);
    default:
      return "v" + std::string(as_text(value.items));
  }
}

}  // namespace

Status cluster_rows(SegmentPlan& plan) {
  if (plan.schema.partition_path.empty()) return {};
  std::vector<std::string> keys;
  keys.reserve(plan.rows.size());
  Bytes scratch;
  for (const SourceRow& at : plan.rows) {
    VECSTORE_ASSIGN(const ByteView metadata, plan.sources[at.source]->metadata(at.row, scratch));
    bool ok = true;
    const meta::EncodedValue value = value_at(metadata, plan.schema.partition_path, ok);
    keys.push_back(ok ? key_of(value) : std::string());
  }
  std::vector<std::uint32_t> order(plan.rows.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::stable_sort(order, {},
                           [&](std::uint32_t i) -> const std::string& { return keys[i]; });
  std::vector<SourceRow> moved;
  moved.reserve(order.size());
  for (const std::uint32_t i : order) moved.push_back(plan.rows[i]);
  plan.rows = std::move(moved);
  return {};
}

}  // namespace vecstore::db
