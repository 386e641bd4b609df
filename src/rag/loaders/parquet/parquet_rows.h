// The rows of row groups as text or as JSON, put together again from their columns.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rag/loaders/load_budget.h"
#include "rag/loaders/parquet/parquet_groups.h"
#include "rag/loaders/parquet/parquet_value.h"

namespace vecstore {

// Writes each row as "name: value" lines, with an empty line between rows. Lists and structs within
// them are JSON, maps are objects; nulls and empty strings are left out, and a row of them alone
// has no text.
//
// The text is counted as well, less what was counted while columns were unpacked: the larger of the
// two is what a file takes of the budget.
class ParquetRowWriter {
 public:
  ParquetRowWriter(const ParquetSchema& schema, LoadBudget& budget);

  Status write(const ParquetGroup& group);

  // Instead, one by one: begin(), then as many rows as the group has, then end(). Each cell is what
  // one of the schema's topmost columns has, as JSON. kInvalidArgument names the column where a
  // value has no JSON: bytes, NaN, text that is not UTF-8; the next row can be read all the same.
  Status begin(const ParquetGroup& group);
  Status write_json_row(std::vector<std::string>& cells);
  Status end() const;

  std::int64_t rows() const { return row_; }

  std::string text = {};
  std::vector<std::pair<std::size_t, std::int64_t>> begins =
      {};                                  // of rows with text: where, number
  std::vector<std::size_t> not_text = {};  // by leaf: values that have no text
  std::size_t replaced = 0;

 private:
  struct Cursor {  // in one column
    const ParquetColumn* column = nullptr;
    std::size_t at = 0, value = 0;
  };

  Status write_row();
  void write_field(const ParquetField& field);
  void write_leaf_line(const ParquetField& field, std::size_t leaf);
  void write_node(std::size_t node);
  void write_content(std::size_t node);
  void write_repeated(std::size_t node, void (ParquetRowWriter::*element)(std::size_t));
  void write_list_element(std::size_t repeated);
  void write_map_entry(std::size_t repeated);
  void write_struct(const ParquetNode& node);
  void write_json_leaf(std::size_t leaf);
  bool is_null(const ParquetNode& node);
  void pass(const ParquetNode& node);
  bool at_row_end(const ParquetNode& node) const;
  std::uint8_t definition(std::size_t leaf);
  ParquetCell take(std::size_t leaf);
  Status count_text();
  Status check_row_end(const ParquetNode& node, const std::string& name) const;

  const ParquetSchema& schema_;
  LoadBudget& budget_;
  std::uint64_t left_at_begin_;
  std::vector<Cursor> cursors_;
  std::string value_;    // of a leaf, before it is quoted
  std::string problem_;  // a value that JSON has no form for
  bool failed_ = false;  // columns that belong together disagree
  std::int64_t row_ = 0;
};

}  // namespace vecstore
