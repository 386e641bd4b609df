#include "db/segment/index_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "base/value_codec.h"
#include "db/index_options.h"
#include "db/segment/segment_format.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

Result<std::int64_t> integer_in(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  const std::int64_t* number = value ? value->as_int() : nullptr;
  if (number == nullptr) return data_loss("'" + std::string(key) + "' is missing or no integer");
  return *number;
}

Result<std::uint32_t> count_in(const Object& object, std::string_view key) {
  VECSTORE_ASSIGN(const std::int64_t number, integer_in(object, key));
  if (number < 0 || number > std::numeric_limits<std::uint32_t>::max())
    return data_loss("'" + std::string(key) + "' is " + std::to_string(number));
  return static_cast<std::uint32_t>(number);
}

// Files of the first writers do not say: 8.
Result<quant::CodeBits> bits_in(const Object& object) {
  if (!object.find("bits")) return quant::CodeBits::k8;
  VECSTORE_ASSIGN(const std::int64_t bits, integer_in(object, "bits"));
  for (const quant::CodeBits known :
       {quant::CodeBits::k8, quant::CodeBits::k4, quant::CodeBits::k2, quant::CodeBits::k1})
    if (bits == static_cast<std::int64_t>(quant::width_of(known))) return known;
  return data_loss("'bits' is " + std::to_string(bits));
}

// Absent where nothing was measured.
Result<index::RecallCurve> recall_in(const Object& object) {
  const Value* value = object.find("recall");
  if (value == nullptr) return index::RecallCurve();
  const Status damage = data_loss("'recall' is no list of widths and shares that rise");
  if (value->as_list() == nullptr) return damage;
  std::vector<index::RecallPoint> points;
  for (const Value& entry : *value->as_list()) {
    const List* pair = entry.as_list();
    if (pair == nullptr || pair->size() != 2) return damage;
    const std::int64_t* ef = (*pair)[0].as_int();
    const double* share = (*pair)[1].as_double();
    const index::RecallPoint last = points.empty() ? index::RecallPoint{} : points.back();
    if (ef == nullptr || share == nullptr || *ef <= last.ef ||
        *ef > static_cast<std::int64_t>(kMaxEf) || !(*share >= last.share && *share <= 1))
      return damage;
    points.push_back({static_cast<std::uint32_t>(*ef), *share});
  }
  return index::RecallCurve(std::move(points));
}

bool says(const Object& object, std::string_view key, std::string_view text) {
  const Value* value = object.find(key);
  return value && value->as_string() && *value->as_string() == text;
}

}  // namespace

Status IndexFile::damage(const std::string& what) const {
  return data_loss(file_->path() + ": " + what);
}

Result<std::unique_ptr<IndexFile>> IndexFile::open(io::FileSystem& files, const std::string& path,
                                                   io::Access access,
                                                   const storage::BlockFileIdentity& identity,
                                                   const IndexedSegment& segment,
                                                   const Schema& schema) {
  auto index = std::make_unique<IndexFile>();
  VECSTORE_ASSIGN(index->file_, storage::BlockFile::open(files, path, access, identity));
  VECSTORE_TRY(index->load(segment, schema).with_context(path));
  return index;
}

Status IndexFile::load(const IndexedSegment& segment, const Schema& schema) {
  VECSTORE_ASSIGN(const storage::Block block, file_->block("info"));
  Bytes scratch;
  VECSTORE_ASSIGN(const ByteView bytes, block.all(scratch));
  VECSTORE_ASSIGN(const Object info, decode_object(bytes));
  VECSTORE_ASSIGN(const std::int64_t number, integer_in(info, "segment"));
  VECSTORE_ASSIGN(const std::uint32_t rows, count_in(info, "rows"));
  if (static_cast<std::uint64_t>(number) != segment.number || rows != segment.rows)
    return data_loss("is the index of another segment");
  fields_.resize(schema.fields.size());
  const Value* fields = info.find("fields");
  if (!fields || !fields->as_list()) return data_loss("has no list of fields");
  for (const Value& entry : *fields->as_list()) {
    if (!entry.as_object()) return data_loss("has a field that is no object");
    VECSTORE_TRY(load_field(*entry.as_object(), schema, rows));
  }
  return {};
}

Status IndexFile::load_field(const Object& entry, const Schema& schema, std::uint32_t rows) {
  VECSTORE_ASSIGN(const std::uint32_t number, count_in(entry, "number"));
  if (number >= schema.fields.size()) return data_loss("has a field that its collection lacks");
  const VectorField& of = schema.fields[number];
  auto field = std::make_unique<Field>();
  field->name = vector_block(number);
  index::HnswIndex::Parts& parts = field->parts;
  parts.rows = rows;
  parts.space.metric = of.metric;
  VECSTORE_ASSIGN(parts.space.dimension, count_in(entry, "dimension"));
  VECSTORE_ASSIGN(parts.m, count_in(entry, "m"));
  VECSTORE_ASSIGN(parts.entry, count_in(entry, "entry"));
  VECSTORE_ASSIGN(const std::int64_t seed, integer_in(entry, "seed"));
  parts.space.seed = static_cast<std::uint64_t>(seed);
  VECSTORE_ASSIGN(parts.space.bits, bits_in(entry));
  VECSTORE_ASSIGN(parts.recall, recall_in(entry));
  VECSTORE_ASSIGN(const std::uint32_t stride, count_in(entry, "stride"));
  const Value* longest = entry.find("longest");
  const double most = std::numeric_limits<float>::max();
  if (!longest || !longest->as_double() || !(std::abs(*longest->as_double()) <= most))
    return data_loss("'longest' is missing or no number");
  parts.space.longest = static_cast<float>(*longest->as_double());
  if (!says(entry, "index", "hnsw") || !says(entry, "metric", metric_name(of.metric)) ||
      !can_have_graph(of) || parts.space.dimension != of.dimension)
    return data_loss("the index of field '" + of.name + "' is not of that field");
  VECSTORE_ASSIGN(const storage::Block mean, file_->block(field->name + ".mean"));
  const std::size_t points = std::size_t{of.dimension} + (of.metric == Metric::kDot ? 1 : 0);
  if (mean.size() != points * sizeof(float)) return data_loss("the mean has another dimension");
  if (stride != quant::ScalarCode::stride_of(points, parts.space.bits))
    return data_loss("'stride' is " + std::to_string(stride) + ", which is not that of its codes");
  Bytes scratch;
  VECSTORE_ASSIGN(const ByteView bytes, mean.all(scratch));
  parts.space.mean.resize(points);
  std::memcpy(parts.space.mean.data(), bytes.data(), bytes.size());
  if (!std::all_of(parts.space.mean.begin(), parts.space.mean.end(),
                   [](float x) { return std::isfinite(x); }))
    return data_loss("the mean of field '" + of.name + "' is no number");
  fields_[number] = std::move(field);
  return {};
}

Result<const index::HnswIndex*> IndexFile::field(std::uint32_t number) const {
  const index::HnswIndex* none = nullptr;
  if (number >= fields_.size() || fields_[number] == nullptr) return none;
  const Field& field = *fields_[number];
  const index::HnswIndex* ready = field.ready.load(std::memory_order_acquire);
  return ready != nullptr ? Result<const index::HnswIndex*>(ready) : open_field(field);
}

const index::HnswIndex* IndexFile::at_hand(std::uint32_t number) const {
  if (number >= fields_.size() || fields_[number] == nullptr) return nullptr;
  const Field& field = *fields_[number];
  const index::HnswIndex* ready = field.ready.load(std::memory_order_acquire);
  if (ready != nullptr || field.asked.fetch_add(1, std::memory_order_relaxed) + 1 != kAsksToLoad)
    return ready;
  const Result<const index::HnswIndex*> read = open_field(field);
  return read.ok() ? *read : nullptr;  // whoever cannot do without will be told
}

Result<ByteView> IndexFile::copied(const std::string& name, std::uint64_t size,
                                   LargeBuffer& into) const {
  VECSTORE_ASSIGN(const storage::Block block, file_->block(name));
  if (block.size() != size)
    return damage("'" + name + "' has " + std::to_string(block.size()) + " bytes, expected " +
                  std::to_string(size));
  LargeBuffer buffer(static_cast<std::size_t>(block.size()));
  if (buffer.bytes().size() != block.size())
    return resource_exhausted("no memory for " + std::to_string(block.size()) + " bytes of '" +
                              name + "'");
  VECSTORE_TRY(block.copy_to(buffer.bytes()));
  into = std::move(buffer);
  return ByteView(into.bytes());
}

Result<const index::HnswIndex*> IndexFile::open_field(const Field& field) const {
  MutexLock lock(field.mutex);
  if (field.loaded != nullptr) return field.loaded.get();
  index::HnswIndex::Parts parts = field.parts;
  VECSTORE_ASSIGN(const storage::Block upper, file_->block(field.name + ".upper"));
  const std::uint64_t rows = parts.rows;
  const std::size_t stride =
      quant::ScalarCode::stride_of(parts.space.mean.size(), parts.space.bits);
  VECSTORE_ASSIGN(parts.codes, copied(field.name + ".codes", rows * stride, field.codes));
  VECSTORE_ASSIGN(
      parts.links,
      copied(field.name + ".links", rows * (2 * std::uint64_t{parts.m} + 1) * sizeof(std::uint32_t),
             field.links));
  VECSTORE_ASSIGN(parts.upper, upper.all(field.upper));
  Result<index::HnswIndex> index = index::HnswIndex::open(std::move(parts));
  if (!index.ok()) return index.status().with_context(file_->path());
  field.loaded = std::make_unique<const index::HnswIndex>(*std::move(index));
  field.ready.store(field.loaded.get(), std::memory_order_release);
  return field.loaded.get();
}

Result<std::optional<index::HnswGraph>> IndexFile::graph(std::uint32_t number,
                                                         GraphBytes& bytes) const {
  std::optional<index::HnswGraph> graph;
  if (parts(number) == nullptr) return graph;
  const Field& field = *fields_[number];
  if (const index::HnswIndex* ready = field.ready.load(std::memory_order_acquire)) {
    graph = ready->coded_graph().graph;
    return graph;
  }
  const auto read = [&](const char* part, Bytes& scratch) -> Result<ByteView> {
    VECSTORE_ASSIGN(const storage::Block block, file_->block(field.name + part));
    return block.all(scratch);
  };
  VECSTORE_ASSIGN(const ByteView links, read(".links", bytes.links));
  VECSTORE_ASSIGN(const ByteView upper, read(".upper", bytes.upper));
  const index::HnswIndex::Parts& of = field.parts;
  auto opened = index::HnswGraph::open(of.rows, of.m, of.entry, links, upper);
  if (!opened.ok()) return opened.status().with_context(file_->path());
  graph = *opened;
  return graph;
}

const index::HnswIndex::Parts* IndexFile::parts(std::uint32_t number) const {
  const bool there = number < fields_.size() && fields_[number] != nullptr;
  return there ? &fields_[number]->parts : nullptr;
}

bool IndexFile::has_codes_of(const Schema& schema) const {
  for (std::uint32_t number = 0; number < fields_.size(); ++number) {
    const VectorField& of = schema.fields[number];
    const auto wanted = index::code_bits(index::choose_quantization(of.quantization, of.metric));
    if (fields_[number] != nullptr && fields_[number]->parts.space.bits != wanted) return false;
  }
  return true;
}

bool IndexFile::empty() const {
  return std::none_of(fields_.begin(), fields_.end(), [](const auto& f) { return f != nullptr; });
}

Status IndexFile::verify_structure() const {
  for (std::uint32_t number = 0; number < fields_.size(); ++number)
    VECSTORE_TRY(field(number).status());
  return {};
}

}  // namespace vecstore::db
