// Reading JSON objects by tables: a member's name, and what reads it. A member that no table knows
// is an error that names the nearest.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/nearest.h"
#include "base/utf8.h"
#include "vecstore/status.h"
#include "vecstore/value.h"

namespace vecstore {

template <typename Target>
struct JsonMember {
  std::string_view name;
  Status (*read)(const Value& json, Target& to);
};

inline Status expected(std::string_view what) {
  return invalid_argument("expected " + std::string(what));
}

template <std::integral Number>
Status read_number(const Value& json, Number& to) {
  const std::int64_t* number = json.as_int();
  if (!number || *number < 0) return expected("an integer that is not negative");
  if (static_cast<std::uint64_t>(*number) >
      static_cast<std::uint64_t>(std::numeric_limits<Number>::max()))
    return expected("a smaller integer");
  to = static_cast<Number>(*number);
  return {};
}

inline Status read_text(const Value& json, std::string& to) {
  if (!json.as_string()) return expected("a string");
  to = *json.as_string();
  return {};
}

inline Status read_texts(const Value& json, std::vector<std::string>& to) {
  if (!json.as_list()) return expected("a list of strings");
  for (const Value& one : *json.as_list()) VECSTORE_TRY(read_text(one, to.emplace_back()));
  return {};
}

inline Status read_object(const Value& json, Object& to) {
  if (!json.as_object()) return expected("an object");
  to = *json.as_object();
  return {};
}

template <typename Enum>
Status read_name(const Value& json, Enum& to, Result<Enum> (*parse)(std::string_view)) {
  if (!json.as_string()) return expected("a string");
  VECSTORE_ASSIGN(to, parse(*json.as_string()));
  return {};
}

template <typename Target>
Status read_members(const Value& json, std::span<const JsonMember<Target>> members, Target& to) {
  if (!json.as_object()) return expected("an object");
  for (const Object::Member& given : *json.as_object()) {
    const JsonMember<Target>* known = nullptr;
    for (const JsonMember<Target>& one : members)
      if (one.name == given.key) known = &one;
    if (!known) {
      std::vector<std::string_view> names;
      for (const JsonMember<Target>& one : members) names.push_back(one.name);
      return invalid_argument("unknown member '" + shorten(given.key) +
                              "': " + nearest_or_known(given.key, names));
    }
    VECSTORE_TRY(known->read(given.value, to).with_context(given.key));
  }
  return {};
}

}  // namespace vecstore
