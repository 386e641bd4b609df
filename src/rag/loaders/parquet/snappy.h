// Snappy's raw format, unpacked from memory.
#pragma once

#include <string>
#include <string_view>

#include "rag/loaders/load_budget.h"
#include "vecstore/status.h"

namespace vecstore {

// kDataLoss when `packed` is damaged or does not unpack to exactly `size` bytes; the budget's error
// before anything is set aside.
Result<std::string> unpack_snappy(std::string_view packed, std::size_t size, LoadBudget& budget);

}  // namespace vecstore
