// For tests: bytes to a server on this machine and back, as they are.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"

namespace vecstore {

class TestClient {
 public:
  explicit TestClient(std::uint16_t port) : file_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(file_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  TestClient(TestClient&& other) noexcept
      : file_(std::exchange(other.file_, -1)),
        connected_(other.connected_),
        read_(std::move(other.read_)) {}
  ~TestClient() {
    if (file_ >= 0) ::close(file_);
  }

  bool connected() const { return connected_; }
  bool send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(file_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // One answer with its body; empty when the server closed before, or after ten seconds.
  std::string answer() {
    const double until = monotonic_ms() + 10'000;
    while (monotonic_ms() < until) {
      const std::size_t end = read_.find("\r\n\r\n");
      if (end != read_.npos) {
        const std::size_t whole = end + 4 + length_in(read_.substr(0, end));
        if (read_.size() >= whole) {
          std::string answer = read_.substr(0, whole);
          read_.erase(0, whole);
          return answer;
        }
      }
      if (!read_more(until)) return "";
    }
    return "";
  }
  std::string ask(std::string_view text) { return send(text) ? answer() : ""; }

  // Whether the server closes within that time; what it sends before is dropped.
  bool closes_in(double ms) {
    const double until = monotonic_ms() + ms;
    while (monotonic_ms() < until)
      if (!read_more(until)) return monotonic_ms() < until;
    return false;
  }

 private:
  static std::size_t length_in(const std::string& head) {
    const std::size_t at = head.find("Content-Length: ");
    return at == head.npos ? 0 : std::stoul(head.substr(at + 16));
  }
  bool read_more(double until) {
    pollfd wait{.fd = file_, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, static_cast<int>(until - monotonic_ms()) + 1) <= 0) return true;
    char bytes[4096];
    const ssize_t got = ::recv(file_, bytes, sizeof bytes, 0);
    if (got > 0) read_.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }

  int file_;
  bool connected_ = false;
  std::string read_;
};

}  // namespace vecstore
