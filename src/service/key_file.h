// The text of a keys file, from bytes nobody vouches for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "service/key_store.h"

namespace vecstore {

inline constexpr std::size_t kMaxKeyFileBytes = 64u << 20;

// kDataLoss names what is wrong. Ids differ, hashes are 64 digits.
Result<std::vector<ApiKey>> parse_key_file(std::string_view text);
std::string print_key_file(const std::vector<ApiKey>& keys);

// What may be asked of a new key.
Status check_new_key(const NewKey& wanted, TimeMs now);

}  // namespace vecstore
