// The Model Context Protocol without a transport: one client, message by message.
//
// begin() looks at a message and says what to write, or gives what takes time; answer() does that,
// on another thread if one likes, one after the other. So pings and cancellations are heard while a
// call runs. begin() is for one thread, answer() for one thread, which may be another.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/sync.h"
#include "server/mcp/message.h"
#include "server/mcp/tools.h"

namespace vecstore {

struct McpCall {
  Value id = {};
  const Tool* tool = nullptr;
  Object arguments = {};
};

// Calls that are to be done, and what is answered already of the batch they came in.
struct McpWork {
  std::vector<McpCall> calls = {};
  std::vector<std::string> answers = {};
  bool batch = false;
};

class McpSession {
 public:
  static constexpr std::size_t kMaxBatch = 100;  // messages

  // Both outlive the session. `options` is what the client may do; keys are not asked for: who
  // started the program may open the database as well.
  McpSession(Service& service, const McpOptions& options);

  // A line to write, without its end, empty where nothing is to be said; or work.
  std::variant<std::string, McpWork> begin(std::string_view message);
  // The line that answers it; empty where all of it was called off.
  std::string answer(const McpWork& work);

  // What is under way ends soon and what waits does nothing: for the end of the program.
  void cancel_all();

 private:
  // A call from begin() to the end of answer().
  struct UnderWay {
    bool cancelled = false;
    std::optional<CancelToken> token = {};  // once it runs
  };

  std::string begin_one(const Value& json, McpWork& work);
  std::string begin_batch(const List& batch, McpWork& work);
  std::string request(RpcRequest request, McpWork& work);
  std::string initialize(const RpcRequest& request);
  std::string list_tools(const RpcRequest& request) const;
  std::string call_tool(RpcRequest request, McpWork& work);
  void notified(const RpcNotification& notification);

  std::string answer_call(const McpCall& call);
  Result<ToolAnswer> run(const McpCall& call);
  Result<ToolAnswer> run_admitted(const McpCall& call, Admission& admission,
                                  ToolArguments arguments);
  bool is_there(const Tool& tool) const;
  bool newer() const { return version_ >= McpVersion::k2025_06_18; }

  Service& service_;
  const McpOptions& options_;
  const Principal principal_;
  bool initialized_ = false;
  std::atomic<McpVersion> version_{kNewestMcpVersion};

  Mutex mutex_;
  bool ending_ VECSTORE_GUARDED_BY(mutex_) = false;
  std::map<std::string, UnderWay> under_way_ VECSTORE_GUARDED_BY(mutex_);  // by the id as JSON
};

}  // namespace vecstore
