// Looks at the token that a call may have been given.
#pragma once

#include <cstddef>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "vecstore/cancel.h"
#include "vecstore/status.h"

namespace vecstore::db {

using Cancel = std::optional<CancelToken>;

inline bool is_set(const Cancel& cancel) { return cancel && cancel->cancelled(); }

// kCancelled, saying `what` was stopped, or ok.
inline Status check_cancel(const Cancel& cancel, const char* what) {
  return is_set(cancel) ? cancelled(what) : Status();
}

// For what asks a function; empty without a token.
inline std::function<bool()> stop_sign(const Cancel& cancel) {
  if (!cancel) return {};
  return [token = *cancel] { return token.cancelled(); };
}

// The first `count` of what was collected, or all of it; the rest stays.
template <typename T>
std::vector<T> take_first(std::vector<T>& from, std::size_t count) {
  if (from.size() <= count) return std::exchange(from, {});
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<T> taken(std::make_move_iterator(from.begin()), std::make_move_iterator(end));
  from.erase(from.begin(), end);
  return taken;
}

}  // namespace vecstore::db
