// Records that wait: those of a group for its commit, those of a piece of the log to be applied.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "storage/log_record.h"
#include "vecstore/status.h"

namespace vecstore::storage {

// Holds copies of the payloads, because the window that they were read through moves on.
class PendingGroup {
 public:
  bool empty() const { return records_.empty(); }

  void add(const LogRecord& record) {
    records_.push_back({record, payloads_.size(), record.payload.size()});
    payloads_.insert(payloads_.end(), record.payload.begin(), record.payload.end());
  }

  template <typename Deliver>
  Status deliver_to(Deliver deliver) {
    for (Entry& entry : records_) {
      entry.record.payload = ByteView(payloads_).subspan(entry.begin, entry.size);
      VECSTORE_TRY(deliver(entry.record));
    }
    clear();
    return {};
  }

  void clear() {
    records_.clear();
    payloads_.clear();
  }

 private:
  struct Entry {
    LogRecord record;
    std::size_t begin;
    std::size_t size;
  };
  std::vector<Entry> records_;
  Bytes payloads_;
};

}  // namespace vecstore::storage
