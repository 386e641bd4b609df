// Whether this process is a copy that fork() made of the one that did something.
#pragma once

#include <cstdint>

namespace vecstore {

// How many forks lie between the first process and this one, counted from the first call on. Two
// values from one process are the same. Costs one load.
std::uint64_t forks();

// Has functions called around every fork() from now on: in the parent before it and behind it, and
// in the child. Where the platform has no fork() they are never called.
void at_forks(void (*before)(), void (*in_parent)(), void (*in_child)());

}  // namespace vecstore
