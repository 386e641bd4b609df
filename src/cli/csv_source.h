// Records from CSV; record_source.h has the rules.
#pragma once

#include <memory>
#include <string>

#include "cli/record_source.h"

namespace vecstore {

// Reads the whole file: what type a column has is known at its end.
Result<std::unique_ptr<RecordSource>> open_csv_source(const std::string& path);

}  // namespace vecstore
