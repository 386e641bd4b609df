// What the service does with namespaces for who was admitted; as service/operations.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "service/service.h"
#include "service/tenancy/namespace_admin.h"

namespace vecstore {

// kFailedPrecondition where the service has no namespaces.
Result<NamespaceStore*> namespaces_of(Service& service);

Result<NamespaceStats> namespace_stats(Service& service, std::string_view id);

// Ends what is under way in it before it goes: kUnavailable when that takes more than 30 seconds.
Status delete_namespace(Service& service, std::string_view id);

// kFailedPrecondition where usage is not counted.
Result<std::vector<UsageRow>> read_usage(Service& service, const UsageFilter& filter);

// That a new key's namespace is there, if it has one.
Status check_new_key_of(Service& service, const NewKey& wanted);

}  // namespace vecstore
