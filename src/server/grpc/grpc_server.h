// The service on the wire of gRPC: the calls of proto/vecstore/v1, grpc.health.v1 and, where it is
// asked for, reflection.
//
// Threads of gRPC's own read and write, and answer queries that are over within milliseconds; all
// else is done by others, behind a line of bounded length: when it is full a call is UNAVAILABLE,
// with grpc-retry-pushback-ms. Who calls is looked at before the message is read. A caller's
// deadline, and its going, end what is done for it. Safe from many threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "service/service.h"

namespace vecstore {

struct GrpcOptions {
  std::string address = "127.0.0.1";  // of this machine, in numbers
  std::uint16_t port = 0;             // 0: one that is free
  std::string certificate = {};       // PEM files; both or none
  std::string key = {};
  int threads = 4;                       // that do what is asked, 1 to 1,024
  std::size_t max_queued = 256;          // calls that wait for one of them
  std::chrono::milliseconds briefly{2};  // as HttpOptions::briefly
  std::size_t max_calls = 1'024;         // at one time, those that are read or written included
  std::chrono::milliseconds header_timeout{10'000};    // for a connection to be made, TLS included
  std::chrono::milliseconds transfer_timeout{60'000};  // for a message, in or out
  std::chrono::milliseconds idle_timeout{60'000};      // of a connection without calls
  bool reflection = false;                             // tells whoever connects what the calls are
};

class GrpcServer {
 public:
  // Listens when it returns. kUnavailable when it cannot listen there, kInvalidArgument for what
  // is no address and for files that are no certificate and its key, kUnimplemented in a build
  // without gRPC. `service` outlives it.
  static Result<std::unique_ptr<GrpcServer>> start(Service& service, const GrpcOptions& options);

  // Calls off what is under way. drain() before it loses nothing.
  ~GrpcServer();

  std::uint16_t port() const;
  // From now on: health says no, new calls are UNAVAILABLE. True when all that were under way have
  // been answered in that time; else the rest is called off.
  bool drain(std::chrono::milliseconds most);

  struct State;

 private:
  explicit GrpcServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vecstore
