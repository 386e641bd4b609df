// The compiled part of the Python package. Nothing here is for users: vecstore/*.py gives it its
// manners.
#include "python/src/handles.h"
#include "python/src/registry.h"
#include "vecstore/limits.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

void bind_limits(nb::module_& module) {
  nb::dict limits;
  limits["id_bytes"] = kMaxIdBytes;
  limits["k"] = kMaxK;
  limits["ef"] = kMaxEf;
  limits["dimension"] = kMaxDimension;
  limits["sparse_entries"] = kMaxSparseEntries;
  limits["batch_bytes"] = kMaxBatchBytes;
  limits["metadata_bytes"] = kMaxMetadataBytes;
  limits["metadata_depth"] = kMaxMetadataDepth;
  limits["text_bytes"] = kMaxTextBytes;
  limits["filter_clauses"] = kMaxFilterClauses;
  module.attr("LIMITS") = limits;
}

}  // namespace
}  // namespace vecstore::python

NB_MODULE(_vecstore, module) {
  using namespace vecstore::python;
  nb::set_leak_warnings(false);  // a daemon thread may hold a handle while the interpreter ends
  module.attr("__version__") = VECSTORE_VERSION;
  bind_registry(module);
  bind_limits(module);
  bind_cancel(module);
  bind_filter(module);
  bind_hits(module);
  bind_scan(module);
  DatabaseClass database(module, "Database");
  CollectionClass collection(module, "Collection");
  bind_database(module, database);
  bind_snapshots(database);
  bind_care(module);
  bind_reads(collection);
  bind_writes(collection);
  bind_search(module, collection);
  bind_upkeep(collection);
  bind_embedding(module);
}
