#include <gmock/gmock.h>

#include "server/grpc/grpc_server.h"
#include "service/test_service.h"

namespace vecstore {
namespace {

TEST(GrpcServerAbsent, says_that_this_build_has_none) {
  TestService test;
  const Status status = GrpcServer::start(*test.service, {}).status();
  EXPECT_EQ(status.code(), Code::kUnimplemented);
  EXPECT_THAT(status.message(), testing::HasSubstr("no gRPC"));
}

}  // namespace
}  // namespace vecstore
