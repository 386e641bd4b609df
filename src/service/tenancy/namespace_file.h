// A namespace, and the text of the file of all of them, from bytes nobody vouches for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "service/tenancy/quotas.h"
#include "vecstore/record.h"

namespace vecstore {

// kActive: all that its keys may. kReadOnly: nothing that writes. kSuspended: nothing.
// kPendingDeletion: nothing, and it can be deleted.
enum class NamespaceStatus : unsigned char { kActive, kReadOnly, kSuspended, kPendingDeletion };
std::string_view namespace_status_name(NamespaceStatus status);  // "read_only"
Result<NamespaceStatus> parse_namespace_status(std::string_view name);

struct Namespace {
  std::string id = {};    // what its collections and files are called by; never changes
  std::string name = {};  // for people; valid UTF-8, at most 128 bytes, no control characters
  std::string description = {};  // valid UTF-8, at most 4 KiB
  NamespaceStatus status = NamespaceStatus::kActive;
  Quotas quotas = {};
  Metadata metadata = {};  // what the operator wants to keep with it; at most 64 KiB as JSON
  TimeMs created_at = 0;
  TimeMs updated_at = 0;
};

inline constexpr std::size_t kMaxNamespaceIdBytes = 48;
inline constexpr std::size_t kMaxNamespaces = 10'000;
inline constexpr std::size_t kMaxNamespaceFileBytes = 256u << 20;

// Small letters, digits, '-' and '_', beginning with a letter or a digit, 1 to 48 of them: so an id
// is a whole part of a collection's name and of a file's.
bool is_namespace_id(std::string_view id);

// kInvalidArgument names what cannot be.
Status check_namespace(const Namespace& space);

// As it is listed: with its tier, which is that of its quotas.
Object namespace_object(const Namespace& space);

// kDataLoss names what is wrong, kFailedPrecondition a later format. Ids differ.
Result<std::vector<Namespace>> parse_namespace_file(std::string_view text);
std::string print_namespace_file(const std::vector<Namespace>& spaces);

// One of them as the file has it, for what keeps it elsewhere.
Result<Namespace> parse_namespace(const Value& json);

}  // namespace vecstore
