// Members of the objects in a tokenizer.json, and how its readers refuse.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vecstore/value.h"

namespace vecstore::tokenizer_json {

Status refuse(const std::string& what);
Status unsupported(std::string_view component, std::string_view type);

// The member `key`, or nullptr when it is absent or null.
const Value* find_set(const Object& object, std::string_view key);
const Object* find_object(const Object& object, std::string_view key);
const List* find_list(const Object& object, std::string_view key);

// The string at `key`, or "" when there is none.
std::string_view find_text(const Object& object, std::string_view key);

// The flag at `key`, or `otherwise`.
bool find_flag(const Object& object, std::string_view key, bool otherwise = false);

std::optional<std::uint32_t> as_id(const Value* value);

}  // namespace vecstore::tokenizer_json
