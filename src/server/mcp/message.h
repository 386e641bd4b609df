// JSON-RPC 2.0 as the Model Context Protocol uses it: what a message is, and how it is answered.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "vecstore/value.h"

namespace vecstore {

// Revisions of the protocol that begin with a handshake, by age.
enum class McpVersion : unsigned char { k2024_11_05, k2025_03_26, k2025_06_18, k2025_11_25 };
inline constexpr McpVersion kNewestMcpVersion = McpVersion::k2025_11_25;
std::string_view mcp_version_name(McpVersion version);
// The one asked for where it is spoken here, else the newest: the client then decides.
McpVersion negotiate_mcp_version(std::string_view asked);

enum class RpcCode : int {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kInternalError = -32603
};

struct RpcRequest {
  Value id = {};  // a string or a number
  std::string method = {};
  Object params = {};
};
struct RpcNotification {
  std::string method = {};
  Object params = {};
};
struct RpcAnswer {};  // to a request of ours: there are none, so it is passed over
struct RpcFault {
  Value id = {};  // null where the message has none that can be used
  RpcCode code = RpcCode::kInvalidRequest;
  std::string message = {};
};
using RpcMessage = std::variant<RpcRequest, RpcNotification, RpcAnswer, RpcFault>;

// One message, not a batch.
RpcMessage read_rpc_message(const Value& json);

// One line without its end. `result` is JSON.
std::string rpc_result(const Value& id, std::string_view result);
std::string rpc_error(const RpcFault& fault);

}  // namespace vecstore
