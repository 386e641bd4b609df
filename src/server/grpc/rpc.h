// What a call of gRPC is, and the table of them. Calls are checked against the table, and a test
// holds it against proto/vecstore/v1: what is not in the table does not exist.
#pragma once

#include <google/protobuf/message.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "service/service.h"

namespace vecstore {

// A call that was admitted, beside its message.
struct GrpcCall {
  Service& service;
  const Admission* admission;                              // none for open ones
  std::optional<std::chrono::milliseconds> deadline = {};  // from the admission on
  std::chrono::milliseconds brief{0};  // only if it takes no longer; 0: however long it takes
};

using MessagePtr = std::unique_ptr<google::protobuf::Message>;

struct GrpcReply {
  MessagePtr first = {};
  std::function<MessagePtr()> next = {};  // of a stream: until it gives none
  std::string detail = {};                // for the audit log
  bool later = false;  // it would have taken longer than `brief` allows: nothing else is said
};

struct Rpc {
  const char* path;                    // "/vecstore.v1.VecStore/Query"
  std::optional<Operation> operation;  // none: open to all
  bool streams;                        // answers
  MessagePtr (*make_request)();
  // What the operation is about, as the message names it: a collection or a namespace.
  std::string_view (*subject)(const google::protobuf::Message& request);
  Result<GrpcReply> (*handle)(const GrpcCall& call, const google::protobuf::Message& request);
};

std::span<const Rpc> all_rpcs();

}  // namespace vecstore
