// What the connections of a server share. For the files that know Boost.Beast.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <map>
#include <memory>
#include <vector>

#include "base/sync.h"
#include "server/http/brief_answers.h"
#include "server/http/front.h"
#include "server/http/http_server.h"
#include "server/http/work_queue.h"

namespace vecstore {

// A connection, as the server ends it; to be called on its own thread.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual void end_when_idle() = 0;  // with the answer that is under way, or at once
  virtual void abort() = 0;          // at once
};

// What new connections are served with; those that are there keep what they began with.
struct ServedCertificate {
  std::shared_ptr<boost::asio::ssl::context> tls = {};  // none: without TLS
  std::uint64_t certificate_mark = 0, key_mark = 0;     // of the files, when they were read
  double looked_ms = 0;
};

struct HttpServer::State {
  State(Service& to, const HttpOptions& given)
      : service(to), options(given), front(to), queue(given.threads, given.max_queued) {}

  Service& service;
  const HttpOptions options;
  Front front;
  std::atomic<bool> draining = false;

  // Of bodies that are read or worked on; what would go beyond kBodiesAtOnce of the longest waits
  // elsewhere. Relaxed: a count alone.
  static constexpr std::uint64_t kBodiesAtOnce = 16;
  std::atomic<std::uint64_t> body_bytes = 0;

  Mutex mutex;
  CondVar changed;
  struct Known {
    std::weak_ptr<Connection> connection;
    boost::asio::io_context* thread;
  };
  std::map<std::uint64_t, Known> connections VECSTORE_GUARDED_BY(mutex);
  std::uint64_t next_connection VECSTORE_GUARDED_BY(mutex) = 1;

  // In the order in which they may go: connections lie in the threads' queues.
  ServedCertificate certificate;  // after the start the accepting thread's alone
  std::vector<std::unique_ptr<boost::asio::io_context>> threads;
  std::unique_ptr<boost::asio::ip::tcp::acceptor> acceptor;
  std::size_t next_thread = 0;
  WorkQueue queue;
  BriefAnswers brief;
  std::unique_ptr<ThreadPool> runners;
};

// A connection has come; it keeps itself. `address`: of the other side.
void start_plain(HttpServer::State& state, boost::asio::ip::tcp::socket socket,
                 boost::asio::io_context& thread, std::string address);
void start_tls(HttpServer::State& state, const ServedCertificate& certificate,
               boost::asio::ip::tcp::socket socket, boost::asio::io_context& thread,
               std::string address);
// kInvalidArgument for files that are no certificate and its key.
Result<ServedCertificate> read_certificate(const HttpOptions& options);
// Reads the files again when they have changed, after the first 200 ms since the last look. What
// cannot be read is told once, and what there was is kept.
void refresh_certificate(HttpServer::State& state);

}  // namespace vecstore
