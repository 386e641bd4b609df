// What the calls of a server share. For the files that know gRPC's library.
#pragma once

#include <grpcpp/impl/codegen/service_type.h>
#include <grpcpp/server.h>
#include <grpcpp/server_context.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "base/sync.h"
#include "server/grpc/grpc_server.h"
#include "server/grpc/rpc.h"
#include "server/http/brief_answers.h"
#include "server/http/work_queue.h"
#include "server/request_words.h"

namespace vecstore {

// A call, as the server ends it.
class LiveCall {
 public:
  virtual ~LiveCall() = default;
  virtual void call_off() = 0;
  // Whether a message of it is on its way for longer than it may be.
  virtual bool is_late(double now_ms) const = 0;
};

using ByteReactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

struct GrpcServer::State {
  State(Service& to, const GrpcOptions& given)
      : service(to), options(given), queue(given.threads, given.max_queued), watch(1) {}

  Service& service;
  const GrpcOptions options;
  RequestIds ids;
  std::atomic<bool> draining = false;
  std::atomic<bool> ending = false;

  // Of messages that were read and are worked on. Relaxed: a count alone.
  static constexpr std::uint64_t kMessagesAtOnce = 16;  // of the longest
  std::atomic<std::uint64_t> message_bytes = 0;

  Mutex mutex;
  CondVar changed;
  std::map<std::uint64_t, LiveCall*> live VECSTORE_GUARDED_BY(mutex);
  std::uint64_t next_call VECSTORE_GUARDED_BY(mutex) = 1;

  // In the order in which they may go.
  std::vector<std::unique_ptr<grpc::Service>> services;
  std::unique_ptr<grpc::Server> server;
  int port = 0;
  BriefAnswers brief;
  WorkQueue queue;
  ThreadPool watch;  // calls off what is late
};

// What a call is answered by; it keeps itself until it is done.
ByteReactor* begin_call(GrpcServer::State& state, grpc::CallbackServerContext& context,
                        const Rpc& rpc);

}  // namespace vecstore
