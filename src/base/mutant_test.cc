#include "base/mutant.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

namespace vecstore {
namespace {

#ifdef VECSTORE_MUTANTS

TEST(Mutant, the_one_that_the_environment_names_is_on_and_no_other) {
  const char* chosen = std::getenv("VECSTORE_MUTANT");
  EXPECT_EQ(VECSTORE_MUTANT("test.of_mutants"),
            chosen != nullptr && std::string_view(chosen) == "test.of_mutants");
  EXPECT_FALSE(VECSTORE_MUTANT(""));
}

#else

TEST(Mutant, nothing_of_them_is_in_other_builds) {
  static_assert(!VECSTORE_MUTANT("log.sync_skipped"));
  EXPECT_FALSE(VECSTORE_MUTANT("log.sync_skipped"));
}

#endif

}  // namespace
}  // namespace vecstore
