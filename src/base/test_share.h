// How much of a long test a build does. Sanitizers make code ten to thirty times as slow: there one
// round in kShare has to do.
#pragma once

#include <cstddef>

namespace vecstore {

#if defined(__has_feature)  // clang's way to say it
#define VECSTORE_HAS_FEATURE(x) __has_feature(x)
#else
#define VECSTORE_HAS_FEATURE(x) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    VECSTORE_HAS_FEATURE(address_sanitizer) || VECSTORE_HAS_FEATURE(thread_sanitizer)
inline constexpr std::size_t kShare = 4;
#else
inline constexpr std::size_t kShare = 1;
#endif

}  // namespace vecstore
