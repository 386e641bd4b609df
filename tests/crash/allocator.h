// This program's operator new fails on cue.
#pragma once

#include <cstddef>
#include <functional>

namespace vecstore::crash {

// Runs `call` with the n-th allocation of this thread failing, counted from 1. False when `call`
// made fewer.
bool fail_nth_allocation(std::size_t n, const std::function<void()>& call);
// The same, of those alone that give a null when there is no memory: calloc and new (std::nothrow).
bool fail_nth_request(std::size_t n, const std::function<void()>& call);

}  // namespace vecstore::crash
