// The service on the wire of HTTP/1.1, with or without TLS.
//
// A few threads read and write; each connection belongs to one of them. Queries that are over
// within milliseconds they answer themselves; all else is done by others, behind a line of bounded
// length: when it is full the answer is 503 with Retry-After. Requests of one connection are
// answered one after the other. When the other side goes, what it asked is called off. Safe from
// many threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "service/service.h"

namespace vecstore {

struct HttpOptions {
  std::string address = "127.0.0.1";  // of this machine, in numbers
  std::uint16_t port = 7373;          // 0: one that is free
  // PEM files; both or none. With them: TLS 1.2 and 1.3. Changed files are used for connections
  // that come from then on; where they do not fit, what there was is kept and the log told.
  std::string certificate = {};
  std::string key = {};
  int threads = 4;               // that do what is asked, 1 to 1,024
  std::size_t max_queued = 256;  // requests that wait for one of them
  // So long a query is tried by the thread that read it, whose other connections wait meanwhile;
  // one that takes longer is begun again by the others. 0: not at all.
  std::chrono::milliseconds briefly{2};
  std::size_t max_connections = 1'024;
  std::chrono::milliseconds header_timeout{10'000};    // from a request's first byte to its body
  std::chrono::milliseconds transfer_timeout{60'000};  // for a body, and for an answer
  std::chrono::milliseconds idle_timeout{60'000};      // between two requests
};

// That these PEM files are a certificate and its key; kInvalidArgument says which is not.
Status check_certificate(const std::string& certificate, const std::string& key);

class HttpServer {
 public:
  // Listens when it returns. kUnavailable when the address is in use, kInvalidArgument or kNotFound
  // for one that cannot be, and for files that are no certificate and its key. `service` outlives
  // it.
  static Result<std::unique_ptr<HttpServer>> start(Service& service, const HttpOptions& options);

  // Calls off what is under way. drain() before it loses nothing.
  ~HttpServer();

  std::uint16_t port() const;
  // From now on: no new connection, readiness says no, connections end with the answer that is
  // under way. True when all have ended in that time; else the rest is called off.
  bool drain(std::chrono::milliseconds most);

  struct State;

 private:
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vecstore
