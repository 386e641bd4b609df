// What a tuning recommends, from what was measured.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "vecstore/tuning.h"

namespace vecstore::db {

// Says of each trial whether it fits; the best of those that do, none when none does. Of equally
// good ones the first.
std::optional<std::size_t> choose_trial(const TuneOptions& options, std::span<TuneTrial> trials);

}  // namespace vecstore::db
