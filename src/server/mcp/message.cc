#include "server/mcp/message.h"

#include <algorithm>
#include <iterator>

#include "base/json.h"

namespace vecstore {
namespace {

constexpr std::string_view kVersions[] = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"};
constexpr std::size_t kMaxRequestIdBytes = 1'024;  // it is kept, and comes back with the answer

bool is_id(const Value& id) {
  if (const std::string* text = id.as_string()) return text->size() <= kMaxRequestIdBytes;
  return id.is_number();
}

RpcFault wrong(Value id, std::string message) {
  return {std::move(id), RpcCode::kInvalidRequest, std::move(message)};
}

}  // namespace

std::string_view mcp_version_name(McpVersion version) {
  return kVersions[static_cast<std::size_t>(version)];
}

McpVersion negotiate_mcp_version(std::string_view asked) {
  const auto* found = std::find(std::begin(kVersions), std::end(kVersions), asked);
  if (found == std::end(kVersions)) return kNewestMcpVersion;
  return static_cast<McpVersion>(found - std::begin(kVersions));
}

RpcMessage read_rpc_message(const Value& json) {
  const Object* object = json.as_object();
  if (!object) return wrong({}, "a message is a JSON object");
  const Value* id = object->find("id");
  const Value usable = id && is_id(*id) ? *id : Value();
  const Value* version = object->find("jsonrpc");
  if (!version || !version->as_string() || *version->as_string() != "2.0")
    return wrong(usable, "'jsonrpc' must be \"2.0\"");
  const Value* method = object->find("method");
  if (!method && (object->find("result") || object->find("error"))) return RpcAnswer{};
  if (!method || !method->as_string()) return wrong(usable, "'method' must be a string");
  if (id && !is_id(*id))
    return wrong({}, "'id' must be a string of at most " + std::to_string(kMaxRequestIdBytes) +
                         " bytes or a number");
  Object params;
  if (const Value* given = object->find("params")) {
    if (!given->as_object())
      return RpcFault{usable, RpcCode::kInvalidParams, "'params' must be an object"};
    params = *given->as_object();
  }
  if (!id) return RpcNotification{*method->as_string(), std::move(params)};
  return RpcRequest{*id, *method->as_string(), std::move(params)};
}

std::string rpc_result(const Value& id, std::string_view result) {
  std::string out = R"({"jsonrpc":"2.0","id":)";
  append_json(out, id);
  out += ",\"result\":";
  out += result;
  return out + '}';
}

std::string rpc_error(const RpcFault& fault) {
  std::string out = R"({"jsonrpc":"2.0","id":)";
  append_json(out, fault.id);
  out += ",\"error\":{\"code\":" + std::to_string(static_cast<int>(fault.code)) + ",\"message\":";
  append_json_string(out, fault.message);
  return out + "}}";
}

}  // namespace vecstore
