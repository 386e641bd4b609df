// What an ingest did, as it is printed.
#pragma once

#include "cli/output.h"
#include "rag/ingest/ingest.h"

namespace vecstore {

// Failures, skipped files and remarks on standard error; the counts on standard output.
void show_report(const Output& out, const IngestReport& report, bool dry_run);

}  // namespace vecstore
