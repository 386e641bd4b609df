#include "db/segment/memory_segment.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/coding.h"
#include "db/segment/row_codes.h"
#include "index/vector_codec.h"
#include "simd/kernels.h"

namespace vecstore::db {
namespace {

// Where a variable-length cell lies; `data` null = absent.
struct Cell {
  const std::byte* data = nullptr;
  std::size_t size = 0;
};

Cell cell_at(const ChunkedArray& column, Row row) {
  Cell cell;
  std::memcpy(&cell, column.at(row), sizeof cell);
  return cell;
}

constexpr std::size_t kArenaBlock = 256 << 10;
constexpr std::byte kEmpty{0};  // what an empty but present cell points at

}  // namespace

// A dense field has rows and perhaps factors; any other kind has cells. `present` is 1 for rows
// that have the vector.
struct MemorySegment::Column {
  explicit Column(const VectorField& of)
      : field(of),
        rows(of.kind == VectorKind::kDense ? dense_stride(of) : sizeof(Cell)),
        factors(2 * sizeof(float)),
        present(1),
        codes(codes_of(of)) {}
  VectorField field;
  ChunkedArray rows;
  ChunkedArray factors;
  ChunkedArray present;
  const std::shared_ptr<index::CodedRows> codes;  // may be null
};

MemorySegment::MemorySegment(std::size_t text_fields)
    : infos_(sizeof(RowInfo)),
      dead_(sizeof(std::uint64_t)),
      ids_(sizeof(Cell)),
      metadata_(sizeof(Cell)),
      text_(sizeof(Cell)),
      texts_(text_fields),
      terms_(text_fields) {}

MemorySegment::~MemorySegment() = default;

bool MemorySegment::reserve(const Schema& schema, const RecordView& record, Row row) {
  for (const VectorBytes& vector : record.vectors) {
    if (columns_[vector.field].load(std::memory_order_relaxed) != nullptr) continue;
    owned_columns_.push_back(std::make_unique<Column>(schema.fields[vector.field]));
    Column& column = *owned_columns_.back();
    // A reader may ask about any of its rows as soon as it sees the column.
    for (Row old = 0; old < row; old += column.present.run(old))
      if (!column.rows.reserve(old) || !column.factors.reserve(old) || !column.present.reserve(old))
        return false;
    columns_[vector.field].store(&column, std::memory_order_release);
  }
  bool enough = infos_.reserve(row) && dead_.reserve(row) && ids_.reserve(row) &&
                metadata_.reserve(row) && text_.reserve(row) && id_map_.reserve(row);
  for (const auto& column : owned_columns_) {
    enough = enough && column->rows.reserve(row) && column->present.reserve(row);
    if (has_factors(column->field)) enough = enough && column->factors.reserve(row);
  }
  return enough;
}

std::byte* MemorySegment::allocate(std::size_t bytes) {
  if (bytes > arena_left_) {
    const std::size_t block = std::max(bytes, kArenaBlock);
    std::unique_ptr<std::byte[]> made(new (std::nothrow) std::byte[block]);
    if (!made) return nullptr;
    arena_.push_back(std::move(made));
    arena_at_ = arena_.back().get();
    arena_left_ = block;
  }
  std::byte* at = arena_at_;
  arena_at_ += bytes;
  arena_left_ -= bytes;
  return at;
}

bool MemorySegment::store_bytes(ChunkedArray& column, Row row, ByteView bytes) {
  Cell cell{&kEmpty, bytes.size()};
  if (!bytes.empty()) {
    std::byte* copy = allocate(bytes.size());
    if (copy == nullptr) return false;
    std::memcpy(copy, bytes.data(), bytes.size());
    cell.data = copy;
  }
  std::memcpy(column.at(row), &cell, sizeof cell);
  return true;
}

void MemorySegment::store_vector(Column& column, Row row, ByteView bytes) {
  float scale = 1.0f;
  if (column.field.storage == ElementType::kI8) {
    scale = load_f32(bytes.data());
    bytes = bytes.subspan(sizeof(float));
  }
  std::memcpy(column.rows.at(row), bytes.data(), bytes.size());
  if (!has_factors(column.field)) return;
  DenseVector components(column.field.dimension);
  index::decode_components(column.field.storage, bytes.data(), scale, components);
  const float norm = std::sqrt(squared_norm(kernels(), components.data(), components.size()));
  store_f32(column.factors.at(row), norm);
  store_f32(column.factors.at(row) + sizeof(float), scale);
}

Status MemorySegment::prepare_texts(const Schema& schema, const RecordView& record, Row row) {
  const bool ready = record.terms.size() == texts_.size();
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    const IndexedText& field = schema.texts[i];
    if (field.analyzer == nullptr) continue;
    if (!ready) {
      strings_of(field, record.text, record.metadata, text_scratch_.strings);
      make_terms(*field.analyzer, text_scratch_, terms_[i]);
    }
    VECSTORE_TRY(texts_[i].prepare(row, ready ? record.terms[i] : terms_[i]));
  }
  return {};
}

std::uint64_t MemorySegment::index_bytes() const {
  std::uint64_t bytes = 0;
  for (const text::MemoryField& field : texts_) bytes += field.bytes();
  return bytes;
}

Result<Row> MemorySegment::append(const Schema& schema, const RecordView& record,
                                  std::uint64_t hash, const RowInfo& info) {
  const Row row = rows();
  bool stored = reserve(schema, record, row) && store_bytes(ids_, row, as_bytes(record.id)) &&
                store_bytes(metadata_, row, record.metadata);
  if (stored && record.text) stored = store_bytes(text_, row, as_bytes(*record.text));
  if (!record.text && stored)
    std::memset(text_.at(row), 0, sizeof(Cell));  // an append that failed here may have left one
  for (const auto& column : owned_columns_)
    if (stored) *column->present.at(row) = std::byte{0};
  std::uint64_t vector_bytes = 0;
  for (const VectorBytes& vector : record.vectors) {
    if (!stored) break;
    Column& column = *columns_[vector.field].load(std::memory_order_relaxed);
    if (column.field.kind == VectorKind::kDense) {
      store_vector(column, row, vector.bytes);
    } else {
      stored = store_bytes(column.rows, row, vector.bytes);
    }
    *column.present.at(row) = std::byte{1};
    vector_bytes += vector.bytes.size();
  }
  if (!stored) return resource_exhausted("not enough memory for another record");
  VECSTORE_TRY(prepare_texts(schema, record, row));
  std::memcpy(infos_.at(row), &info, sizeof info);  // nothing fails from here on
  if (info.deleted_at != 0 || info.expires_at != 0)
    has_times_.store(true, std::memory_order_relaxed);
  id_map_.insert(hash, row);
  for (text::MemoryField& field : texts_) field.publish();
  const std::uint64_t text_bytes = record.text ? record.text->size() : 0;
  vector_bytes_.fetch_add(vector_bytes, std::memory_order_relaxed);
  metadata_bytes_.fetch_add(record.metadata.size(), std::memory_order_relaxed);
  text_bytes_.fetch_add(text_bytes, std::memory_order_relaxed);
  id_bytes_.fetch_add(record.id.size(), std::memory_order_relaxed);
  payload_bytes_.fetch_add(
      vector_bytes + record.metadata.size() + text_bytes + record.id.size() + sizeof(RowInfo),
      std::memory_order_relaxed);
  rows_.store(row + 1, std::memory_order_relaxed);
  return row;
}

std::uint64_t MemorySegment::dead_at(Row row) const {
  auto* mark = const_cast<std::uint64_t*>(reinterpret_cast<const std::uint64_t*>(dead_.at(row)));
  return std::atomic_ref<std::uint64_t>(*mark).load(std::memory_order_relaxed);
}

void MemorySegment::store_dead(Row row, std::uint64_t sequence) {
  auto* mark = reinterpret_cast<std::uint64_t*>(dead_.at(row));
  std::atomic_ref<std::uint64_t>(*mark).store(sequence, std::memory_order_relaxed);
}

Result<RowInfo> MemorySegment::info(Row row) const {
  RowInfo info;
  std::memcpy(&info, infos_.at(row), sizeof info);
  return info;
}

Result<std::string_view> MemorySegment::id(Row row, Bytes&) const {
  const Cell cell = cell_at(ids_, row);
  return as_text({cell.data, cell.size});
}

Result<ByteView> MemorySegment::metadata(Row row, Bytes&) const {
  const Cell cell = cell_at(metadata_, row);
  return ByteView(cell.data, cell.size);
}

Result<std::optional<std::string_view>> MemorySegment::text(Row row, Bytes&) const {
  const Cell cell = cell_at(text_, row);
  if (cell.data == nullptr) return std::optional<std::string_view>();
  return std::optional(as_text({cell.data, cell.size}));
}

bool MemorySegment::has_field(std::uint32_t field) const {
  return columns_[field].load(std::memory_order_acquire) != nullptr;
}

Result<bool> MemorySegment::has_vector(std::uint32_t field, Row row) const {
  const Column* column = columns_[field].load(std::memory_order_acquire);
  return column != nullptr && *column->present.at(row) != std::byte{0};
}

Result<index::DenseRows> MemorySegment::dense(std::uint32_t field, Row first, std::uint32_t limit,
                                              Bytes&, std::vector<float>&) const {
  const Column* column = columns_[field].load(std::memory_order_acquire);
  // unreached: who asks has asked has_field() before
  if (column == nullptr) return internal_error("a segment was asked for a field it lacks");
  index::DenseRows rows;
  rows.rows = column->rows.at(first);
  rows.stride = column->rows.item_bytes();
  rows.count = std::min(limit, column->rows.run(first));
  if (has_factors(column->field))
    rows.factors = reinterpret_cast<const float*>(column->factors.at(first));
  return rows;
}

Result<ByteView> MemorySegment::vector_bytes(std::uint32_t field, Row row, Bytes& scratch) const {
  const Column* column = columns_[field].load(std::memory_order_acquire);
  if (column == nullptr || *column->present.at(row) == std::byte{0}) return ByteView();
  if (column->field.kind != VectorKind::kDense) {
    const Cell cell = cell_at(column->rows, row);
    return ByteView(cell.data, cell.size);
  }
  const std::size_t bytes = column->field.dimension * index::element_bytes(column->field.storage);
  if (column->field.storage != ElementType::kI8) return ByteView(column->rows.at(row), bytes);
  scratch.clear();
  put_f32(scratch, load_f32(column->factors.at(row) + sizeof(float)));
  put_bytes(scratch, {column->rows.at(row), bytes});
  return ByteView(scratch);
}

Result<query::SharedCodes> MemorySegment::codes(std::uint32_t field, Row rows) const {
  const Column* column = columns_[field].load(std::memory_order_acquire);
  if (column == nullptr || column->codes == nullptr) return query::SharedCodes();
  mark_queried();
  const std::shared_ptr<index::CodedRows>& codes = column->codes;
  // unreached: vectors in memory are read without fail
  VECSTORE_TRY(code_rows(*this, column->field, field, rows, codes->at_once(rows), *codes));
  return query::SharedCodes(codes);
}

Result<std::optional<Row>> MemorySegment::find(std::string_view id, std::uint64_t hash, Row bound,
                                               const std::function<bool(Row)>& accept) const {
  std::optional<Row> found;
  id_map_.find(hash, [&](Row row) {
    if (row >= bound) return false;
    const Cell cell = cell_at(ids_, row);
    if (as_text({cell.data, cell.size}) != id || !accept(row)) return false;
    found = row;
    return true;
  });
  return found;
}

SegmentBytes MemorySegment::bytes() const {
  SegmentBytes bytes;
  bytes.ids = id_bytes_.load(std::memory_order_relaxed);
  bytes.metadata = metadata_bytes_.load(std::memory_order_relaxed);
  bytes.text = text_bytes_.load(std::memory_order_relaxed);
  bytes.vectors = vector_bytes_.load(std::memory_order_relaxed);
  return bytes;
}

}  // namespace vecstore::db
