#include "base/forks.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vecstore {
namespace {

int befores = 0, parents = 0, children = 0;

TEST(Forks, a_child_knows_that_it_is_one) {
  const std::uint64_t mine = forks();
  at_forks([] { ++befores; }, [] { ++parents; }, [] { ++children; });
  const pid_t child = ::fork();
  if (child == 0) {
    const bool known = forks() != mine && forks() == forks();
    const bool called = befores == 1 && parents == 0 && children == 1;
    ::_exit(known && called ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(forks(), mine);
  EXPECT_TRUE(befores == 1 && parents == 1 && children == 0);
}

}  // namespace
}  // namespace vecstore
