#include "rag/loaders/parquet/parquet_table.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/utf8.h"
#include "rag/loaders/parquet/parquet_footer.h"
#include "rag/loaders/parquet/parquet_groups.h"
#include "rag/loaders/parquet/parquet_rows.h"
#include "rag/loaders/parquet/parquet_schema.h"

namespace vecstore {

struct ParquetTable::State {
  State(std::string_view file, const ParquetGroupLimits& given, ParquetFooter read,
        ParquetSchema built)
      : limits(given),
        footer(std::move(read)),
        schema(std::move(built)),
        groups(file, schema, limits.cells, "one row group") {}

  // kInvalidArgument would concern a row alone.
  Status begin_group() {
    writer.reset();
    group = {};
    at = 0;
    budget = LoadBudget({.unpacked_bytes = limits.unpacked_bytes});
    groups.forget_cells();
    const ParquetRowGroup& next = footer.row_groups[begun++];
    Result<ParquetGroup> read = groups.read(next, budget);
    if (read.ok()) {
      group = *std::move(read);
      return writer.emplace(schema, budget).begin(group);
    }
    const Code code = read.status().code();
    return bounded(
        {code == Code::kInvalidArgument ? Code::kUnknown : code, read.status().message()});
  }

  // The budget speaks of an option that there is not.
  Status bounded(Status status) const {
    if (!budget.exhausted()) return status;
    return resource_exhausted("it unpacks to more than " + std::to_string(limits.unpacked_bytes) +
                              " bytes: write the file with smaller row groups");
  }

  const ParquetGroupLimits limits;
  ParquetFooter footer;
  ParquetSchema schema;
  ParquetGroupReader groups;
  std::vector<std::string> columns = {};
  std::size_t begun = 0;  // row groups
  LoadBudget budget;
  ParquetGroup group = {};
  std::optional<ParquetRowWriter> writer = {};
  std::size_t at = 0;  // of the group's rows
};

ParquetTable::ParquetTable(std::unique_ptr<State> state) : state_(std::move(state)) {}
ParquetTable::ParquetTable(ParquetTable&&) noexcept = default;
ParquetTable& ParquetTable::operator=(ParquetTable&&) noexcept = default;
ParquetTable::~ParquetTable() = default;

Result<ParquetTable> ParquetTable::open(std::string_view file, const ParquetGroupLimits& limits) {
  VECSTORE_ASSIGN(ParquetFooter footer, read_parquet_footer(file));
  VECSTORE_ASSIGN(ParquetSchema schema, build_parquet_schema(std::move(footer.schema)));
  auto state = std::make_unique<State>(file, limits, std::move(footer), std::move(schema));
  for (const std::size_t node : state->schema.nodes[0].children) {
    const std::string& name = state->schema.nodes[node].element.name;
    if (std::ranges::find(state->columns, name) != state->columns.end()) {
      return invalid_argument("column '" + shorten(name) + "' is there twice");
    }
    state->columns.push_back(name);
  }
  return ParquetTable(std::move(state));
}

const std::vector<std::string>& ParquetTable::columns() const { return state_->columns; }

std::uint64_t ParquetTable::rows() const {
  std::uint64_t rows = 0;
  for (const ParquetRowGroup& group : state_->footer.row_groups) {
    rows += static_cast<std::uint64_t>(std::max<std::int64_t>(group.rows, 0));
  }
  return rows;
}

Result<bool> ParquetTable::next(std::vector<std::string>& cells) {
  State& state = *state_;
  while (state.at == state.group.rows) {
    if (state.writer) VECSTORE_TRY(state.writer->end());
    if (state.begun == state.footer.row_groups.size()) return false;
    const Status begun = state.begin_group();
    if (!begun.ok()) return begun.with_context("row group " + std::to_string(state.begun));
  }
  ++state.at;
  VECSTORE_TRY(state.bounded(state.writer->write_json_row(cells)));
  return true;
}

}  // namespace vecstore
