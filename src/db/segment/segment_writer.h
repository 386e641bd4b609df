// Rows of some segments into one new segment file: how a memory segment becomes a file, and how
// files are merged.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "db/schema.h"
#include "db/segment/file_segment.h"
#include "db/segment/stored_segment.h"
#include "io/file_system.h"
#include "storage/block_file.h"
#include "vecstore/status.h"

namespace vecstore::db {

struct SourceRow {
  std::uint32_t source;  // position in the list of segments
  Row row;
};

struct SegmentPlan {
  std::uint32_t collection = 0;
  Schema schema;
  std::vector<std::shared_ptr<StoredSegment>> sources;
  std::vector<SourceRow> rows = {};  // what goes into the file, in this order
  std::uint64_t min_sequence = 0;    // of the writes that made them
  std::uint64_t max_sequence = 0;
  std::string name = {};  // of the collection by now: for whoever has to do without a manifest
  bool history = false;   // rows that are no longer searched: no columns and no index of texts
};

// Every row of the sources that was live at `sequence`, in order of the writes that made them, or
// clustered by the schema's partition key (cluster_rows).
// Newest rows that expired before `now` are left out (an expired row that was replaced in time must
// stay: the log may replay the replacement); 0 keeps them.
// `left_out`, when given, gets the rows of committed writes that are not in the plan.
Result<SegmentPlan> plan_segment(std::uint32_t collection, const Schema& schema,
                                 std::vector<std::shared_ptr<StoredSegment>> sources,
                                 std::uint64_t sequence, TimeMs now,
                                 std::vector<SourceRow>* left_out = nullptr);

// The history of records: of `rows`, and of all that `history` has, the last `keep` versions of
// each record, with the removals between them.
Result<SegmentPlan> plan_history(const SegmentPlan& of, const std::vector<SourceRow>& rows,
                                 const std::vector<std::shared_ptr<FileSegment>>& history,
                                 std::uint32_t keep);
// Whether some record has more versions in the file than these.
Result<bool> has_more_versions(const FileSegment& history, std::uint32_t keep);

// Writes and syncs the file, column by column; the file's size. `pace` is called about once per MiB
// and ends the work when it is not ok (then nothing is left behind).
Result<std::uint64_t> write_segment(io::FileSystem& files, const std::string& path,
                                    const storage::BlockFileIdentity& identity,
                                    const SegmentPlan& plan, const std::function<Status()>& pace);

}  // namespace vecstore::db
