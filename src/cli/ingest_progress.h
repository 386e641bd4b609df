// The line that a terminal shows while files are ingested.
#pragma once

#include <string>

#include "rag/ingest/ingest.h"

namespace vecstore {

// "[####----] 17%  61/1,173 files  1,011 passages  33/s  ETA 14m02s". The share is that of bytes,
// since files differ; what is left is told by the files that had to be embedded: those that were
// unchanged cost nothing.
std::string ingest_line(const IngestProgress& at);

}  // namespace vecstore
