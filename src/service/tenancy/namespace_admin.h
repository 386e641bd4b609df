// Making, changing and deleting namespaces, by a server or by a program beside it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "service/key_store.h"
#include "service/tenancy/namespace_store.h"
#include "service/tenancy/usage_log.h"
#include "service/tenancy/write_room.h"
#include "vecstore/database.h"

namespace vecstore {

// What is to be changed: all that is set. The quotas of a tier come before single ones.
struct NamespaceEdit {
  std::optional<std::string> name = {};
  std::optional<std::string> description = {};
  std::optional<NamespaceStatus> status = {};
  std::optional<std::string> tier = {};
  std::optional<Object> quotas = {};  // as read_quotas takes them
  std::optional<Metadata> metadata = {};
};
Status apply_edit(const NamespaceEdit& edit, Namespace& to);
// What the audit log notes of a change: the id, and what may do harm.
std::string namespace_summary(const Namespace& space);

// kAlreadyExists where there is one, kFailedPrecondition where collections have such names already:
// nobody's data becomes a namespace's by a name.
Result<Namespace> create_namespace(NamespaceStore& spaces, const Database& database,
                                   std::string_view id, const NamespaceEdit& edit);

// Its collections and aliases, its keys, then itself. kFailedPrecondition unless its status is
// kPendingDeletion, so that nothing is lost by one slip. When it ends half way it can be done
// again. `keys` none: there are none.
Status delete_namespace(NamespaceStore& spaces, Database& database, KeyStore* keys,
                        std::string_view id);

// That a key may be made for it: it is there, and not about to go.
Status check_key_namespace(NamespaceStore& spaces, std::string_view id);

struct NamespaceStats {
  Namespace space = {};
  std::uint64_t collections = 0;
  RoomUse use = {};
  std::uint64_t queries = 0;   // under way now
  std::uint64_t requests = 0;  // within the last second, where there is a quota
  UsageCounts today = {};
};
// Of what is in the database: `queries`, `requests` and `today` are a running server's.
Result<NamespaceStats> count_namespace(const Namespace& space, const Database& database);

// {"id","status","tier","collections","vectors","storage_bytes","concurrent_queries",
// "requests_last_second","quotas":{NAME:{"most","used","near"}},"near":[NAME..],"today":{..}}:
// `used` and `near` for the four that something is used of, `most` null where there is none.
Object namespace_stats_object(const NamespaceStats& stats);

}  // namespace vecstore
