// For tests: a segment of plain vectors.
#pragma once

#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "base/value_codec.h"
#include "index/blob_distance.h"
#include "index/hnsw_index_builder.h"
#include "meta/columns_builder.h"
#include "query/segment.h"
#include "vecstore/options.h"

namespace vecstore::query {

inline constexpr std::uint32_t kDimension = 4;
inline constexpr std::uint32_t kChunk = 64;

// Rows in plain vectors; counts how often metadata are looked at.
class FakeSegment : public Segment {
 public:
  struct Cells {
    std::string id;
    std::optional<std::vector<float>> vector;
    Metadata metadata;
    RowInfo info;
    std::uint64_t dead = 0;
  };
  std::vector<Cells> cells;
  mutable std::atomic<int> metadata_reads = 0;

  explicit FakeSegment(VectorField field) : field_(std::move(field)) {}

  Row add(std::string id, std::optional<std::vector<float>> vector, Metadata metadata = {}) {
    const std::vector<float> row = vector.value_or(std::vector<float>(kDimension));
    for (const float x : row) floats_.push_back(x);
    cells.push_back({std::move(id), std::move(vector), std::move(metadata), {}, 0});
    return static_cast<Row>(cells.size() - 1);
  }

  // A graph over the rows added so far.
  // `measured` instead of what building it measures.
  void build_index(const HnswOptions& options = {},
                   const std::optional<index::RecallCurve>& measured = {}) {
    const index::HnswRows rows{field_.metric, kDimension, static_cast<Row>(cells.size()),
                               [this](Row row) { return cells[row].vector.has_value(); },
                               [this] {
                                 return [this](Row row) {
                                   return Result<std::span<const float>>(*cells[row].vector);
                                 };
                               }};
    built_ =
        index::build_hnsw_index(rows, options, {.keep = [] { return Status(); }}).value().value();
    index_.emplace(
        index::HnswIndex::open({built_.space, rows.rows, options.m, built_.entry, built_.codes,
                                built_.links, built_.upper, measured.value_or(built_.recall)})
            .value());
  }
  mutable std::atomic<int> index_asked = 0;
  bool at_hand = false;
  const index::HnswIndex* index_at_hand(std::uint32_t) const override {
    return at_hand && index_ ? &*index_ : nullptr;
  }
  Result<const index::HnswIndex*> index(std::uint32_t) const override {
    ++index_asked;
    return index_ ? &*index_ : nullptr;
  }

  std::uint64_t dead_rows() const override {
    return static_cast<std::uint64_t>(
        std::count_if(cells.begin(), cells.end(), [](const Cells& c) { return c.dead != 0; }));
  }
  // Columns over the metadata of the rows added so far.
  void build_columns() {
    meta::ColumnsBuilder builder;
    Bytes scratch;
    for (Row row = 0; row < cells.size(); ++row) {
      const ByteView bytes = metadata(row, scratch).value();
      if (!builder.add(bytes, cells[row].info.created_at, cells[row].info.updated_at).ok()) return;
    }
    const auto write = [this](ByteView bytes) {
      column_data_.insert(column_data_.end(), bytes.begin(), bytes.end());
      return Status();
    };
    const Bytes directory = builder.finish(write).value();
    const auto read = [this](std::uint64_t at, std::uint64_t length, Bytes&) {
      return Result<ByteView>(ByteView(column_data_).subspan(at, length));
    };
    columns_.emplace(
        meta::Columns::open(directory, cells.size(), column_data_.size(), read).value());
  }
  Result<const meta::Columns*> columns() const override { return columns_ ? &*columns_ : nullptr; }

  bool has_times() const override { return true; }
  std::uint64_t dead_at(Row row) const override { return cells[row].dead; }
  Result<RowInfo> info(Row row) const override { return cells[row].info; }
  Result<std::string_view> id(Row row, Bytes&) const override {
    return std::string_view(cells[row].id);
  }
  Result<ByteView> metadata(Row row, Bytes& scratch) const override {
    ++metadata_reads;
    scratch.clear();
    if (!cells[row].metadata.empty()) encode_object(cells[row].metadata, scratch);
    return ByteView(scratch);
  }
  Result<std::optional<std::string_view>> text(Row, Bytes&) const override {
    return std::optional<std::string_view>();
  }
  bool has_field(std::uint32_t field) const override { return field == 0; }
  Result<bool> has_vector(std::uint32_t, Row row) const override {
    return cells[row].vector.has_value();
  }
  Result<index::DenseRows> dense(std::uint32_t, Row first, std::uint32_t limit, Bytes&,
                                 std::vector<float>&) const override {
    // As in a memory segment: rows lie together in chunks.
    const auto left = std::min(static_cast<Row>(cells.size()) - first, kChunk - first % kChunk);
    return index::DenseRows{reinterpret_cast<const std::byte*>(&floats_[first * kDimension]),
                            nullptr, std::min(limit, left), kDimension * sizeof(float)};
  }
  Result<ByteView> vector_bytes(std::uint32_t, Row row, Bytes& scratch) const override {
    scratch.clear();
    if (!cells[row].vector) return ByteView();
    SparseVector sparse{kDimension, {}, {}};
    for (std::uint32_t i = 0; i < kDimension; ++i)
      if (const float x = (*cells[row].vector)[i]; x != 0) {
        sparse.indices.push_back(i);
        sparse.values.push_back(x);
      }
    index::encode_sparse(sparse, scratch);
    return ByteView(scratch);
  }

 private:
  VectorField field_;
  std::vector<float> floats_;
  index::BuiltHnswIndex built_;
  std::optional<index::HnswIndex> index_;
  Bytes column_data_;
  std::optional<meta::Columns> columns_;
};

}  // namespace vecstore::query
