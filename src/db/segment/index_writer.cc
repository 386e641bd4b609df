#include "db/segment/index_writer.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/value_codec.h"
#include "db/index_options.h"
#include "db/segment/segment_format.h"
#include "index/hnsw_index_builder.h"
#include "index/vector_codec.h"

namespace vecstore::db {
namespace {

using storage::BlockLayout;

bool wants_graph(const FileSegment& segment, const VectorField& of, std::uint32_t field) {
  return has_graph(of) && segment.rows() >= of.hnsw.min_rows && segment.has_field(field) &&
         segment.rows() <= index::kMaxGraphRows;
}

// One field of a segment as one thread of the builder reads it.
class FieldReader {
 public:
  FieldReader(const FileSegment& segment, const VectorField& of, std::uint32_t field)
      : segment_(segment), of_(of), field_(field), vector_(of.dimension) {}

  Result<std::span<const float>> read(Row row) {
    VECSTORE_ASSIGN(const index::DenseRows run, segment_.dense(field_, row, 1, scratch_, factors_));
    const float scale = of_.storage == ElementType::kI8 ? run.factors[1] : 1;
    index::decode_components(of_.storage, run.rows, scale, vector_);
    return std::span<const float>(vector_);
  }

 private:
  const FileSegment& segment_;
  const VectorField& of_;
  const std::uint32_t field_;
  Bytes scratch_;
  std::vector<float> factors_;
  std::vector<float> vector_;
};

// Refers to what it is given. What dense fields have is in memory: asking cannot fail.
index::HnswRows rows_of(const FileSegment& segment, const VectorField& of, std::uint32_t field) {
  const auto present = [&segment, field](Row row) {
    const Result<bool> there = segment.has_vector(field, row);
    // unreached: what dense fields have is in memory
    return there.ok() && *there;
  };
  const auto reader = [&segment, &of, field]() -> index::HnswRows::Read {
    const auto reads = std::make_shared<FieldReader>(segment, of, field);
    return [reads](Row row) { return reads->read(row); };
  };
  return {of.metric, of.dimension, segment.rows(), present, reader, of.quantization};
}

Status write_field(storage::BlockFileWriter& file, std::uint32_t field,
                   const index::BuiltHnswIndex& built) {
  const std::string name = vector_block(field);
  VECSTORE_TRY(
      file.add(name + ".mean", BlockLayout::kWhole, std::as_bytes(std::span(built.space.mean))));
  VECSTORE_TRY(file.add(name + ".codes", BlockLayout::kPaged, built.codes));
  VECSTORE_TRY(file.add(name + ".links", BlockLayout::kPaged, built.links));
  return file.add(name + ".upper", BlockLayout::kWhole, built.upper);
}

List curve(const index::RecallCurve& recall) {
  List list;
  for (const index::RecallPoint& point : recall.points())
    list.push_back(List{point.ef, point.share});
  return list;
}

Object describe(std::uint32_t field, const VectorField& of, const index::BuiltHnswIndex& built) {
  return Object{{"number", field},
                {"index", "hnsw"},
                {"metric", metric_name(of.metric)},
                {"dimension", of.dimension},
                {"longest", static_cast<double>(built.space.longest)},
                {"seed", static_cast<std::int64_t>(built.space.seed)},
                {"m", of.hnsw.m},
                {"ef_construction", of.hnsw.ef_construction},
                {"entry", built.entry},
                {"bits", static_cast<int>(built.space.bits)},
                {"stride", static_cast<std::int64_t>(built.stride)},
                {"recall", curve(built.recall)}};
}

Status copy_block(const IndexFile& from, const std::string& name, Bytes& to) {
  Bytes scratch;
  // unreached: the graph that is copied was opened from these blocks
  VECSTORE_ASSIGN(const storage::Block block, from.file().block(name));
  VECSTORE_ASSIGN(const ByteView bytes, block.all(scratch));
  to.assign(bytes.begin(), bytes.end());
  return {};
}

using Built = std::optional<index::BuiltHnswIndex>;

Result<Built> recode(const IndexFile& from, std::uint32_t field, const index::HnswRows& rows,
                     const index::Pace& pace) {
  VECSTORE_TRY(from.field(field).status());  // what is copied is sound
  const index::HnswIndex::Parts& parts = *from.parts(field);
  VECSTORE_ASSIGN(Built made, index::recode_hnsw_index(rows, parts.space, pace));
  made->entry = parts.entry;
  made->recall = parts.recall;
  VECSTORE_TRY(copy_block(from, vector_block(field) + ".links", made->links));
  VECSTORE_TRY(copy_block(from, vector_block(field) + ".upper", made->upper));
  return made;
}

// From the graphs of those that were merged.
Result<Built> build(const std::vector<MergedIndex>& merged, std::uint32_t field,
                    index::HnswRows rows, const HnswOptions& options, const index::Pace& pace) {
  std::vector<IndexFile::GraphBytes> bytes(merged.size());
  std::vector<index::OldGraph> graphs;
  for (std::size_t i = 0; i < merged.size(); ++i) {
    VECSTORE_ASSIGN(const auto graph, merged[i].index->graph(field, bytes[i]));
    if (graph && graph->m() == options.m) graphs.push_back({*graph, merged[i].rows});
  }
  rows.old = graphs;
  return index::build_hnsw_index(rows, options, pace);
}

}  // namespace

std::vector<MergedIndex> merged_indexes(const SegmentPlan& plan) {
  std::vector<MergedIndex> all;
  for (const auto& source : plan.sources)
    all.push_back({source->index_file(), std::vector<Row>(source->rows(), index::OldGraph::kGone)});
  for (std::size_t row = 0; row < plan.rows.size(); ++row)
    all[plan.rows[row].source].rows[plan.rows[row].row] = static_cast<Row>(row);
  std::erase_if(all, [](const MergedIndex& one) { return one.index == nullptr; });
  return all;
}

bool wants_index(const FileSegment& segment, const Schema& schema) {
  for (std::uint32_t field = 0; field < schema.fields.size(); ++field)
    if (wants_graph(segment, schema.fields[field], field)) return true;
  return false;
}

Result<index::BuiltHnswIndex> recode_field(const FileSegment& segment, const VectorField& as,
                                           std::uint32_t field, const index::Pace& pace) {
  const index::HnswIndex::Parts& parts = *segment.index_file()->parts(field);
  return index::recode_hnsw_index(rows_of(segment, as, field), parts.space, pace);
}

Status write_index(io::FileSystem& files, const std::string& path,
                   const storage::BlockFileIdentity& identity, const FileSegment& segment,
                   const Schema& schema, const OldIndexes& old, const index::Pace& pace) {
  VECSTORE_ASSIGN(auto file, storage::BlockFileWriter::create(files, path, identity));
  List fields;
  for (std::uint32_t field = 0; field < schema.fields.size(); ++field) {
    const VectorField& of = schema.fields[field];
    if (!wants_graph(segment, of, field)) continue;
    const index::HnswRows rows = rows_of(segment, of, field);
    const bool has_graph = old.recoded != nullptr && old.recoded->parts(field) != nullptr;
    VECSTORE_ASSIGN(const Built built, has_graph ? recode(*old.recoded, field, rows, pace)
                                                 : build(old.merged, field, rows, of.hnsw, pace));
    if (!built) continue;
    VECSTORE_TRY(write_field(*file, field, *built));
    fields.push_back(describe(field, of, *built));
  }
  Bytes info;
  encode_object(Object{{"segment", static_cast<std::int64_t>(segment.number())},
                       {"rows", segment.rows()},
                       {"fields", std::move(fields)}},
                info);
  VECSTORE_TRY(file->add("info", BlockLayout::kWhole, info));
  return file->finish().status();
}

}  // namespace vecstore::db
