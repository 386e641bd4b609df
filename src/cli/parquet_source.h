// Records from Parquet; record_source.h has the rules.
#pragma once

#include <memory>
#include <string>

#include "cli/record_source.h"

namespace vecstore {

// Holds the whole file, and one row group of it unpacked.
Result<std::unique_ptr<RecordSource>> open_parquet_source(const std::string& path);

}  // namespace vecstore
