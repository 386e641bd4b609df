// One connection: reads a request, has it answered, writes the answer, and again. All of it on one
// thread, but for the answering.
//
// At most one of the states holds, each with its own end in time:
//   idle       waits for the first byte of a request
//   header     reads what stands before the body
//   body       reads the body
//   working    waits for the answer, and reads ahead to notice when the other side goes
//   writing    writes the answer
//   closing    has said its last, and waits a little for the other side to read it
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <string>
#include <utility>

#include "server/http/beast_state.h"
#include "server/http/http_status.h"

namespace vecstore {

// Streams are the socket itself or TLS around it.
template <class Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(HttpServer::State& state, Stream stream, boost::asio::io_context& thread,
          std::string address)
      : state_(state),
        stream_(std::move(stream)),
        thread_(thread),
        timer_(thread),
        address_(std::move(address)) {
    MutexLock lock(state_.mutex);
    number_ = state_.next_connection++;
    state_.service.metrics().add(Figure::kConnections, 1);
  }

  ~Session() override {
    give_back_memory();
    state_.service.metrics().add(Figure::kConnections, -1);
    MutexLock lock(state_.mutex);
    state_.connections.erase(number_);
    state_.changed.notify_all();
  }

  void start() {
    {
      MutexLock lock(state_.mutex);
      state_.connections[number_] = {this->weak_from_this(), &thread_};
    }
    if constexpr (kTls) {
      end_in(state_.options.header_timeout);
      stream_.async_handshake(boost::asio::ssl::stream_base::server, [self = self()](Error error) {
        if (error) return self->close();
        self->next_request();
      });
    } else {
      next_request();
    }
  }

  // A request that has come already is answered.
  void end_when_idle() override {
    Error error;
    if (at_ == At::kIdle && socket().available(error) == 0) close();
  }
  void abort() override {
    cancel_.cancel();
    close();
  }

 private:
  using Error = boost::system::error_code;
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Answer = boost::beast::http::response<boost::beast::http::string_body>;
  enum class At { kIdle, kHeader, kBody, kWorking, kWriting, kClosing, kClosed };

  static constexpr bool kTls = !std::is_same_v<Stream, boost::asio::ip::tcp::socket>;
  static constexpr std::size_t kBufferBytes = 64u << 10;
  static constexpr std::uint32_t kHeaderBytes = 16u << 10;
  static constexpr std::size_t kDiscardBytes = 1u << 20;
  static constexpr std::chrono::milliseconds kLinger{1'000};

  std::shared_ptr<Session> self() { return this->shared_from_this(); }

  void end_in(std::chrono::milliseconds most) {
    timer_.expires_after(most);
    timer_.async_wait([self = self()](Error error) {
      const bool over = self->timer_.expiry() <= boost::asio::steady_timer::clock_type::now();
      if (!error && over) self->close();
    });
  }

  void next_request() {
    if (state_.draining) return finish();
    parser_.emplace();
    parser_->header_limit(kHeaderBytes);
    parser_->body_limit(boost::none);  // set when it is known who asks for what
    accepted_.reset();
    give_back_memory();
    cancel_ = {};
    at_ = At::kIdle;
    if (buffer_.size() > 0) return read_header();
    end_in(state_.options.idle_timeout);
    read_ahead();
  }

  // Into the buffer, outside of any request; at most one such read at a time, and while it waits
  // the buffer is empty and nobody else's.
  void read_ahead() {
    if (ahead_ || buffer_.size() > 0) return;
    ahead_ = true;
    stream_.async_read_some(buffer_.prepare(kBufferBytes),
                            [self = self()](Error error, std::size_t bytes) {
                              self->ahead_ = false;
                              self->buffer_.commit(bytes);
                              self->have_read_ahead(error);
                            });
  }

  void have_read_ahead(Error error) {
    if (at_ == At::kClosing) return discard(error);
    if (at_ == At::kClosed) return;
    if (at_ == At::kWorking && error) {
      cancel_.cancel();  // nobody waits for the answer any more
      return close();
    }
    if (error) return close();
    if (at_ == At::kIdle) read_header();
  }

  void read_header() {
    at_ = At::kHeader;
    end_in(state_.options.header_timeout);
    boost::beast::http::async_read_header(
        stream_, buffer_, *parser_,
        [self = self()](Error error, std::size_t) { self->have_header(error); });
  }

  static bool is_http(Error error) {
    return error.category() ==
           boost::beast::http::make_error_code(boost::beast::http::error::bad_value).category();
  }

  void have_header(Error error) {
    namespace http = boost::beast::http;
    if (error == http::error::end_of_stream || (error && !is_http(error))) return close();
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
      return respond(state_.front.malformed(431, "the header has more than 16384 bytes"), true);
    if (error)
      return respond(state_.front.malformed(400, "this is no HTTP: " + error.message()), true);
    const RequestHead head = head_of(*parser_);
    if (parser_->get().version() != 11 && parser_->chunked())
      return respond(state_.front.malformed(400, "chunks are for HTTP/1.1"), true);
    auto begun = state_.front.begin(head, address_);
    if (auto* response = std::get_if<HttpResponse>(&begun))
      return respond(std::move(*response), head.has_body || response->status == 400);
    accepted_.emplace(std::get<Accepted>(std::move(begun)));
    if (accepted_->admission) cancel_ = accepted_->admission->cancel();
    if (!head.has_body) return work();
    if (!take_memory(head.content_length.value_or(accepted_->max_body_bytes)))
      return respond(
          state_.front.fail(*accepted_, unavailable("too many long bodies at one time"), 503),
          true);
    parser_->body_limit(accepted_->max_body_bytes);
    const std::string_view expect = header_of(head.headers, "expect");
    if (boost::beast::iequals({expect.data(), expect.size()}, "100-continue")) return go_on();
    read_body();
  }

  bool take_memory(std::uint64_t bytes) {
    const std::uint64_t most = accepted_->max_body_bytes * HttpServer::State::kBodiesAtOnce;
    memory_ = bytes;
    return state_.body_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes <= most;
  }

  void give_back_memory() {
    state_.body_bytes.fetch_sub(std::exchange(memory_, 0), std::memory_order_relaxed);
  }

  static RequestHead head_of(const Parser& parser) {
    RequestHead head;
    const auto& request = parser.get();
    head.method = std::string(request.method_string());
    head.target = std::string(request.target());
    for (const auto& field : request) {
      std::string name(field.name_string());
      for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      head.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    const auto length = parser.content_length();
    if (length) head.content_length = *length;
    head.has_body = parser.chunked() || head.content_length.value_or(0) > 0;
    return head;
  }

  void go_on() {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    end_in(state_.options.transfer_timeout);
    boost::asio::async_write(stream_, boost::asio::buffer(kContinue.data(), kContinue.size()),
                             [self = self()](Error error, std::size_t) {
                               if (error) return self->close();
                               self->read_body();
                             });
  }

  void read_body() {
    at_ = At::kBody;
    end_in(state_.options.transfer_timeout);
    boost::beast::http::async_read(
        stream_, buffer_, *parser_,
        [self = self()](Error error, std::size_t) { self->have_body(error); });
  }

  void have_body(Error error) {
    if (!error) return work();
    if (error == boost::beast::http::error::body_limit)
      return respond(state_.front.fail(*accepted_,
                                       invalid_argument("the body has more than " +
                                                        std::to_string(accepted_->max_body_bytes) +
                                                        " bytes (max_body_bytes)"),
                                       413),
                     true);
    if (!is_http(error)) return close();
    respond(
        state_.front.fail(*accepted_, invalid_argument("the body is no HTTP: " + error.message())),
        true);
  }

  void work() {
    at_ = At::kWorking;
    timer_.cancel();
    if (Front::is_immediate(*accepted_))
      return respond(state_.front.answer(*accepted_, parser_->get().body()), false);
    if (answer_briefly()) return;
    const bool taken = state_.queue.try_submit([self = self()] {
      self->state_.service.metrics().set(Figure::kQueued,
                                         static_cast<double>(self->state_.queue.waiting()));
      HttpResponse response =
          self->state_.front.answer(*self->accepted_, self->parser_->get().body());
      boost::asio::post(self->thread_, [self, response = std::move(response)]() mutable {
        self->respond(std::move(response), false);
      });
    });
    if (taken) return read_ahead();
    state_.service.metrics().add(Figure::kRefused, 1, {"busy"});
    respond(state_.front.fail(
                *accepted_, unavailable("too many requests wait already (max_queued)"), 503, 1'000),
            false);
  }

  bool answer_briefly() {
    const std::string& body = parser_->get().body();
    const std::chrono::milliseconds most = state_.options.briefly;
    if (most.count() == 0 || !Front::may_be_brief(*accepted_, body.size())) return false;
    if (!state_.brief.worth_trying()) return false;
    std::optional<HttpResponse> response = state_.front.answer_briefly(*accepted_, body, most);
    if (!response) {
      state_.brief.took_too_long();
      return false;
    }
    respond(*std::move(response), false);
    return true;
  }

  void respond(HttpResponse response, bool end) {
    namespace http = boost::beast::http;
    if (at_ == At::kClosed) return;
    at_ = At::kWriting;
    const auto& request = parser_->get();
    answer_.emplace(static_cast<http::status>(response.status), 11);
    answer_->reason(std::string(reason_of(response.status)));
    for (const auto& [name, value] : response.headers) answer_->insert(name, value);
    if (!response.content_type.empty())
      answer_->set(http::field::content_type, response.content_type);
    if (request.method() != http::verb::head) answer_->body() = std::move(response.body);
    keep_ = !end && !state_.draining && parser_->is_header_done() && request.keep_alive();
    answer_->keep_alive(keep_);
    answer_->prepare_payload();
    end_in(state_.options.transfer_timeout);
    http::async_write(stream_, *answer_, [self = self()](Error error, std::size_t) {
      if (error) return self->close();
      if (!self->keep_) return self->finish();
      self->next_request();
    });
  }

  // With what the other side still sends left unread, the system would tell it to forget the
  // answer.
  void finish() {
    at_ = At::kClosing;
    accepted_.reset();
    end_in(kLinger);
    if constexpr (kTls) {
      stream_.async_shutdown([self = self()](Error) { self->close(); });
    } else {
      Error ignored;
      socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
      if (!ahead_) buffer_.consume(buffer_.size());
      read_ahead();
    }
  }

  void discard(Error error) {
    discarded_ += buffer_.size();
    buffer_.consume(buffer_.size());
    if (error || discarded_ > kDiscardBytes) return close();
    read_ahead();
  }

  void close() {
    if (at_ == At::kClosed) return;
    if (at_ == At::kBody && accepted_)
      (void)state_.front.fail(*accepted_, cancelled("the body did not come to its end"));
    at_ = At::kClosed;
    Error ignored;
    timer_.cancel();
    socket().shutdown(boost::asio::ip::tcp::socket::shutdown_both, ignored);
    socket().close(ignored);
  }

  auto& socket() { return stream_.lowest_layer(); }

  HttpServer::State& state_;
  Stream stream_;
  boost::asio::io_context& thread_;
  boost::asio::steady_timer timer_;
  const std::string address_;
  std::uint64_t number_ = 0;
  std::uint64_t memory_ = 0;  // taken of state_.body_bytes
  boost::beast::flat_buffer buffer_{kBufferBytes};
  std::optional<Parser> parser_;
  std::optional<Accepted> accepted_;  // while working it is the worker's
  std::optional<Answer> answer_;
  CancelToken cancel_;
  At at_ = At::kIdle;
  bool ahead_ = false;
  bool keep_ = false;
  std::size_t discarded_ = 0;
};

}  // namespace vecstore
