#include "db/search/scope.h"

namespace vecstore::db {

Result<Scope> Scope::make(const Filter& filter, TimeMs now) {
  Scope scope;
  scope.filter_ = filter;
  VECSTORE_ASSIGN(scope.node_, filter.node());
  // unreached: the patterns of a filter were compiled when it was made
  VECSTORE_ASSIGN(scope.bound_, query::BoundFilter::bind(*scope.node_, now));
  return scope;
}

Result<std::span<const query::AllowedRows>> Scope::allowed(const QueryRun& run) {
  using Allowed = std::span<const query::AllowedRows>;
  if (bound_.is_true()) return Allowed();
  if (allowed_) {
    for (query::AllowedRows& part : *allowed_) {
      part.ms = 0;
      part.first_reads = {};
    }
    return Allowed(*allowed_);
  }
  VECSTORE_ASSIGN(allowed_, query::allowed_rows(run.snapshot, bound_, run.common.now,
                                                [&] { return run.stopped(); }));
  return Allowed(*allowed_);
}

}  // namespace vecstore::db
