// The schema of a Parquet file as a tree, with the levels that say which part of a value is there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rag/loaders/parquet/parquet_footer.h"

namespace vecstore {

inline constexpr std::size_t kMaxParquetColumns = 1'000;
inline constexpr int kMaxParquetDepth = 32;

struct ParquetNode {
  ParquetElement element = {};
  std::vector<std::size_t> children = {};    // as indices of nodes
  std::size_t leaf_begin = 0, leaf_end = 0;  // the leaves within, or itself
  std::uint8_t max_definition = 0, max_repetition = 0;

  bool repeated() const { return element.repetition == ParquetRepetition::kRepeated; }
  bool leaf() const { return element.type.has_value(); }
};

// What stands as one "name: value" of a row: a leaf in no list, or a whole list or map.
struct ParquetField {
  std::string path = {};  // "a.b"
  std::size_t node = 0;
};

struct ParquetSchema {
  std::vector<ParquetNode> nodes = {};       // the root first, each group before its children
  std::vector<std::size_t> leaves = {};      // nodes, in the order of column chunks
  std::vector<std::string> leaf_paths = {};  // for messages
  std::vector<ParquetField> fields = {};
};

// kInvalidArgument when the elements are no tree, name a column that cannot be, or are too many.
Result<ParquetSchema> build_parquet_schema(std::vector<ParquetElement> elements);

}  // namespace vecstore
