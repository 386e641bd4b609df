// The records of a file, one after the other, whatever its format.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "vecstore/record.h"

namespace vecstore {

class RecordSource {
 public:
  virtual ~RecordSource() = default;

  // The next record; none at the end. kInvalidArgument concerns this record alone and the next call
  // gives the one after it; any other error is the end of reading.
  virtual Result<std::optional<Record>> next() = 0;

  // Of the record that next() spoke of last: "line 7", "row 0".
  virtual std::string where() const = 0;

  // Records in the file; 0 when not known before the end.
  virtual std::uint64_t total() const { return 0; }
  // False when ids are counted here and cannot repeat.
  virtual bool has_ids() const { return true; }
};

struct SourceOptions {
  std::string path = {};                     // "-" is standard input
  std::string format = {};                   // of file_format()
  std::optional<std::string> ids = {};       // a line per row; matrices only
  std::optional<std::string> metadata = {};  // a JSON object per row; matrices only
};

// "jsonl", "json", "csv", "parquet", "npy", "fvecs", "bvecs", "ivecs" or "idx": as asked, else by
// the end of the name (before .gz), else by the first bytes; of a pipe, which gives them once,
// "jsonl".
Result<std::string> file_format(const std::string& path, const std::optional<std::string>& asked);
// Of rows of numbers, not of records.
bool is_vector_format(std::string_view format);

// CSV has a head row: "id", "text", "vector" (JSON) and "metadata" (a JSON object) are the record's
// own, every other column is metadata, of type integer, number or boolean when every cell is.
//
// Parquet has columns by the same names, and "vectors" (a group of fields); "vector" is a list of
// numbers, or a group where it is sparse, "metadata" a group or a JSON object as text. What is null
// is left out; ids of whole numbers become their digits, times ISO 8601. Bytes, NaN and text that
// is not UTF-8 are errors of their row, as no JSON has them.
Result<std::unique_ptr<RecordSource>> open_source(const SourceOptions& options);

}  // namespace vecstore
