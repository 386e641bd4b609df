// The settings under [ingest] as the options of an ingest.
#pragma once

#include "cli/settings.h"
#include "rag/ingest/ingest.h"

namespace vecstore {

// Flags are in the settings already. No paths is no error here. Opens nothing; the folder of the
// embedding model has to be there for the splitter "token".
Result<IngestOptions> ingest_options(const Settings& settings);

}  // namespace vecstore
