// What upkeep reports, as dicts whose keys are the members' names.
#pragma once

#include <nanobind/nanobind.h>

#include "vecstore/database.h"

namespace vecstore::python {

nanobind::dict from_snapshot(const SnapshotInfo& info);
nanobind::dict from_backup(const BackupReport& report);
nanobind::dict from_check(const CheckReport& report);
nanobind::dict from_salvage(const SalvageReport& report);
nanobind::dict from_repair(const RepairReport& report);
nanobind::dict from_compact(const CompactResult& result);
nanobind::dict from_compact(const DatabaseCompactResult& result);
nanobind::dict from_quantization(const QuantizationReport& report);
nanobind::dict from_tuning(const TuneReport& report);

}  // namespace vecstore::python
