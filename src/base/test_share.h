// How much of a long test a build does. Sanitizers make code ten to thirty times as slow: there one
// round in kShare has to do.
#pragma once

#include <cstddef>

namespace vecstore {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr std::size_t kShare = 4;
#else
inline constexpr std::size_t kShare = 1;
#endif

}  // namespace vecstore
