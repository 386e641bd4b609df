#include "db/salvage/row_saver.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/mutant.h"
#include "base/value_codec.h"
#include "db/segment/mask_file.h"
#include "db/segment/record_codec.h"
#include "db/segment/segment_format.h"
#include "db/validate.h"

namespace vecstore::db {

Result<RecordView> read_whole_row(const Schema& schema, const FileSegment& segment, Row row,
                                  std::vector<Bytes>& scratch) {
  scratch.resize(3 + schema.fields.size());
  RecordView view;
  VECSTORE_ASSIGN(view.id, segment.id(row, scratch[0]));
  VECSTORE_TRY(check_id(view.id));
  VECSTORE_ASSIGN(view.metadata, segment.metadata(row, scratch[1]));
  if (!view.metadata.empty()) VECSTORE_TRY(decode_object(view.metadata).status());
  VECSTORE_ASSIGN(view.text, segment.text(row, scratch[2]));
  for (std::uint32_t field = 0; field < schema.fields.size(); ++field) {
    if (!segment.has_field(field)) continue;
    VECSTORE_ASSIGN(const ByteView bytes, segment.vector_bytes(field, row, scratch[3 + field]));
    if (bytes.empty()) continue;
    VECSTORE_TRY(decode_vector(schema.fields[field], bytes).status());
    view.vectors.push_back({field, bytes});
  }
  return view;
}

RowSaver::RowSaver(const Source& source, const Schema& schema, Write write, Findings& findings)
    : source_(source),
      collection_(source.store.collections.at(source.number)),
      schema_(schema),
      write_(std::move(write)),
      findings_(findings),
      rows_(std::make_shared<MemorySegment>(schema.texts.size())) {}

SalvageFinding RowSaver::at(const FileSegment& segment) const {
  return {.file = segment.file()->path(), .collection = collection_.name};
}

Status RowSaver::run() {
  for (const SegmentRemains& one : collection_.segments) VECSTORE_TRY(open(one));
  for (std::size_t i = 0; i < segments_.size(); ++i) VECSTORE_TRY(find_newest(i));
  for (std::size_t i = 0; i < segments_.size(); ++i) VECSTORE_TRY(copy(i));
  return flush();
}

Status RowSaver::open(const SegmentRemains& remains) {
  const std::string path = segment_path(source_.folder, remains.file);
  const std::uint64_t database = source_.store.database;
  auto segment = FileSegment::open_damaged(
      source_.files, path, {kSegmentKind, database, remains.file}, source_.number, schema_);
  if (!segment.ok()) {
    if (is_refused(segment.status())) return segment.status();
    findings_.lost({.file = path, .collection = collection_.name, .records = remains.rows},
                   segment.status());
    return {};
  }
  bool unknown = remains.mask_is_unknown;
  if (remains.mask_file != 0 && !VECSTORE_MUTANT("salvage.masks_ignored")) {
    const std::string mask = mask_path(source_.folder, remains.mask_file);
    const Status read = load_mask(source_.files, mask, database, remains.mask_file, **segment);
    if (is_refused(read)) return read;
    unknown = !read.ok();
    if (unknown) findings_.note(mask + " cannot be read: " + read.message());
  }
  segments_.push_back(*std::move(segment));
  mask_is_unknown_.push_back(unknown);
  return {};
}

// A row that cannot say whose it is cannot be saved.
Status RowSaver::find_newest(std::size_t index) {
  const FileSegment& segment = *segments_[index];
  Bytes scratch;
  for (Row row = 0; row < segment.rows(); ++row) {
    const bool dead = segment.dead_at(row) != 0;
    const Result<std::string_view> found = segment.id(row, scratch);
    const std::string id = found.ok() ? std::string(*found) : std::string();
    const Result<RowInfo> info = segment.info(row);
    const Status& why = found.ok() ? info.status() : found.status();
    if (is_refused(why)) return why;
    if (dead && !why.ok()) continue;
    if (info.ok()) last_sequence = std::max(last_sequence, info->sequence);
    if (dead) {
      ended[id] = std::max(ended[id], info->sequence);
      continue;
    }
    if (!why.ok()) {
      lose(index, row, id, why);
      continue;
    }
    Newest& newest = newest_[id];
    if (info->sequence > newest.sequence) newest = {info->sequence, index, row};
  }
  return {};
}

// Once, though a row is read twice.
void RowSaver::lose(std::size_t index, Row row, const std::string& id, const Status& why) {
  if (!told_.emplace(index, row).second) return;
  SalvageFinding finding = at(*segments_[index]);
  finding.id = id;
  findings_.lost(std::move(finding), why);
}

Status RowSaver::copy(std::size_t index) {
  const FileSegment& segment = *segments_[index];
  std::vector<Bytes> scratch;
  std::uint64_t saved = 0;
  for (Row row = 0; row < segment.rows(); ++row) {
    if (segment.dead_at(row) != 0) continue;
    Bytes of_id;
    const Result<std::string_view> id = segment.id(row, of_id);
    if (is_refused(id.status())) return id.status();
    if (!id.ok()) {
      lose(index, row, "", id.status());
      continue;
    }
    const auto newest = newest_.find(std::string(*id));
    if (newest == newest_.end() || newest->second.segment != index || newest->second.row != row)
      continue;
    Result<RecordView> view = read_whole_row(schema_, segment, row, scratch);
    VECSTORE_ASSIGN(const RowInfo info, segment.info(row));
    if (!view.ok()) {
      if (is_refused(view.status())) return view.status();
      SalvageFinding finding = at(segment);
      finding.id = newest->first;
      finding.offset = offset_in(view.status().message());
      finding.reason = view.status().message();
      lost[newest->first] = std::move(finding);
      continue;
    }
    VECSTORE_TRY(append(*view, info));
    ++saved;
    if (mask_is_unknown_[index]) doubtful.insert(newest->first);
  }
  if (!mask_is_unknown_[index] || saved == 0) return {};
  SalvageFinding finding = at(segment);
  finding.records = saved;
  finding.doubtful = true;
  finding.reason = "which rows of the segment are deleted or replaced cannot be read";
  findings_.add(std::move(finding));
  return {};
}

Status RowSaver::append(const RecordView& view, const RowInfo& info) {
  RecordView timed = view;
  timed.expires_at = info.expires_at;
  VECSTORE_TRY(rows_->append(schema_, timed, hash64(as_bytes(view.id)), info).status());
  const DatabaseOptions usual;
  const bool full = rows_->rows() >= usual.seal_rows || rows_->payload_bytes() >= usual.seal_bytes;
  return full ? flush() : Status();
}

Status RowSaver::flush() {
  if (rows_->rows() == 0) return {};
  VECSTORE_TRY(write_(rows_));
  rows_ = std::make_shared<MemorySegment>(schema_.texts.size());
  return {};
}

}  // namespace vecstore::db
