#include "db/follow/next_version.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/mutant.h"

namespace vecstore::db {
namespace {

// The row of a file that was written by the same change. Null segment: it is in none, since it had
// died or expired.
struct SameRow {
  std::shared_ptr<FileSegment> segment;
  Row row = 0;
};

Result<SameRow> find_same(const Files& files, std::string_view id, std::uint64_t written) {
  const std::uint64_t hash = hash64(as_bytes(id));
  for (const std::shared_ptr<FileSegment>& file : files) {
    Status unreadable;
    const auto same = [&](Row row) {
      const Result<RowInfo> info = file->info(row);
      if (!info.ok()) unreadable = info.status();
      return info.ok() && info->sequence == written;
    };
    VECSTORE_ASSIGN(const auto row, file->find(id, hash, file->rows(), same));
    VECSTORE_TRY(unreadable);
    if (row) return SameRow{file, *row};
  }
  return SameRow();
}

// Deaths after `applied`, which the masks of the new files do not know, go over to the same rows.
Status carry_deaths(const StoredSegment& from, std::uint64_t applied, const Files& to) {
  if (from.last_death() <= applied || VECSTORE_MUTANT("follow.deaths_lost")) return {};
  Bytes scratch;
  for (Row row = 0; row < from.rows(); ++row) {
    const std::uint64_t died = from.dead_at(row);
    if (died <= applied) continue;
    VECSTORE_ASSIGN(const RowInfo info, from.info(row));
    VECSTORE_ASSIGN(const std::string_view id, from.id(row, scratch));
    VECSTORE_ASSIGN(const SameRow same, find_same(to, id, info.sequence));
    if (same.segment) same.segment->mark_dead(same.row, died);
  }
  return {};
}

// What queries would wait for is read ahead of them where queries came. What goes wrong is told by
// the query that needs it.
void prepare(const FileSegment& file) {
  file.mark_queried();
  static_cast<void>(file.prepare_for_queries().ok());
}

bool is_in(const Files& files, const std::shared_ptr<FileSegment>& file) {
  return std::find(files.begin(), files.end(), file) != files.end();
}

}  // namespace

Result<std::shared_ptr<const Version>> next_version(const Version& now,
                                                    const storage::CollectionEntry& entry,
                                                    const SegmentSource& source) {
  auto next = std::make_shared<Version>(now);
  VECSTORE_ASSIGN(const Schema schema, Schema::from_object(entry.options));
  VECSTORE_ASSIGN(next->files, open_segments(source, entry, schema));
  VECSTORE_ASSIGN(next->history, open_history(source, entry, schema, now.history));
  std::erase_if(next->frozen,
                [&](const FrozenSegment& one) { return one.sealed_at <= entry.applied; });
  Files made;
  for (const auto& file : next->files)
    if (!is_in(now.files, file)) made.push_back(file);
  std::vector<std::shared_ptr<StoredSegment>> replaced;
  for (const auto& file : now.files)
    if (!is_in(next->files, file)) replaced.push_back(file);
  for (const FrozenSegment& one : now.frozen)
    if (one.sealed_at <= entry.applied) replaced.push_back(one.segment);
  bool queried = false;
  for (const auto& one : replaced) {
    VECSTORE_TRY(carry_deaths(*one, entry.applied, made));
    queried = queried || one->was_queried();
  }
  for (std::size_t i = 0; queried && i < made.size(); ++i) prepare(*made[i]);
  return std::shared_ptr<const Version>(std::move(next));
}

}  // namespace vecstore::db
