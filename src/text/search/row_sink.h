// Who wants the rows of a search through one segment.
#pragma once

#include "text/index/field_format.h"
#include "text/search/bm25.h"
#include "vecstore/status.h"

namespace vecstore::text {

class RowSink {
 public:
  virtual ~RowSink() = default;
  virtual Score least() const = 0;  // rows with lower scores need not be offered
  virtual Status offer(Row row, Score score) = 0;
  virtual bool stopped() = 0;
};

}  // namespace vecstore::text
