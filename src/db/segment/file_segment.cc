#include "db/segment/file_segment.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

#include "base/coding.h"
#include "base/hash.h"
#include "base/value_codec.h"
#include "db/segment/row_codes.h"
#include "db/segment/segment_format.h"
#include "index/vector_codec.h"

namespace vecstore::db {
namespace {

Result<std::uint64_t> number_in(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  const std::int64_t* number = value ? value->as_int() : nullptr;
  if (!number || *number < 0) return data_loss("'" + std::string(key) + "' is missing or no count");
  return static_cast<std::uint64_t>(*number);
}

}  // namespace

Status FileSegment::damage(const std::string& what) const {
  return data_loss(file_->path() + ": " + what);
}

Status FileSegment::check_size(const std::string& block, std::uint64_t found,
                               std::uint64_t expected) const {
  if (found == expected) return {};
  return damage("block '" + block + "' has " + std::to_string(found) + " bytes, expected " +
                std::to_string(expected));
}

Result<std::shared_ptr<FileSegment>> FileSegment::open(io::FileSystem& files,
                                                       const std::string& path, io::Access access,
                                                       const storage::BlockFileIdentity& identity,
                                                       std::uint32_t collection,
                                                       const Schema& schema) {
  auto segment = std::make_shared<FileSegment>();
  VECSTORE_ASSIGN(segment->file_, storage::BlockFile::open(files, path, access, identity));
  segment->number_ = identity.number;
  segment->history_ = identity.kind == kHistoryKind;
  VECSTORE_ASSIGN(const Object info, segment->read_info());
  VECSTORE_TRY(segment->load(info, collection, schema));
  return segment;
}

Result<std::shared_ptr<FileSegment>> FileSegment::open_damaged(
    io::FileSystem& files, const std::string& path, const storage::BlockFileIdentity& identity,
    std::uint32_t collection, const Schema& schema) {
  auto segment = std::make_shared<FileSegment>();
  VECSTORE_ASSIGN(segment->file_, storage::BlockFile::open_damaged(files, path, identity));
  segment->number_ = identity.number;
  Result<Object> info = segment->read_info();
  if (info.status().code() == Code::kDataLoss) info = segment->guess_info(collection, schema);
  VECSTORE_TRY(info.status());
  VECSTORE_TRY(segment->load(*info, collection, schema));
  return segment;
}

Result<Object> FileSegment::read_info() const {
  VECSTORE_ASSIGN(const storage::Block block, file_->block("info"));
  Bytes scratch;
  VECSTORE_ASSIGN(const ByteView bytes, block.all(scratch));
  return decode_object(bytes);
}

Result<Object> FileSegment::guess_info(std::uint32_t collection, const Schema& schema) const {
  VECSTORE_ASSIGN(const storage::Block infos, file_->block("rows"));
  List fields;
  for (std::uint32_t field = 0; field < schema.fields.size(); ++field) {
    if (!file_->has(vector_block(field))) continue;
    const VectorField& of = schema.fields[field];
    const std::size_t stride = of.kind == VectorKind::kDense ? dense_stride(of) : 0;
    fields.push_back(Object{{"number", field},
                            {"dimension", of.dimension},
                            {"stride", static_cast<std::int64_t>(stride)}});
  }
  return Object{{"collection", collection},
                {"rows", static_cast<std::int64_t>(infos.size() / kRowInfoBytes)},
                {"fields", std::move(fields)},
                {"ids", 0},
                {"metadata", 0},
                {"text", 0},
                {"vectors", 0}};
}

Status FileSegment::load(const Object& info, std::uint32_t collection, const Schema& schema) {
  VECSTORE_ASSIGN(const std::uint64_t owner, number_in(info, "collection"));
  if (owner != collection)
    return damage("belongs to collection " + std::to_string(owner) + ", not " +
                  std::to_string(collection));
  VECSTORE_ASSIGN(const std::uint64_t rows, number_in(info, "rows"));
  if (rows > kMaxSegmentRows) return damage("claims " + std::to_string(rows) + " rows");
  rows_ = static_cast<Row>(rows);
  const Value* times = info.find("has_times");
  has_times_ = !times || !times->as_bool() || *times->as_bool();
  VECSTORE_ASSIGN(bytes_.ids, number_in(info, "ids"));
  VECSTORE_ASSIGN(bytes_.metadata, number_in(info, "metadata"));
  VECSTORE_ASSIGN(bytes_.text, number_in(info, "text"));
  VECSTORE_ASSIGN(bytes_.vectors, number_in(info, "vectors"));
  bytes_.file = file_->size();

  VECSTORE_ASSIGN(infos_, file_->block("rows"));
  VECSTORE_TRY(check_size("rows", infos_.size(), rows * kRowInfoBytes));
  VECSTORE_ASSIGN(order_, file_->block("ids.order"));
  VECSTORE_TRY(check_size("ids.order", order_.size(), rows * sizeof(std::uint32_t)));
  VECSTORE_ASSIGN(map_, file_->block("ids.map"));
  slots_ = static_cast<std::size_t>(map_.size() / kIdSlotBytes);
  if (!std::has_single_bit(slots_) || slots_ <= rows_)
    return damage("block 'ids.map' is no hash table of the rows");
  VECSTORE_ASSIGN(ids_, load_cells("ids"));
  if (!ids_ && rows_ > 0) return damage("has rows but no ids");
  VECSTORE_ASSIGN(metadata_, load_cells("metadata"));
  VECSTORE_ASSIGN(text_, load_cells("text"));
  texts_ = std::vector<FileText>(schema.texts.size());
  for (std::uint32_t i = 0; i < texts_.size(); ++i) texts_[i].set(file_, schema.texts[i], i);
  if (file_->has("columns")) {
    VECSTORE_ASSIGN(column_data_, file_->block("columns.data"));
  }

  fields_.resize(schema.fields.size());
  const Value* fields = info.find("fields");
  if (!fields || !fields->as_list()) return damage("has no list of fields");
  for (const Value& entry : *fields->as_list()) {
    if (!entry.as_object()) return damage("has a field that is no object");
    VECSTORE_TRY(load_field(*entry.as_object(), schema));
  }
  dead_.reset(
      static_cast<std::uint64_t*>(std::calloc(std::max<Row>(rows_, 1), sizeof(std::uint64_t))));
  return dead_ ? Status() : resource_exhausted("not enough memory to open " + file_->path());
}

Result<std::optional<FileSegment::Cells>> FileSegment::load_cells(const std::string& name) const {
  if (!file_->has(name + ".end")) return std::optional<Cells>();
  Cells cells;
  // unreached: it has the block, as was just asked
  VECSTORE_ASSIGN(cells.ends, file_->block(name + ".end"));
  VECSTORE_TRY(
      check_size(name + ".end", cells.ends.size(), std::uint64_t{rows_} * sizeof(std::uint64_t)));
  VECSTORE_ASSIGN(cells.data, file_->block(name));
  return std::optional(std::move(cells));
}

Status FileSegment::load_field(const Object& entry, const Schema& schema) {
  VECSTORE_ASSIGN(const std::uint64_t number, number_in(entry, "number"));
  VECSTORE_ASSIGN(const std::uint64_t dimension, number_in(entry, "dimension"));
  VECSTORE_ASSIGN(const std::uint64_t stride, number_in(entry, "stride"));
  if (number >= schema.fields.size()) return damage("has a field that its collection lacks");
  const auto index = static_cast<std::uint32_t>(number);
  Field field;
  field.of = schema.fields[index];
  if (dimension != field.of.dimension)
    return damage("field '" + field.of.name + "' has dimension " + std::to_string(dimension) +
                  ", its collection " + std::to_string(field.of.dimension));
  const std::string name = vector_block(index);
  if (field.of.kind != VectorKind::kDense) {
    VECSTORE_ASSIGN(field.cells, load_cells(name));
    if (!field.cells) return {};  // all its rows died before the file was written
    fields_[index] = std::move(field);
    return {};
  }
  field.stride = dense_stride(field.of);
  VECSTORE_TRY(check_size(name + " stride", stride, field.stride));
  VECSTORE_ASSIGN(field.rows, file_->block(name));
  VECSTORE_TRY(check_size(name, field.rows.size(), std::uint64_t{rows_} * field.stride));
  if (has_factors(field.of) && rows_ > 0) {
    VECSTORE_ASSIGN(field.factors, file_->block(name + ".factors"));
    VECSTORE_TRY(check_size(name + ".factors", field.factors.size(),
                            std::uint64_t{rows_} * 2 * sizeof(float)));
  }
  if (file_->has(name + ".has")) {
    // unreached: it has the block, as was just asked
    VECSTORE_ASSIGN(const storage::Block has, file_->block(name + ".has"));
    VECSTORE_TRY(check_size(name + ".has", has.size(), (std::uint64_t{rows_} + 7) / 8));
    Bytes scratch;
    VECSTORE_ASSIGN(const ByteView bits, has.all(scratch));
    field.has.assign(bits.begin(), bits.end());
  }
  fields_[index] = std::move(field);
  return {};
}

Result<std::optional<ByteView>> FileSegment::Cells::at(Row row, Bytes& scratch) const {
  const Row from = row == 0 ? 0 : row - 1;
  VECSTORE_ASSIGN(
      const ByteView pair,
      ends.view(from * sizeof(std::uint64_t), (row - from + 1) * sizeof(std::uint64_t), scratch));
  const std::uint64_t begin = row == 0 ? 0 : load_u64(pair.data()) / 2;
  const std::uint64_t packed = load_u64(pair.data() + pair.size() - sizeof(std::uint64_t));
  if (packed / 2 < begin || packed / 2 > data.size())
    return data_loss("a variable column's ends are out of order");
  if ((packed & 1) == 0) return std::optional<ByteView>();
  VECSTORE_ASSIGN(const ByteView bytes, data.view(begin, packed / 2 - begin, scratch));
  return std::optional(bytes);
}

void FileSegment::Cells::prefetch_place(Row row) const {
  const Row from = row == 0 ? 0 : row - 1;
  ends.prefetch(from * sizeof(std::uint64_t), (row - from + 1) * sizeof(std::uint64_t));
}

void FileSegment::Cells::prefetch(Row row) const {
  if (row == 0) return;
  const ByteView end = ends.at_hand((row - 1) * sizeof(std::uint64_t), sizeof(std::uint64_t));
  if (!end.empty()) data.prefetch(load_u64(end.data()) / 2, 1);
}

void FileSegment::set_index(std::unique_ptr<const IndexFile> index) {
  assert(owned_index_ == nullptr);
  owned_index_ = std::move(index);
  index_.store(owned_index_.get(), std::memory_order_release);
  MutexLock lock(codes_mutex_);
  codes_.clear();
}

void FileSegment::prefetch_dense(std::uint32_t field, Row row) const {
  const Field& in = *fields_[field];
  in.rows.prefetch(std::uint64_t{row} * in.stride, in.stride);
}

Result<const index::HnswIndex*> FileSegment::index(std::uint32_t field) const {
  const IndexFile* index = index_file();
  mark_queried();
  if (index == nullptr) return nullptr;
  return index->field(field);
}

const index::HnswIndex* FileSegment::index_at_hand(std::uint32_t field) const {
  const IndexFile* index = index_file();
  return index == nullptr ? nullptr : index->at_hand(field);
}

std::shared_ptr<index::CodedRows> FileSegment::codes_of_field(std::uint32_t field) const {
  MutexLock lock(codes_mutex_);
  if (codes_.empty()) codes_.resize(fields_.size());
  if (codes_[field] == nullptr) codes_[field] = codes_of(fields_[field]->of);
  return codes_[field];
}

Result<query::SharedCodes> FileSegment::codes(std::uint32_t field, Row rows) const {
  mark_queried();
  const std::shared_ptr<index::CodedRows> codes = codes_of_field(field);
  if (codes == nullptr) return query::SharedCodes();
  VECSTORE_TRY(code_rows(*this, fields_[field]->of, field, rows, codes->at_once(rows), *codes));
  return query::SharedCodes(codes);
}

Status FileSegment::prepare_for_queries() const {
  if (const IndexFile* index = index_file()) return index->verify_structure();
  for (std::uint32_t field = 0; field < fields_.size(); ++field) {
    if (!has_field(field)) continue;
    const std::shared_ptr<index::CodedRows> codes = codes_of_field(field);
    if (codes != nullptr)
      VECSTORE_TRY(code_rows(*this, fields_[field]->of, field, rows_, rows_, *codes));
  }
  return {};
}

Result<const meta::Columns*> FileSegment::columns() const {
  const meta::Columns* ready = columns_.load(std::memory_order_acquire);
  if (ready != nullptr || !file_->has("columns")) return ready;
  return load_columns();
}

Result<const meta::Columns*> FileSegment::load_columns() const {
  MutexLock lock(columns_mutex_);
  if (owned_columns_ != nullptr) return owned_columns_.get();
  // unreached: it has the block, as columns() asked
  VECSTORE_ASSIGN(const storage::Block directory, file_->block("columns"));
  Bytes scratch;
  VECSTORE_ASSIGN(const ByteView bytes, directory.all(scratch));
  const auto read = [this](std::uint64_t offset, std::uint64_t length, Bytes& into) {
    return column_data_.view(offset, length, into);
  };
  Result<meta::Columns> columns = meta::Columns::open(bytes, rows_, column_data_.size(), read);
  if (!columns.ok()) return columns.status().with_context(file_->path());
  owned_columns_ = std::make_unique<const meta::Columns>(*std::move(columns));
  columns_.store(owned_columns_.get(), std::memory_order_release);
  return owned_columns_.get();
}

SegmentBytes FileSegment::bytes() const {
  SegmentBytes bytes = bytes_;
  if (const IndexFile* index = index_file()) bytes.index = index->file().size();
  return bytes;
}

std::uint64_t FileSegment::dead_at(Row row) const {
  return std::atomic_ref<std::uint64_t>(dead_.get()[row]).load(std::memory_order_relaxed);
}

void FileSegment::store_dead(Row row, std::uint64_t sequence) {
  std::atomic_ref<std::uint64_t>(dead_.get()[row]).store(sequence, std::memory_order_relaxed);
}

Result<RowInfo> FileSegment::info(Row row) const {
  Bytes scratch;
  VECSTORE_ASSIGN(const ByteView bytes,
                  infos_.view(std::uint64_t{row} * kRowInfoBytes, kRowInfoBytes, scratch));
  RowInfo info;
  std::memcpy(&info, bytes.data(), sizeof info);
  return info;
}

Result<std::string_view> FileSegment::id(Row row, Bytes& scratch) const {
  VECSTORE_ASSIGN(const auto bytes, ids_->at(row, scratch));
  if (!bytes) return damage("row " + std::to_string(row) + " has no id");
  return as_text(*bytes);
}

Result<ByteView> FileSegment::metadata(Row row, Bytes& scratch) const {
  if (!metadata_) return ByteView();
  VECSTORE_ASSIGN(const auto bytes, metadata_->at(row, scratch));
  return bytes.value_or(ByteView());
}

Result<std::optional<std::string_view>> FileSegment::text(Row row, Bytes& scratch) const {
  if (!text_) return std::optional<std::string_view>();
  VECSTORE_ASSIGN(const auto bytes, text_->at(row, scratch));
  return bytes ? std::optional(as_text(*bytes)) : std::nullopt;
}

bool FileSegment::has_field(std::uint32_t field) const {
  return field < fields_.size() && fields_[field].has_value();
}

Result<bool> FileSegment::has_vector(std::uint32_t field, Row row) const {
  if (!has_field(field)) return false;
  const Field& in = *fields_[field];
  if (!in.cells)
    return in.has.empty() || (in.has[row / 8] >> (row % 8) & std::byte{1}) != std::byte{0};
  Bytes scratch;
  VECSTORE_ASSIGN(const auto bytes, in.cells->at(row, scratch));
  return bytes.has_value();
}

Result<index::DenseRows> FileSegment::dense(std::uint32_t field, Row first, std::uint32_t limit,
                                            Bytes& scratch,
                                            std::vector<float>& factor_scratch) const {
  const Field& in = *fields_[field];
  index::DenseRows run;
  run.count = std::min(limit, rows_ - first);
  run.stride = in.stride;
  VECSTORE_ASSIGN(const ByteView rows, in.rows.view(std::uint64_t{first} * in.stride,
                                                    std::uint64_t{run.count} * in.stride, scratch));
  run.rows = rows.data();
  if (!has_factors(in.of)) return run;
  Bytes factor_bytes;
  VECSTORE_ASSIGN(const ByteView factors,
                  in.factors.view(std::uint64_t{first} * 2 * sizeof(float),
                                  std::uint64_t{run.count} * 2 * sizeof(float), factor_bytes));
  run.factors = reinterpret_cast<const float*>(factors.data());
  if (factor_bytes.empty()) return run;
  factor_scratch.resize(std::size_t{run.count} * 2);
  std::memcpy(factor_scratch.data(), factors.data(), factors.size());
  run.factors = factor_scratch.data();
  return run;
}

Result<ByteView> FileSegment::vector_bytes(std::uint32_t field, Row row, Bytes& scratch) const {
  VECSTORE_ASSIGN(const bool present, has_vector(field, row));
  if (!present) return ByteView();
  const Field& in = *fields_[field];
  if (in.cells) {
    VECSTORE_ASSIGN(const auto bytes, in.cells->at(row, scratch));
    const bool binary = in.of.kind == VectorKind::kBinary;  // read by its dimension's length
    if (binary && bytes->size() != (std::size_t{in.of.dimension} + 7) / 8)
      return damage("row " + std::to_string(row) + " has a binary vector of the wrong size");
    return *bytes;
  }
  const std::size_t bytes = in.of.dimension * index::element_bytes(in.of.storage);
  if (in.of.storage != ElementType::kI8)
    return in.rows.view(std::uint64_t{row} * in.stride, bytes, scratch);
  Bytes components;
  std::vector<float> factors;
  VECSTORE_ASSIGN(const index::DenseRows run, dense(field, row, 1, components, factors));
  scratch.clear();
  put_f32(scratch, run.factors[1]);
  put_bytes(scratch, {run.rows, bytes});
  return ByteView(scratch);
}

Result<std::optional<Row>> FileSegment::find(std::string_view id, std::uint64_t hash, Row bound,
                                             const std::function<bool(Row)>& accept) const {
  Bytes scratch;
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  std::size_t slot = hash & (slots_ - 1);
  for (std::size_t probes = 0; probes < slots_; ++probes, slot = (slot + 1) & (slots_ - 1)) {
    VECSTORE_ASSIGN(const ByteView bytes, map_.view(slot * kIdSlotBytes, kIdSlotBytes, scratch));
    const std::uint32_t entry = load_u32(bytes.data() + 4);
    const bool same_tag = load_u32(bytes.data()) == tag;
    if (entry == 0) return std::optional<Row>();
    if (!same_tag) continue;
    const Row row = entry - 1;
    if (row >= rows_) return damage("block 'ids.map' leads to row " + std::to_string(row));
    VECSTORE_ASSIGN(const std::string_view found, this->id(row, scratch));
    if (found == id && row < bound && accept(row)) return std::optional(row);
  }
  return std::optional<Row>();
}

Result<Row> FileSegment::in_id_order(Row position) const {
  Bytes scratch;
  VECSTORE_ASSIGN(const ByteView bytes, order_.view(std::uint64_t{position} * sizeof(std::uint32_t),
                                                    sizeof(std::uint32_t), scratch));
  const Row row = load_u32(bytes.data());
  if (row >= rows_) return damage("block 'ids.order' leads to row " + std::to_string(row));
  return row;
}

Status FileSegment::verify_structure() const {
  Bytes scratch;
  std::string before;
  for (Row position = 0; position < rows_; ++position) {
    VECSTORE_ASSIGN(const Row row, in_id_order(position));
    VECSTORE_ASSIGN(const std::string_view found, id(row, scratch));
    const std::string now(found);
    const bool again = now == before && history_;
    if (position > 0 && now <= before && !again)
      return damage("ids are not in order at position " + std::to_string(position));
    VECSTORE_ASSIGN(const auto mapped,
                    find(now, hash64(as_bytes(now)), rows_, [row](Row at) { return at == row; }));
    if (mapped != row) return damage("the id map does not lead to row " + std::to_string(row));
    VECSTORE_ASSIGN(const ByteView object, metadata(row, scratch));
    if (!object.empty() && !decode_object(object).ok())
      return damage("row " + std::to_string(row) + " has bad metadata");
    VECSTORE_TRY(text(row, scratch).status());
    VECSTORE_TRY(info(row).status());
    before = now;
  }
  for (std::uint32_t i = 0; !history_ && i < texts_.size(); ++i) VECSTORE_TRY(verify_text(i));
  return columns().status();
}

Status FileSegment::verify_text(std::uint32_t field) const {
  VECSTORE_ASSIGN(const text::FieldView index, text_index(field, rows_));
  Status status;
  const auto read = [&](std::string_view term, std::uint32_t) {
    if (!status.ok()) return;
    const auto postings = index.postings(term);
    status = postings.status();
    if (!status.ok() || *postings == nullptr) return;
    while ((*postings)->row() != text::kNoRow) (*postings)->next();
    status = (*postings)->status();
  };
  VECSTORE_TRY(index.for_each_term("", read));
  return status;
}

}  // namespace vecstore::db
