#include "db/segment/segment_writer.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "base/coding.h"
#include "base/hash.h"
#include "base/mutant.h"
#include "base/value_codec.h"
#include "db/segment/partition.h"
#include "db/segment/segment_format.h"
#include "db/segment/text_index_writer.h"
#include "meta/columns_builder.h"

namespace vecstore::db {
namespace {

using storage::BlockLayout;

// One pass over the plan per column. Cells are read through the sources, so that memory and files
// are alike.
class Writer {
 public:
  Writer(const SegmentPlan& plan, storage::BlockFileWriter& file,
         const std::function<Status()>& pace)
      : plan_(plan), file_(file), pace_(pace) {}

  Status run() {
    const auto metadata = [](const StoredSegment& s, Row row, Bytes& scratch) -> CellResult {
      VECSTORE_ASSIGN(const ByteView bytes, s.metadata(row, scratch));
      return bytes.empty() ? Cell() : Cell(bytes);
    };
    const auto text = [](const StoredSegment& s, Row row, Bytes& scratch) -> CellResult {
      VECSTORE_ASSIGN(const auto found, s.text(row, scratch));
      return found ? Cell(as_bytes(*found)) : Cell();
    };
    VECSTORE_TRY(write_infos());
    VECSTORE_TRY(write_ids());
    VECSTORE_TRY(write_cells("metadata", metadata_bytes_, metadata));
    if (!plan_.history) VECSTORE_TRY(write_columns());
    VECSTORE_TRY(write_cells("text", text_bytes_, text));
    for (std::uint32_t field = 0; !plan_.history && field < plan_.schema.texts.size(); ++field)
      VECSTORE_TRY(write_text(field));
    for (std::uint32_t field = 0; field < plan_.schema.fields.size(); ++field)
      VECSTORE_TRY(write_field(field));
    return write_info();
  }

 private:
  using Cell = std::optional<ByteView>;
  using CellResult = Result<Cell>;

  const StoredSegment& source(const SourceRow& row) const { return *plan_.sources[row.source]; }

  // Called with what was just written; lets the pace be kept now and then.
  Status wrote(std::size_t bytes) {
    since_pace_ += bytes;
    if (since_pace_ < (1u << 20)) return {};
    since_pace_ = 0;
    return pace_();
  }

  Status write_infos() {
    VECSTORE_TRY(file_.begin("rows", BlockLayout::kPaged));
    for (const SourceRow& at : plan_.rows) {
      VECSTORE_ASSIGN(const RowInfo info, source(at).info(at.row));
      has_times_ = has_times_ || info.deleted_at != 0 || info.expires_at != 0;
      VECSTORE_TRY(file_.append(std::as_bytes(std::span(&info, 1))));
      VECSTORE_TRY(wrote(sizeof info));
    }
    return file_.end();
  }

  Status write_ids() {
    std::vector<std::string> ids;
    ids.reserve(plan_.rows.size());
    const auto read = [&](const StoredSegment& s, Row row, Bytes& scratch) -> CellResult {
      VECSTORE_ASSIGN(const std::string_view id, s.id(row, scratch));
      ids.emplace_back(id);
      return Cell(as_bytes(id));
    };
    VECSTORE_TRY(write_cells("ids", id_bytes_, read));
    VECSTORE_TRY(write_order(ids));
    return write_map(ids);
  }

  Status write_order(const std::vector<std::string>& ids) {
    std::vector<std::uint32_t> order(ids.size());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return ids[a] < ids[b]; });
    VECSTORE_TRY(pace_());
    return file_.add("ids.order", BlockLayout::kPaged, std::as_bytes(std::span(order)));
  }

  Status write_map(const std::vector<std::string>& ids) {
    const std::size_t slots = std::bit_ceil(std::max<std::size_t>(2 * ids.size(), 2));
    Bytes map(slots * kIdSlotBytes);
    for (std::size_t row = 0; row < ids.size(); ++row) {
      const std::uint64_t hash = hash64(as_bytes(ids[row]));
      std::size_t slot = hash & (slots - 1);
      while (load_u32(&map[slot * kIdSlotBytes + 4]) != 0) slot = (slot + 1) & (slots - 1);
      store_u32(&map[slot * kIdSlotBytes], static_cast<std::uint32_t>(hash >> 32));
      store_u32(&map[slot * kIdSlotBytes + 4], static_cast<std::uint32_t>(row + 1));
    }
    VECSTORE_TRY(pace_());
    return file_.add("ids.map", BlockLayout::kPaged, map);
  }

  // A variable column; nothing at all when no row has a value.
  template <typename Read>
  Status write_cells(const std::string& name, std::uint64_t& total, const Read& read) {
    Bytes ends;
    Bytes scratch;
    std::uint64_t end = 0;
    bool any = false;
    for (const SourceRow& at : plan_.rows) {
      VECSTORE_ASSIGN(const Cell cell, read(source(at), at.row, scratch));
      if (cell && !any) {
        any = true;
        VECSTORE_TRY(file_.begin(name, BlockLayout::kPaged));
      }
      if (cell) {
        VECSTORE_TRY(file_.append(*cell));
        VECSTORE_TRY(wrote(cell->size()));
        end += cell->size();
      }
      put_u64(ends, 2 * end + (cell ? 1 : 0));
    }
    if (!any) return {};
    total += end;
    VECSTORE_TRY(file_.end());
    return file_.add(name + ".end", BlockLayout::kPaged, ends);
  }

  Status write_columns() {
    meta::ColumnsBuilder columns;
    Bytes scratch;
    for (const SourceRow& at : plan_.rows) {
      VECSTORE_ASSIGN(const ByteView metadata, source(at).metadata(at.row, scratch));
      VECSTORE_ASSIGN(const RowInfo info, source(at).info(at.row));
      VECSTORE_TRY(columns.add(metadata, info.created_at, info.updated_at));
      VECSTORE_TRY(wrote(metadata.size() + sizeof info));
    }
    VECSTORE_TRY(file_.begin("columns.data", BlockLayout::kPaged));
    const auto write = [this](ByteView bytes) {
      VECSTORE_TRY(file_.append(bytes));
      return wrote(bytes.size());
    };
    VECSTORE_ASSIGN(const Bytes directory, columns.finish(write));
    VECSTORE_TRY(file_.end());
    return file_.add("columns", BlockLayout::kWhole, directory);
  }

  Status write_text(std::uint32_t field) {
    const bool of_text = plan_.schema.texts[field].path.empty();
    if ((of_text ? text_bytes_ : metadata_bytes_) == 0) return {};
    VECSTORE_TRY(pace_());
    VECSTORE_TRY(write_text_index(plan_, field, file_));
    return pace_();
  }

  Status write_field(std::uint32_t field) {
    const VectorField& of = plan_.schema.fields[field];
    const bool anywhere =
        std::any_of(plan_.sources.begin(), plan_.sources.end(),
                    [&](const auto& segment) { return segment->has_field(field); });
    if (!anywhere) return {};
    fields_.push_back(
        Object{{"number", field},
               {"dimension", of.dimension},
               {"stride",
                static_cast<std::int64_t>(of.kind == VectorKind::kDense ? dense_stride(of) : 0)}});
    if (of.kind == VectorKind::kDense) return write_dense(field, of);
    return write_cells(vector_block(field), vector_bytes_,
                       [&](const StoredSegment& s, Row row, Bytes& scratch) -> CellResult {
                         VECSTORE_ASSIGN(const ByteView bytes, s.vector_bytes(field, row, scratch));
                         return bytes.empty() ? Cell() : Cell(bytes);
                       });
  }

  Status write_dense(std::uint32_t field, const VectorField& of) {
    const std::size_t stride = dense_stride(of);
    const Bytes zeros(stride);
    Bytes has((plan_.rows.size() + 7) / 8);
    Bytes factors;
    Bytes scratch;
    std::vector<float> factor_scratch;
    bool all = true;
    VECSTORE_TRY(file_.begin(vector_block(field), BlockLayout::kPaged));
    for (std::size_t i = 0; i < plan_.rows.size(); ++i) {
      const SourceRow& at = plan_.rows[i];
      const StoredSegment& from = source(at);
      // unreached: which rows have a dense vector is in memory
      VECSTORE_ASSIGN(const bool present, from.has_vector(field, at.row));
      all = all && present;
      if (!present) {
        VECSTORE_TRY(file_.append(zeros));
        if (has_factors(of)) factors.resize(factors.size() + 2 * sizeof(float));
        continue;
      }
      has[i / 8] |= std::byte{1} << (i % 8);
      VECSTORE_ASSIGN(const index::DenseRows run,
                      from.dense(field, at.row, 1, scratch, factor_scratch));
      VECSTORE_TRY(file_.append({run.rows, stride}));
      if (has_factors(of)) put_bytes(factors, std::as_bytes(std::span(run.factors, 2)));
      vector_bytes_ += stride;
      VECSTORE_TRY(wrote(stride));
    }
    VECSTORE_TRY(file_.end());
    if (!factors.empty())
      VECSTORE_TRY(file_.add(vector_block(field) + ".factors", BlockLayout::kPaged, factors));
    return all ? Status() : file_.add(vector_block(field) + ".has", BlockLayout::kWhole, has);
  }

  Status write_info() {
    const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    Bytes info;
    encode_object(Object{{"collection", plan_.collection},
                         {"name", plan_.name},
                         {"options", plan_.schema.to_object()},
                         {"rows", number(plan_.rows.size())},
                         {"has_times", has_times_},
                         {"fields", fields_},
                         {"ids", number(id_bytes_)},
                         {"metadata", number(metadata_bytes_)},
                         {"text", number(text_bytes_)},
                         {"vectors", number(vector_bytes_)}},
                  info);
    return file_.add("info", BlockLayout::kWhole, info);
  }

  const SegmentPlan& plan_;
  storage::BlockFileWriter& file_;
  const std::function<Status()>& pace_;
  std::size_t since_pace_ = 0;
  bool has_times_ = false;
  List fields_;
  std::uint64_t id_bytes_ = 0;
  std::uint64_t metadata_bytes_ = 0;
  std::uint64_t text_bytes_ = 0;
  std::uint64_t vector_bytes_ = 0;
};

}  // namespace

namespace {

struct DatedRow {
  std::uint64_t sequence;
  SourceRow at;
};

// The rows of one source that belong into the file. In memory there are some, dead since 1, whose
// write was refused.
Status add_rows(const StoredSegment& segment, std::uint32_t source, std::uint64_t sequence,
                TimeMs now, std::vector<DatedRow>& rows, std::vector<SourceRow>* left_out) {
  for (Row row = 0; row < segment.rows(); ++row) {
    const std::uint64_t dead = segment.dead_at(row);
    if (dead != 0 && VECSTORE_MUTANT("merge.needed_row_dropped")) continue;
    const bool refused = dead == 1 && segment.number() == 0;
    if (dead != 0 && dead <= sequence) {
      if (left_out != nullptr && !refused) left_out->push_back({source, row});
      continue;
    }
    VECSTORE_ASSIGN(const RowInfo info, segment.info(row));
    if (now != 0 && dead == 0 && expired(info, now)) {
      if (left_out != nullptr) left_out->push_back({source, row});
      continue;
    }
    rows.push_back({info.sequence, {source, row}});
  }
  return {};
}

}  // namespace

Result<SegmentPlan> plan_segment(std::uint32_t collection, const Schema& schema,
                                 std::vector<std::shared_ptr<StoredSegment>> sources,
                                 std::uint64_t sequence, TimeMs now,
                                 std::vector<SourceRow>* left_out) {
  SegmentPlan plan{.collection = collection, .schema = schema, .sources = std::move(sources)};
  std::vector<DatedRow> rows;
  for (std::uint32_t source = 0; source < plan.sources.size(); ++source)
    VECSTORE_TRY(add_rows(*plan.sources[source], source, sequence, now, rows, left_out));
  // unreached: needs four billion rows
  if (rows.size() > kMaxSegmentRows)
    return resource_exhausted("a segment holds at most " + std::to_string(kMaxSegmentRows) +
                              " rows");
  std::ranges::sort(rows, {}, &DatedRow::sequence);
  plan.rows.reserve(rows.size());
  for (const DatedRow& row : rows) plan.rows.push_back(row.at);
  if (!rows.empty()) {
    plan.min_sequence = rows.front().sequence;
    plan.max_sequence = rows.back().sequence;
  }
  VECSTORE_TRY(cluster_rows(plan));
  return plan;
}

Result<std::uint64_t> write_segment(io::FileSystem& files, const std::string& path,
                                    const storage::BlockFileIdentity& identity,
                                    const SegmentPlan& plan, const std::function<Status()>& pace) {
  VECSTORE_ASSIGN(auto file, storage::BlockFileWriter::create(files, path, identity));
  VECSTORE_TRY(Writer(plan, *file, pace).run());
  return file->finish();
}

}  // namespace vecstore::db
