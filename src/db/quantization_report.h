// Every quantization that a field can be given, measured on a sample of its vectors.
#pragma once

#include <functional>

#include "db/collection_core.h"
#include "vecstore/quantization_report.h"

namespace vecstore::db {

// Of the rows that are active at `now`. `pace` is called often and ends the work when it is not ok.
Result<QuantizationReport> make_quantization_report(const ReadState& state,
                                                    const QuantizationReportOptions& options,
                                                    TimeMs now,
                                                    const std::function<Status()>& pace);

}  // namespace vecstore::db
