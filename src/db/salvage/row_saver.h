// The rows of one collection's segments that are whole, copied into new segment files. A row is
// whole when every page that it touches is: id, times, metadata, text and every vector.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "db/salvage/findings.h"
#include "db/salvage/store_remains.h"
#include "db/schema.h"
#include "db/segment/file_segment.h"
#include "db/segment/memory_segment.h"

namespace vecstore::db {

// The row as its collection took it; `scratch` backs it. The first thing of it that cannot be read
// is the error.
Result<RecordView> read_whole_row(const Schema& schema, const FileSegment& segment, Row row,
                                  std::vector<Bytes>& scratch);

class RowSaver {
 public:
  struct Source {
    io::FileSystem& files;
    const std::string& folder;
    const StoreRemains& store;
    std::uint32_t number;  // of the collection
  };
  // Makes a file of what was collected.
  using Write = std::function<Status(const std::shared_ptr<StoredSegment>& rows)>;

  RowSaver(const Source& source, const Schema& schema, Write write, Findings& findings);

  // An error when the new files cannot be written. What was not saved is told to `findings`, or by
  // `lost` where the log may yet end it.
  Status run();

  // By id, records whose newest row is not whole.
  std::map<std::string, SalvageFinding> lost;
  // By id, the last write that ended a row of it: the log may tell of what came before once more.
  std::unordered_map<std::string, std::uint64_t> ended;
  // Saved from a segment that may have had a mask.
  std::unordered_set<std::string> doubtful;
  std::uint64_t last_sequence = 0;

 private:
  struct Newest {
    std::uint64_t sequence = 0;
    std::size_t segment = 0;
    Row row = 0;
  };

  Status open(const SegmentRemains& remains);
  Status find_newest(std::size_t segment);
  Status copy(std::size_t segment);
  Status append(const RecordView& view, const RowInfo& info);
  Status flush();
  void lose(std::size_t segment, Row row, const std::string& id, const Status& why);
  SalvageFinding at(const FileSegment& segment) const;

  const Source source_;
  const CollectionRemains& collection_;
  const Schema& schema_;
  const Write write_;
  Findings& findings_;
  std::vector<std::shared_ptr<FileSegment>> segments_;
  std::vector<bool> mask_is_unknown_;  // of each
  std::unordered_map<std::string, Newest> newest_;
  std::set<std::pair<std::size_t, Row>> told_;  // rows that are lost, by segment
  std::shared_ptr<MemorySegment> rows_;
};

}  // namespace vecstore::db
