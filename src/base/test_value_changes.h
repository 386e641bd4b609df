// For tests of what reads stored objects: every object that is nearly the one given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "vecstore/value.h"

namespace vecstore {

// Calls `use` with `value` as it is but for one value somewhere inside, which is left out or has
// become what does not belong there.
inline void for_each_change(const Value& value, const std::function<void(const Value&)>& use) {
  for (const Value& other : {Value(), Value("x"), Value(-1), Value(std::int64_t{1} << 40),
                             Value(0.5), Value(true), Value(List{}), Value(Object{})})
    if (!(other == value)) use(other);
  if (const Object* object = value.as_object()) {
    for (const auto& [gone, at] : *object) {
      Object rest;
      for (const auto& [key, member] : *object)
        if (key != gone) rest[key] = member;
      use(rest);
      for_each_change(at, [&, name = gone](const Value& changed) {
        Object with = *object;
        with[name] = changed;
        use(with);
      });
    }
  }
  if (const List* list = value.as_list()) {
    for (std::size_t i = 0; i < list->size(); ++i)
      for_each_change((*list)[i], [&](const Value& changed) {
        List with = *list;
        with[i] = changed;
        use(with);
      });
  }
}

}  // namespace vecstore
