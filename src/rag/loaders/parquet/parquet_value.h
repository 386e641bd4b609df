// A value of a Parquet column as text, by its logical type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rag/loaders/parquet/parquet_footer.h"

namespace vecstore {

struct ParquetCell {  // one of the two holds the value, by the column's type
  std::int64_t number = 0;
  std::string_view bytes = {};
};

// How the text of a value stands in JSON.
enum class ParquetForm {
  kNone,    // it has no text: bytes that are none
  kBare,    // a number, true or false
  kQuoted,  // a string
};

// Appends the text: dates and times as ISO 8601, decimals with all digits of their scale, floats as
// the shortest digits that read back as the same number, strings as they are (they may hold invalid
// UTF-8). Bytes without a type are text when they are valid UTF-8 without control characters.
ParquetForm append_parquet_value(const ParquetElement& element, const ParquetCell& cell,
                                 std::string& out);

}  // namespace vecstore
