// The compiled part of the Python package. Nothing here is for users: vecstore/*.py gives it its
// manners.
#include "python/src/handles.h"
#include "python/src/registry.h"
#include "vecstore/limits.h"
#include "vecstore/recommend.h"

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
  limits["multi_vectors"] = kMaxMultiVectors;
  limits["batch_bytes"] = kMaxBatchBytes;
  limits["metadata_bytes"] = kMaxMetadataBytes;
  limits["metadata_depth"] = kMaxMetadataDepth;
  limits["text_bytes"] = kMaxTextBytes;
  limits["metadata_rules"] = kMaxMetadataRules;
  limits["filter_clauses"] = kMaxFilterClauses;
  limits["filter_depth"] = kMaxFilterDepth;
  limits["pattern_bytes"] = kMaxPatternBytes;
  limits["pattern_states"] = kMaxPatternStates;
  limits["highlights"] = kMaxHighlights;
  limits["highlight_bytes"] = kMaxHighlightBytes;
  limits["formula_fields"] = kMaxFormulaFields;
  limits["stages"] = kMaxStages;
  limits["stage_depth"] = kMaxStageDepth;
  limits["formula_bytes"] = kMaxFormulaBytes;
  limits["report_rows"] = kMaxReportRows;
  limits["fields"] = kMaxFields;
  limits["text_fields"] = kMaxTextFields;
  limits["name_bytes"] = kMaxNameBytes;
  limits["collections"] = kMaxCollections;
  limits["kept_versions"] = kMaxKeptVersions;
  limits["snapshots"] = kMaxSnapshots;
  limits["examples"] = kMaxExamples;
  limits["pairs"] = kMaxPairs;
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
  bind_history(module, database, collection);
  bind_models(module);
  bind_heads(module);
  bind_remote(module);
  bind_answers(module);
  bind_extract(module);
  bind_evaluation(module);
  bind_answer_evaluation(module);
  bind_conversations(module);
  bind_answer_cache(module);
  bind_rerank(module, collection);
  bind_expand(module, collection);
  bind_embedding(module);
}
