// For tests: an HTTP/1.1 server in this process, which answers as it is told and misbehaves on cue.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace vecstore {

struct TestRequest {
  std::string method;
  std::string path;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  int connection = 0;  // counted from 1
};

enum class Fault {
  kNone,
  kReset,     // the connection is reset instead of an answer
  kTruncate,  // half of the body that was announced
  kDrip,      // one byte in 20 ms, for ever
  kHang,      // nothing at all
  kEndless,   // a body without end
  kNoHttp,    // bytes that are no HTTP
};

struct TestReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  Fault fault = Fault::kNone;
};

// A connection as bytes: plain, or with TLS from test_tls.h.
struct TestStream {
  std::function<ssize_t(char*, std::size_t)> read;
  std::function<ssize_t(const char*, std::size_t)> write;
};

inline TestStream plain_stream(int fd) {
  return {
      [fd](char* to, std::size_t size) { return ::recv(fd, to, size, 0); },
      [fd](const char* from, std::size_t size) { return ::send(fd, from, size, MSG_NOSIGNAL); }};
}

class TestHttpServer {
 public:
  using Handler = std::function<TestReply(const TestRequest&)>;
  using Wrap = std::function<TestStream(int fd)>;  // no read function: the handshake failed

  explicit TestHttpServer(Handler handler, Wrap wrap = plain_stream)
      : handler_(std::move(handler)), wrap_(std::move(wrap)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&at), size) != 0 ||
        ::listen(listener_, 128) != 0)
      std::abort();
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~TestHttpServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      std::lock_guard lock(mutex_);
      for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    ::close(listener_);
  }
  TestHttpServer(const TestHttpServer&) = delete;
  TestHttpServer& operator=(const TestHttpServer&) = delete;

  int port() const { return port_; }
  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int requests() const { return requests_; }
  int connections() const { return connections_; }

 private:
  void accept_all() {
    for (;;) {
      const int fd = ::accept(listener_, nullptr, nullptr);
      if (stopping_ || fd < 0) {
        if (fd >= 0) ::close(fd);
        return;
      }
      const int number = ++connections_;
      std::lock_guard lock(mutex_);
      open_.push_back(fd);
      threads_.emplace_back([this, fd, number] { serve(fd, number); });
    }
  }

  void serve(int fd, int number) {
    const TestStream stream = wrap_(fd);
    TestRequest request;
    std::string waiting;
    while (stream.read && read_request(stream, waiting, request)) {
      request.connection = number;
      ++requests_;
      if (!answer(fd, stream, handler_(request))) break;
    }
    std::lock_guard lock(mutex_);
    std::erase(open_, fd);
    ::close(fd);
  }

  static bool read_more(const TestStream& stream, std::string& waiting) {
    char buffer[16384];
    const ssize_t got = stream.read(buffer, sizeof buffer);
    if (got > 0) waiting.append(buffer, static_cast<std::size_t>(got));
    return got > 0;
  }

  static bool read_request(const TestStream& stream, std::string& waiting, TestRequest& request) {
    std::size_t end;
    while ((end = waiting.find("\r\n\r\n")) == waiting.npos)
      if (!read_more(stream, waiting)) return false;
    request = {};
    const std::size_t line_end = waiting.find("\r\n");
    const std::size_t space = waiting.find(' ');
    request.method = waiting.substr(0, space);
    request.path = waiting.substr(space + 1, waiting.find(' ', space + 1) - space - 1);
    for (std::size_t at = line_end + 2; at < end;) {
      const std::size_t stop = waiting.find("\r\n", at);
      const std::size_t colon = waiting.find(':', at);
      std::string name = waiting.substr(at, colon - at);
      for (char& c : name) c = static_cast<char>(::tolower(c));
      request.headers[name] = waiting.substr(colon + 2, stop - colon - 2);
      at = stop + 2;
    }
    const std::size_t size = std::strtoul(request.headers["content-length"].c_str(), nullptr, 10);
    while (waiting.size() < end + 4 + size)
      if (!read_more(stream, waiting)) return false;
    request.body = waiting.substr(end + 4, size);
    waiting.erase(0, end + 4 + size);
    return true;
  }

  static bool write_all(const TestStream& stream, std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = stream.write(text.data(), text.size());
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Until the time is over, the client is gone or the server ends.
  bool pause(int fd, int ms) const {
    pollfd gone{fd, POLLRDHUP, 0};
    return ::poll(&gone, 1, ms) == 0 && !stopping_;
  }

  // True when another request may follow.
  bool answer(int fd, const TestStream& stream, const TestReply& reply) const {
    if (reply.fault == Fault::kReset) {
      const linger at_once{1, 0};
      ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      return false;
    }
    if (reply.fault == Fault::kNoHttp) {
      write_all(stream, "\x16\x03garbage\r\n\r\n");
      return false;
    }
    if (reply.fault == Fault::kHang) {
      while (pause(fd, 1000)) {
      }
      return false;
    }
    const bool open_ended = reply.fault == Fault::kDrip || reply.fault == Fault::kEndless;
    std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " Said\r\n";
    if (!open_ended) head += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
    for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
    head += "\r\n";
    const bool half = reply.fault == Fault::kTruncate;
    if (!open_ended) {  // in one piece: two would wait for each other in Nagle's algorithm
      const std::size_t size = half ? reply.body.size() / 2 : reply.body.size();
      return write_all(stream, head + reply.body.substr(0, size)) && !half;
    }
    if (!write_all(stream, head)) return false;
    if (reply.fault == Fault::kDrip) {
      while (write_all(stream, " ") && pause(fd, 20)) {
      }
      return false;
    }
    const std::string much(1 << 16, ' ');
    while (!stopping_ && write_all(stream, much)) {
    }
    return false;
  }

  Handler handler_;
  Wrap wrap_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> requests_ = 0;
  std::atomic<int> connections_ = 0;
  std::thread acceptor_;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
};

}  // namespace vecstore
