// Which rows a query and its stages may find: those that pass its filter and the filters above it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "db/search/query_run.h"
#include "query/column/matching_rows.h"
#include "query/filter/filter_bind.h"

namespace vecstore::db {

// Shared by all stages that add no filter of their own: it is evaluated once.
class Scope {
 public:
  // Together the filters are held to the limits of one.
  static Result<Scope> make(const Filter& filter, TimeMs now);
  Result<Scope> narrowed(const Filter& by, TimeMs now) const { return make(filter_ && by, now); }

  const query::BoundFilter* filter() const { return &bound_; }
  // One for each segment, or empty when all pass; evaluated on the first call. The time that it
  // took is told to the first caller only. kCancelled when the run stops meanwhile.
  Result<std::span<const query::AllowedRows>> allowed(const QueryRun& run);

 private:
  Filter filter_;
  std::shared_ptr<const FilterNode> node_;
  query::BoundFilter bound_;
  std::optional<std::vector<query::AllowedRows>> allowed_;
};

}  // namespace vecstore::db
