// All metadata of a segment, row by row, into the two blocks of docs/format/columns.md.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "meta/column_builder.h"
#include "vecstore/record.h"
#include "vecstore/status.h"

namespace vecstore::meta {

inline constexpr std::size_t kMaxColumns = 1'000;

// The same rows always make the same bytes.
class ColumnsBuilder {
 public:
  ColumnsBuilder();

  // The next row: its metadata as encode_object writes it, and its times. kDataLoss on bytes that
  // are no object; the builder is of no use then.
  Status add(ByteView metadata, TimeMs created_at, TimeMs updated_at);

  // Hands the block `columns.data` to `write`, a column at a time, and returns the block `columns`.
  // Once.
  Result<Bytes> finish(const std::function<Status(ByteView)>& write);

 private:
  struct Node {
    std::unique_ptr<ColumnBuilder> column;
    std::map<std::string, Node, std::less<>> members;
  };
  struct Output;

  bool add_members(Node& node, const EncodedValue& object);
  Node* member_of(Node& node, std::string_view key);
  Status write_members(Node& node, std::vector<std::string>& path, Output& out) const;

  Node root_;
  std::size_t columns_ = 0;
  bool complete_ = true;
  std::uint32_t rows_ = 0;
};

}  // namespace vecstore::meta
