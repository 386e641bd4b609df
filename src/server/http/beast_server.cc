#include <boost/asio/executor_work_guard.hpp>

#include "server/boundary.h"
#include "server/http/beast_session.h"
#include "server/http/http_server.h"

namespace vecstore {
namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using Error = boost::system::error_code;

constexpr int kReaders = 2;  // threads that read and write
constexpr std::chrono::milliseconds kAcceptAgain{50};
constexpr int kCalledOffMs = 60'000;

Status refused(const std::string& what, const HttpOptions& options, const Error& error) {
  const std::string where = options.address + ":" + std::to_string(options.port);
  const std::string message = "cannot " + what + " " + where + ": " + error.message();
  if (error == net::error::address_in_use) return unavailable(message);
  if (error == net::error::access_denied) return Status(Code::kPermissionDenied, message);
  return invalid_argument(message);
}

Status listen(HttpServer::State& state) {
  Error error;
  const auto address = net::ip::make_address(state.options.address, error);
  if (error) return invalid_argument("'" + state.options.address + "' is no address in numbers");
  const tcp::endpoint endpoint(address, state.options.port);
  auto& acceptor = *state.acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(net::socket_base::max_listen_connections, error);
  return error ? refused("listen at", state.options, error) : Status();
}

void accept_next(HttpServer::State& state);

void take(HttpServer::State& state, tcp::socket socket, net::io_context& thread) {
  std::size_t open = 0;
  {
    MutexLock lock(state.mutex);
    open = state.connections.size();
  }
  Error error;
  const tcp::endpoint peer = socket.remote_endpoint(error);
  if (error || state.draining) return;
  if (open >= state.options.max_connections) {
    state.service.metrics().add(Figure::kRefused, 1, {"connections"});
    return;
  }
  socket.set_option(tcp::no_delay(true), error);
  if (state.certificate.tls) refresh_certificate(state);
  net::post(thread, [&state, certificate = state.certificate, &thread, socket = std::move(socket),
                     address = peer.address().to_string()]() mutable {
    if (certificate.tls)
      start_tls(state, certificate, std::move(socket), thread, std::move(address));
    else
      start_plain(state, std::move(socket), thread, std::move(address));
  });
}

void accept_later(HttpServer::State& state) {
  auto timer = std::make_shared<net::steady_timer>(*state.threads[0], kAcceptAgain);
  timer->async_wait([&state, timer](Error error) {
    if (!error) accept_next(state);
  });
}

void accept_next(HttpServer::State& state) {
  net::io_context& thread = *state.threads[state.next_thread++ % state.threads.size()];
  state.acceptor->async_accept(thread, [&state, &thread](Error error, tcp::socket socket) {
    if (error == net::error::operation_aborted || state.draining) return;
    if (error) return accept_later(state);  // no descriptors are left, above all
    take(state, std::move(socket), thread);
    accept_next(state);
  });
}

void run(HttpServer::State& state, net::io_context& thread) {
  const auto work = net::make_work_guard(thread);
  while (!thread.stopped()) {
    const Status status = contained([&] {
      thread.run();
      return Status();
    });
    if (!status.ok()) state.service.log(LogLevel::kError, status.to_string());
  }
}

// On each connection's own thread.
void tell_connections(HttpServer::State& state, void (Connection::*what)()) {
  MutexLock lock(state.mutex);
  for (const auto& [number, known] : state.connections)
    net::post(*known.thread, [weak = known.connection, what] {
      if (const auto connection = weak.lock()) ((*connection).*what)();
    });
}

bool wait_for_none(HttpServer::State& state, std::chrono::milliseconds most) {
  const double until = monotonic_ms() + static_cast<double>(most.count());
  MutexLock lock(state.mutex);
  while (!state.connections.empty()) {
    const double left = until - monotonic_ms();
    if (left <= 0) return false;
    state.changed.wait_for(state.mutex, static_cast<std::int64_t>(left) + 1);
  }
  return true;
}

}  // namespace

void start_plain(HttpServer::State& state, tcp::socket socket, net::io_context& thread,
                 std::string address) {
  std::make_shared<Session<tcp::socket>>(state, std::move(socket), thread, std::move(address))
      ->start();
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<HttpServer>> HttpServer::start(Service& service,
                                                      const HttpOptions& options) {
  if (options.certificate.empty() != options.key.empty())
    return invalid_argument("TLS needs both a certificate and its key");
  auto state = std::make_unique<State>(service, options);
  if (!options.certificate.empty()) {
    VECSTORE_ASSIGN(state->certificate, read_certificate(options));
  }
  for (int i = 0; i < kReaders; ++i) state->threads.push_back(std::make_unique<net::io_context>(1));
  state->acceptor = std::make_unique<tcp::acceptor>(*state->threads[0]);
  VECSTORE_TRY(listen(*state));
  state->runners = std::make_unique<ThreadPool>(kReaders);
  if (state->runners->threads() < kReaders)
    return resource_exhausted("the system gives no threads to serve with");
  State& shared = *state;
  std::unique_ptr<HttpServer> server(new HttpServer(std::move(state)));
  for (const auto& thread : shared.threads)
    shared.runners->submit([&shared, &thread] { run(shared, *thread); });
  net::post(*shared.threads[0], [&shared] { accept_next(shared); });
  return server;
}

std::uint16_t HttpServer::port() const {
  Error error;
  return state_->acceptor->local_endpoint(error).port();
}

bool HttpServer::drain(std::chrono::milliseconds most) {
  state_->service.begin_drain();
  state_->draining = true;
  net::post(*state_->threads[0], [this] {
    Error ignored;
    state_->acceptor->close(ignored);
  });
  tell_connections(*state_, &Connection::end_when_idle);
  if (wait_for_none(*state_, most)) return true;
  tell_connections(*state_, &Connection::abort);
  state_->queue.wait_idle_for(kCalledOffMs);
  return false;
}

HttpServer::~HttpServer() {
  state_->draining = true;
  tell_connections(*state_, &Connection::abort);
  state_->queue.wait_idle_for(kCalledOffMs);
  for (const auto& thread : state_->threads) thread->stop();
  state_->runners.reset();
  state_->acceptor.reset();
  state_->threads.clear();  // and with them what is left of connections
}

}  // namespace vecstore
