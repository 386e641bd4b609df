// A text field of a segment file, read when a query or a merge first asks for it.
//
// A segment without one that is of use (written before there were any, by a build without the
// analyzer, or by another version of it) gets one in memory: its texts are analysed, once.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "base/sync.h"
#include "db/indexed_text.h"
#include "db/segment/stored_segment.h"
#include "storage/block_file.h"
#include "text/index/field_view.h"

namespace vecstore::db {

class FileText {
 public:
  // Before any view(). Without an analyzer there is no index.
  void set(std::shared_ptr<const storage::BlockFile> file, const IndexedText& field,
           std::uint32_t number);

  // `segment` is the one of the file. The view lives as long as this. Safe from many threads.
  Result<text::FieldView> view(const StoredSegment& segment) const;

 private:
  struct Loaded {
    std::optional<text::FieldReader> blocks;
    std::unique_ptr<text::MemoryField> made;
    Row rows = 0;
  };
  Result<std::unique_ptr<const Loaded>> load(const StoredSegment& segment) const;
  Status make(const StoredSegment& segment, Loaded& into) const;

  std::shared_ptr<const storage::BlockFile> file_;
  IndexedText field_;
  std::uint32_t number_ = 0;
  mutable Mutex mutex_;  // one thread loads what others then see
  mutable std::unique_ptr<const Loaded> owned_ VECSTORE_GUARDED_BY(mutex_);
  mutable std::atomic<const Loaded*> ready_ = nullptr;
};

}  // namespace vecstore::db
