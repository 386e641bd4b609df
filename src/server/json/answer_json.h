// What the engine answers, as JSON text: records in their canonical form, hits as
// {"id","score","distance","arms","group","vector","text","highlights","passage","metadata"}
// without what is not set.
#pragma once

#include <span>
#include <string>

#include "service/operations.h"
#include "vecstore/snapshot.h"

namespace vecstore {

std::string hits_json(const Hits& hits);  // {"hits":[..],"partial":..,"took_ms":..,..}
std::string many_hits_json(std::span<const Hits> answers);  // {"answers":[..]}
std::string write_result_json(const WriteResult& result);
std::string scan_page_json(const ScanPage& page);  // {"records":[..],"next":ID}
Object snapshot_object(const SnapshotInfo& info);
Object slow_query_object(const SlowQuery& query);

}  // namespace vecstore
