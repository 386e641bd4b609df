#include "server/mcp/message.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

RpcMessage read(const char* json) { return read_rpc_message(Value::parse_json(json).value()); }

RpcFault fault_of(const char* json) {
  const RpcMessage message = read(json);
  const auto* fault = std::get_if<RpcFault>(&message);
  EXPECT_TRUE(fault) << json;
  return fault ? *fault : RpcFault{};
}

TEST(McpMessage, a_request_keeps_its_id_exactly) {
  for (const char* id : {"1", "0", "-7", "9223372036854775807", "1.5", "\"a\"", "\"\"", "\"1\""}) {
    const std::string json =
        R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"method":"ping","params":{"a":1}})";
    const RpcMessage message = read(json.c_str());
    const auto* request = std::get_if<RpcRequest>(&message);
    ASSERT_TRUE(request) << json;
    EXPECT_EQ(request->method, "ping");
    EXPECT_EQ(request->params, (Object{{"a", 1}}));
    EXPECT_EQ(rpc_result(request->id, "{}"),
              R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"result":{}})");
  }
}

TEST(McpMessage, without_an_id_it_is_a_notification_and_an_answer_is_neither) {
  EXPECT_TRUE(std::holds_alternative<RpcNotification>(read(R"({"jsonrpc":"2.0","method":"n"})")));
  EXPECT_TRUE(
      std::holds_alternative<RpcAnswer>(read(R"({"jsonrpc":"2.0","id":1,"result":{"a":1}})")));
  EXPECT_TRUE(std::holds_alternative<RpcAnswer>(read(R"({"jsonrpc":"2.0","id":1,"error":{}})")));
}

TEST(McpMessage, what_is_no_message_is_refused_with_its_id_where_it_has_one) {
  for (const char* bad : {"1", "\"x\"", "null", "true"}) EXPECT_TRUE(fault_of(bad).id.is_null());
  for (const char* bad : {R"({"id":7,"method":"m"})", R"({"jsonrpc":"1.0","id":7,"method":"m"})",
                          R"({"jsonrpc":2.0,"id":7,"method":"m"})", R"({"jsonrpc":"2.0","id":7})",
                          R"({"jsonrpc":"2.0","id":7,"method":1})"}) {
    EXPECT_EQ(fault_of(bad).code, RpcCode::kInvalidRequest) << bad;
    EXPECT_EQ(fault_of(bad).id, Value(7)) << bad;
  }
  for (const char* id : {"null", "true", "[1]", "{}"}) {
    const std::string json = R"({"jsonrpc":"2.0","method":"m","id":)" + std::string(id) + "}";
    EXPECT_TRUE(fault_of(json.c_str()).id.is_null()) << id;
  }
  const std::string id = "\"" + std::string(1'025, 'x') + "\"";
  EXPECT_TRUE(fault_of((R"({"jsonrpc":"2.0","method":"m","id":)" + id + "}").c_str()).id.is_null());
  EXPECT_EQ(fault_of(R"({"jsonrpc":"2.0","id":7,"method":"m","params":[1]})").code,
            RpcCode::kInvalidParams);
}

TEST(McpMessage, the_version_asked_for_is_taken_where_it_is_spoken_else_the_newest_is_offered) {
  for (const char* known : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
    EXPECT_EQ(mcp_version_name(negotiate_mcp_version(known)), known);
  for (const char* unknown : {"", "1999-01-01", "2099-01-01", "2025-11-25 "})
    EXPECT_EQ(mcp_version_name(negotiate_mcp_version(unknown)), "2025-11-25");
}

TEST(McpMessage, an_error_is_escaped) {
  EXPECT_EQ(rpc_error({"a\n", RpcCode::kParseError, "line \"1\"\n"}),
            R"({"jsonrpc":"2.0","id":"a\n","error":{"code":-32700,"message":"line \"1\"\n"}})");
}

}  // namespace
}  // namespace vecstore
