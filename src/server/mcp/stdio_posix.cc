#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstring>
#include <memory>
#include <system_error>
#include <thread>

#include "server/http/work_queue.h"
#include "server/mcp/lines.h"
#include "server/mcp/stdio.h"

namespace vecstore {
namespace {

constexpr int kLookMs = 50;              // between two looks whether it is to end
constexpr std::size_t kMaxWaiting = 16;  // calls; then nothing more is read until one is done

Status failed(const char* what) {
  return Status(Code::kUnknown, what + std::generic_category().message(errno));
}

// Writes whole lines, from any thread.
class LineWriter {
 public:
  LineWriter(int file, const CancelToken& stop) : file_(file), stop_(stop) {}

  void write(const std::string& line) {
    if (line.empty()) return;
    MutexLock lock(mutex_);
    if (status_.ok()) status_ = write_all(line + "\n");
    if (!status_.ok()) broken_ = true;
  }
  bool broken() const { return broken_; }
  Status status() {
    MutexLock lock(mutex_);
    return status_;
  }

 private:
  // In pieces that a pipe takes without waiting once it says that it takes any: who does not read
  // what we write must not keep us from ending.
  Status write_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      pollfd ready{file_, POLLOUT, 0};
      if (stop_.cancelled()) return cancelled("stopped while an answer was written");
      if (::poll(&ready, 1, kLookMs) <= 0) continue;
      const auto piece = std::min(bytes.size(), std::size_t{PIPE_BUF});
      const ssize_t written = ::write(file_, bytes.data(), piece);
      if (written < 0 && errno != EINTR && errno != EAGAIN)
        return failed("cannot write to standard output: ");
      if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

  const int file_;
  const CancelToken& stop_;
  Mutex mutex_;
  Status status_ VECSTORE_GUARDED_BY(mutex_);
  std::atomic<bool> broken_{false};  // so that it is seen while another thread writes
};

class Loop {
 public:
  Loop(McpSession& session, const McpStreams& streams, const CancelToken& stop)
      : session_(session), streams_(streams), stop_(stop), writer_(streams.out, stop) {}

  Status run() {
    const Status read = read_all();
    if (over() || !read.ok()) session_.cancel_all();
    while (!calls_.wait_idle_for(kLookMs))
      if (over()) session_.cancel_all();
    if (stop_.cancelled()) return {};
    VECSTORE_TRY(writer_.status());
    return read;
  }

 private:
  bool over() const { return stop_.cancelled() || writer_.broken(); }

  Status read_all() {
    LineCutter lines(streams_.max_line_bytes);
    std::array<char, 65'536> bytes;
    while (!over()) {
      // A reader of ours that has gone shows as an error of `out`, with nothing asked about it.
      std::array<pollfd, 2> ready = {{{streams_.in, POLLIN, 0}, {streams_.out, 0, 0}}};
      if (::poll(ready.data(), ready.size(), kLookMs) <= 0) continue;
      if (ready[1].revents & POLLERR)
        return Status(Code::kUnknown, "cannot write to standard output: nobody reads it");
      if (ready[0].revents == 0) continue;
      const ssize_t count = ::read(streams_.in, bytes.data(), bytes.size());
      if (count < 0 && errno != EINTR && errno != EAGAIN)
        return failed("cannot read standard input: ");
      if (count == 0) {
        if (const auto line = lines.last()) take(*line);
        return {};
      }
      if (count > 0) lines.add({bytes.data(), static_cast<std::size_t>(count)});
      while (const auto line = lines.next()) take(*line);
    }
    return {};
  }

  void take(const CutLine& line) {
    if (line.too_long) {
      writer_.write(rpc_error({{},
                               RpcCode::kInvalidRequest,
                               "a message has at most " + std::to_string(streams_.max_line_bytes) +
                                   " bytes (server.max_body_bytes), this one has more"}));
      return;
    }
    if (line.text.find_first_not_of(" \t") == std::string::npos) return;
    auto begun = session_.begin(line.text);
    if (const auto* answer = std::get_if<std::string>(&begun)) return writer_.write(*answer);
    const auto work = std::make_shared<const McpWork>(std::get<McpWork>(std::move(begun)));
    while (!calls_.try_submit([this, work] { writer_.write(session_.answer(*work)); })) {
      if (over()) session_.cancel_all();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  McpSession& session_;
  const McpStreams& streams_;
  const CancelToken& stop_;
  LineWriter writer_;
  WorkQueue calls_{1, kMaxWaiting};  // last: ends before what its tasks use
};

}  // namespace

Status serve_mcp(McpSession& session, const McpStreams& streams, const CancelToken& stop) {
  return Loop(session, streams, stop).run();
}

}  // namespace vecstore
