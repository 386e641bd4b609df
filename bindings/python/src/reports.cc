#include "python/src/reports.h"

#include "python/src/values.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

nb::list from_texts(const std::vector<std::string>& texts) {
  nb::list list;
  for (const std::string& text : texts) list.append(from_text(text));
  return list;
}

nb::dict from_finding(const SalvageFinding& finding) {
  nb::dict dict;
  dict["file"] = from_text(finding.file);
  dict["offset"] = finding.offset;
  dict["collection"] = from_text(finding.collection);
  dict["id"] = from_text(finding.id);
  dict["records"] = finding.records;
  dict["doubtful"] = finding.doubtful;
  dict["reason"] = from_text(finding.reason);
  return dict;
}

nb::dict from_measure(const QuantizationMeasure& measure) {
  nb::dict dict;
  dict["quantization"] = from_text(quantization_name(measure.quantization));
  dict["bits"] = measure.bits;
  dict["bytes_per_row"] = measure.bytes_per_row;
  dict["ratio"] = measure.ratio;
  dict["encoded_per_second"] = measure.encoded_per_second;
  dict["compared_per_second"] = measure.compared_per_second;
  dict["mean_error"] = measure.mean_error;
  dict["p95_error"] = measure.p95_error;
  dict["recall"] = measure.recall;
  dict["refined_recall"] = measure.refined_recall;
  dict["refined"] = measure.refined;
  return dict;
}

// (kind, name, collection, dropped, bytes)
nb::list from_pins(const std::vector<Pin>& pins) {
  nb::list list;
  for (const Pin& pin : pins)
    list.append(nb::make_tuple(from_text(pin_kind_name(pin.kind)), from_text(pin.name),
                               from_text(pin.collection), pin.dropped, pin.bytes));
  return list;
}

nb::dict from_trial(const TuneTrial& trial) {
  nb::dict dict;
  dict["quantization"] = from_text(quantization_name(trial.quantization));
  dict["ef"] = trial.ef;
  dict["recall"] = trial.recall;
  dict["least_recall"] = trial.least_recall;
  dict["p50_ms"] = trial.p50_ms;
  dict["p95_ms"] = trial.p95_ms;
  dict["memory_bytes"] = trial.memory_bytes;
  dict["fits"] = trial.fits;
  return dict;
}

}  // namespace

nb::dict from_snapshot(const SnapshotInfo& info) {
  nb::dict dict;
  dict["name"] = from_text(info.name);
  dict["created_ms"] = info.created_at;
  dict["sequence"] = info.sequence;
  dict["collections"] = info.collections;
  dict["records"] = info.records;
  dict["bytes"] = info.bytes;
  dict["pinned_bytes"] = info.pinned_bytes;
  return dict;
}

nb::dict from_backup(const BackupReport& report) {
  nb::dict dict;
  dict["sequence"] = report.sequence;
  dict["files"] = report.files;
  dict["bytes"] = report.bytes;
  dict["copied_files"] = report.copied_files;
  dict["copied_bytes"] = report.copied_bytes;
  return dict;
}

nb::dict from_check(const CheckReport& report) {
  nb::list damage;
  for (const Damage& one : report.damage)
    damage.append(nb::make_tuple(from_text(one.file), one.offset, from_text(one.what)));
  nb::dict dict;
  dict["damage"] = damage;
  dict["files"] = report.files;
  dict["bytes"] = report.bytes;
  dict["notes"] = from_texts(report.notes);
  return dict;
}

nb::dict from_salvage(const SalvageReport& report) {
  nb::dict collections, dict;
  for (const auto& [name, records] : report.collections) collections[from_text(name)] = records;
  nb::list findings;
  for (const SalvageFinding& finding : report.findings) findings.append(from_finding(finding));
  dict["collections"] = collections;
  dict["saved"] = report.saved;
  dict["lost"] = report.lost;
  dict["doubtful"] = report.doubtful;
  dict["findings"] = findings;
  dict["findings_in_all"] = report.findings_in_all;
  dict["notes"] = from_texts(report.notes);
  return dict;
}

nb::dict from_repair(const RepairReport& report) {
  nb::dict dict;
  dict["repaired"] = from_texts(report.repaired);
  dict["notes"] = from_texts(report.notes);
  return dict;
}

nb::dict from_compact(const CompactResult& result) {
  nb::dict dict;
  dict["rows_dropped"] = result.rows_dropped;
  dict["bytes_before"] = result.bytes_before;
  dict["bytes_after"] = result.bytes_after;
  dict["pinned_bytes"] = result.pinned_bytes;
  dict["snapshot_bytes"] = result.snapshot_bytes;
  dict["snapshots"] = from_texts(result.snapshots);
  dict["version_bytes"] = result.version_bytes;
  dict["pins"] = from_pins(result.pins);
  return dict;
}

nb::dict from_compact(const DatabaseCompactResult& result) {
  nb::dict collections, dict;
  for (const auto& [name, one] : result.collections)
    collections[from_text(name)] = from_compact(one);
  dict["collections"] = collections;
  dict["pins"] = from_pins(result.pins);
  return dict;
}

nb::dict from_quantization(const QuantizationReport& report) {
  nb::list measures;
  for (const QuantizationMeasure& measure : report.measures) measures.append(from_measure(measure));
  nb::dict dict;
  dict["field"] = from_text(report.field);
  dict["dimension"] = report.dimension;
  dict["metric"] = from_text(metric_name(report.metric));
  dict["storage"] = from_text(element_type_name(report.storage));
  dict["quantization"] = from_text(quantization_name(report.quantization));
  dict["in_use"] = from_text(quantization_name(report.in_use));
  dict["rows"] = report.rows;
  dict["queries"] = report.queries;
  dict["k"] = report.k;
  dict["bytes_per_row"] = report.bytes_per_row;
  dict["compared_per_second"] = report.compared_per_second;
  dict["measures"] = measures;
  return dict;
}

nb::dict from_tuning(const TuneReport& report) {
  nb::list trials;
  for (const TuneTrial& trial : report.trials) trials.append(from_trial(trial));
  nb::dict dict;
  dict["field"] = from_text(report.field);
  dict["goal"] = from_text(tune_goal_name(report.goal));
  dict["quantization"] = from_text(quantization_name(report.quantization));
  dict["ef_search"] = report.ef_search;
  dict["rows"] = report.rows;
  dict["others"] = report.others;
  dict["queries"] = report.queries;
  dict["k"] = report.k;
  dict["trials"] = trials;
  dict["best"] = report.best ? nb::object(nb::int_(*report.best)) : nb::object(nb::none());
  dict["nearest"] = report.nearest;
  return dict;
}

}  // namespace vecstore::python
