#include "server/http/http_status.h"

#include <gmock/gmock.h>

namespace vecstore {
namespace {

TEST(HttpStatus, every_code_has_a_status_with_a_reason) {
  for (int code = 0; code <= static_cast<int>(Code::kUnauthenticated); ++code)
    EXPECT_NE(reason_of(http_status_of(static_cast<Code>(code))), "Unknown") << code;
  EXPECT_EQ(http_status_of(Code::kOk), 200);
  EXPECT_EQ(http_status_of(Code::kNotFound), 404);
  EXPECT_EQ(http_status_of(Code::kUnauthenticated), 401);
  EXPECT_EQ(http_status_of(Code::kDataLoss), 500);
}

TEST(HttpStatus, a_problem_says_what_and_which_request) {
  const HttpResponse response = problem_response(not_found("no record 'a'"), "r-1");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.body,
            R"({"type":"urn:vecstore:problem:not_found","title":"Not Found","status":404,)"
            R"("detail":"no record 'a'","code":"not_found","request_id":"r-1"})");
}

TEST(HttpStatus, what_is_the_servers_fault_names_no_path) {
  for (const Code code : {Code::kDataLoss, Code::kInternal, Code::kUnknown,
                          Code::kResourceExhausted, Code::kUnimplemented}) {
    const HttpResponse response = problem_response(Status(code, "/var/db/wal/1.log"), "r");
    EXPECT_THAT(response.body, testing::Not(testing::HasSubstr("/var"))) << response.status;
  }
  EXPECT_THAT(problem_response(resource_exhausted("too many requests"), "r", 429).body,
              testing::HasSubstr("too many requests"));
}

}  // namespace
}  // namespace vecstore
