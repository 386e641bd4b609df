// What the service does for who was admitted: the limits, then the engine. Every function is given
// the Admission of the operation that it is named for, and the collection and the principal are
// its.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "service/service.h"

namespace vecstore {

// The collection that the request names. kNotFound where there is none, and for an alias that leads
// out of its namespace or into one.
Result<Collection> collection_of(Service& service, const Admission& admission);
// The name of a collection of the database as the caller knows it.
std::string told_name(const Admission& admission, const std::string& name);
// An error in which collections have the names that the caller knows them by.
Status told_status(const Admission& admission, const Status& status);

// Names in order: those that the principal sees, as it knows them.
Result<std::vector<std::string>> list_collections(Service& service, const Admission& admission);
Result<CollectionStats> create_collection(Service& service, const Admission& admission,
                                          const CollectionOptions& options);

Status drop_collection(Service& service, const Admission& admission);
Result<CompactResult> compact_collection(Service& service, const Admission& admission);
// The whole database becomes what it was.
Status restore_snapshot(Service& service, const std::string& name);

Result<WriteResult> upsert(Service& service, const Admission& admission,
                           std::span<const Record> records);
Result<WriteResult> update(Service& service, const Admission& admission, const Update& change);
Result<WriteResult> remove(Service& service, const Admission& admission,
                           std::span<const std::string> ids);
Result<WriteResult> remove_where(Service& service, const Admission& admission,
                                 const Filter& filter);

// All or none; kNotFound names the first that is not there. A record that comes back takes room.
Result<WriteResult> soft_delete(Service& service, const Admission& admission,
                                std::span<const std::string> ids);
Result<WriteResult> restore(Service& service, const Admission& admission,
                            std::span<const std::string> ids);

struct ScanPage {
  std::vector<Record> records = {};
  std::string next = {};  // the id after which the next page begins; empty: this was the last
};
// `limit` 1 to max_k. The pages of one scan are not of one moment: writes between them show.
Result<ScanPage> scan_page(Service& service, const Admission& admission, ScanOptions options,
                           std::size_t limit);

// The query's timeout is cut to the service's, both counted from the admission. kDeadlineExceeded
// when that was over before it began, kCancelled when nobody waits for the answer any more.
Result<Hits> query(Service& service, const Admission& admission, Query asked);
// The same if it takes no longer than `most`, else nothing: the query is then to be asked again.
Result<std::optional<Hits>> brief_query(Service& service, const Admission& admission, Query asked,
                                        std::chrono::milliseconds most);
Result<std::vector<Hits>> query_many(Service& service, const Admission& admission,
                                     std::vector<Query> asked);

}  // namespace vecstore
