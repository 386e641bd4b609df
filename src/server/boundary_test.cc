#include "server/boundary.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace vecstore {
namespace {

TEST(Boundary, what_is_thrown_becomes_a_status) {
  const auto run = [](auto body) { return contained(body).status(); };
  EXPECT_TRUE(run([]() -> Result<int> { return 1; }).ok());
  EXPECT_EQ(run([]() -> Result<int> { throw std::bad_alloc(); }).code(), Code::kUnavailable);
  EXPECT_EQ(run([]() -> Result<int> { throw std::runtime_error("x"); }).code(), Code::kInternal);
}

}  // namespace
}  // namespace vecstore
