#include <google/protobuf/io/coded_stream.h>
#include <grpcpp/impl/codegen/proto_buffer_reader.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/server_callback.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/clock.h"
#include "base/utf8.h"
#include "server/boundary.h"
#include "server/grpc/convert.h"
#include "server/grpc/grpc_state.h"
#include "server/http/http_status.h"
#include "service/operations.h"

namespace vecstore {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMessageBytes = 1'024;  // of an error, which travels in a header
constexpr double kBusyMs = 1'000;
constexpr milliseconds kNoDeadline = std::chrono::hours(24);  // what is later ends nothing

// "ipv4:127.0.0.1:80" and "ipv6:%5B::1%5D:80" without what is before and after the address.
std::string address_of(const std::string& peer) {
  const std::size_t begin = peer.find(':') + 1, end = peer.rfind(':');
  if (begin == 0 || end <= begin) return peer;
  std::string address = peer.substr(begin, end - begin);
  for (const std::string_view bracket : {"%5B", "%5D", "[", "]"})
    if (const std::size_t at = address.find(bracket); at != address.npos)
      address.erase(at, bracket.size());
  return address;
}

Status parse(grpc::ByteBuffer& bytes, google::protobuf::Message& to) {
  grpc::ProtoBufferReader reader(&bytes);
  if (!reader.status().ok()) return invalid_argument(reader.status().error_message());
  google::protobuf::io::CodedInputStream in(&reader);
  in.SetRecursionLimit(kMaxMessageDepth);
  if (to.ParseFromCodedStream(&in) && in.ConsumedEntireMessage()) return {};
  return invalid_argument("this is no " + to.GetDescriptor()->full_name() +
                          ", or has text that is no UTF-8, or is nested too deep");
}

Status write(const google::protobuf::Message& message, grpc::ByteBuffer& to) {
  bool own = false;
  to.Clear();
  const grpc::Status status =
      grpc::SerializationTraits<google::protobuf::Message>::Serialize(message, &to, &own);
  return status.ok() ? Status() : internal_error(status.error_message());
}

// A code is gRPC's own; of what is the server's fault the message stays here, as over HTTP.
grpc::Status told(const Status& status, bool hidden) {
  std::string message(hidden ? kHiddenDetail : std::string_view(status.message()));
  if (message.size() > kMessageBytes) message.resize(kMessageBytes);
  if (const std::size_t cut = invalid_utf8_at(message); cut != message.npos) message.resize(cut);
  return {static_cast<grpc::StatusCode>(status.code()), message};
}

// Reads one message and writes one or several; whether a method streams does not show on the wire.
class Call final : public ByteReactor, public LiveCall {
 public:
  Call(GrpcServer::State& state, grpc::CallbackServerContext& context, const Rpc& rpc)
      : state_(state), context_(context), rpc_(rpc) {}

  void begin() {
    request_id_ = state_.ids.id_of(metadata("x-request-id"));
    context_.AddTrailingMetadata("x-request-id", request_id_);
    if (!enter()) return refuse({unavailable("too many calls at one time"), kBusyMs});
    if (state_.draining) return refuse({unavailable("the server is ending"), 0});
    if (const Refusal refusal = authenticate(); !refusal.status.ok()) return refuse(refusal);
    ends_ms_ = monotonic_ms() + static_cast<double>(state_.options.transfer_timeout.count());
    StartRead(&bytes_);
  }

  // LiveCall
  void call_off() override { context_.TryCancel(); }
  bool is_late(double now_ms) const override {
    const double ends = ends_ms_;
    return ends > 0 && now_ms > ends;
  }

 private:
  using Metadata = std::multimap<grpc::string_ref, grpc::string_ref>;

  std::string_view metadata(const char* name, std::size_t* count = nullptr) const {
    const Metadata& all = context_.client_metadata();
    const auto [from, to] = all.equal_range(name);
    if (count) *count = static_cast<std::size_t>(std::distance(from, to));
    return from == to ? std::string_view()
                      : std::string_view(from->second.data(), from->second.size());
  }

  bool enter() {
    MutexLock lock(state_.mutex);
    number_ = state_.next_call++;
    state_.live.emplace(number_, this);
    return state_.live.size() <= state_.options.max_calls;
  }

  Refusal authenticate() {
    address_ = address_of(context_.peer());
    std::size_t keys = 0;
    const std::string_view key = metadata("authorization", &keys);
    if (keys > 1) return {invalid_argument("authorization is given twice"), 0};
    const grpc::string_ref host = context_.ExperimentalGetAuthority();
    if (!state_.service.needs_keys() && !is_loopback_name({host.data(), host.size()}))
      return {Status(Code::kPermissionDenied,
                     "without keys this server answers to 'localhost' and '127.0.0.1' alone"),
              0};
    Refusal refusal;
    if (!rpc_.operation) return refusal;
    Result<Principal> principal = state_.service.authenticate(bearer_of(key), address_, refusal);
    if (!principal.ok()) return refusal;
    principal_ = *std::move(principal);
    return {};
  }

  void OnReadDone(bool ok) override {
    ends_ms_ = 0;
    if (!ok) return refuse({invalid_argument("the message did not come"), 0});
    bytes_in_ = bytes_.Length();
    const std::uint64_t most = state_.service.limits().max_body_bytes;
    if (state_.message_bytes.fetch_add(bytes_in_, std::memory_order_relaxed) + bytes_in_ >
        most * GrpcServer::State::kMessagesAtOnce)
      return refuse({unavailable("too many long messages at one time"), kBusyMs});
    request_ = rpc_.make_request();
    const Status parsed = contained([&] { return parse(bytes_, *request_); });
    bytes_.Clear();
    if (!parsed.ok()) return refuse({parsed, 0});
    if (const Refusal refusal = admit(); !refusal.status.ok()) return refuse(refusal);
    start();
  }

  Refusal admit() {
    Refusal refusal;
    if (!rpc_.operation) return refusal;
    Result<Admission> admission = state_.service.admit(
        {principal_, address_, request_id_}, *rpc_.operation, rpc_.subject(*request_), refusal);
    if (!admission.ok()) return refusal;
    admission_.emplace(*std::move(admission));
    const auto deadline =
        std::chrono::duration_cast<milliseconds>(context_.deadline().time_since_epoch());
    const auto left = deadline - milliseconds(system_clock().now_ms());
    if (left < kNoDeadline) deadline_ = left;
    MutexLock lock(mutex_);
    token_ = admission_->cancel();
    if (gone_) token_->cancel();
    return {};
  }

  // What needs nobody's leave needs no thread either.
  void start() {
    if (!admission_) return work();
    if (answer_briefly()) return;
    if (state_.queue.try_submit([this] { work(); })) {
      return;
    }
    state_.service.metrics().add(Figure::kRefused, 1, {"busy"});
    fail(unavailable("too many requests wait already (max_queued)"), kBusyMs);
  }

  GrpcCall call() const {
    return {.service = state_.service,
            .admission = admission_ ? &*admission_ : nullptr,
            .deadline = deadline_};
  }

  bool answer_briefly() {
    GrpcCall brief = call();
    brief.brief = state_.options.briefly;
    if (brief.brief.count() == 0 || rpc_.operation != Operation::kQuery || rpc_.streams ||
        bytes_in_ > kBriefBodyBytes || !state_.brief.worth_trying())
      return false;
    Result<GrpcReply> answer = contained([&] { return rpc_.handle(brief, *request_); });
    if (answer.ok() && answer->later) {
      state_.brief.took_too_long();
      return false;
    }
    respond(std::move(answer));
    return true;
  }

  void work() {
    if (admission_ && admission_->cancel().cancelled())
      return fail(cancelled("the caller has gone"));
    respond(contained([&] { return rpc_.handle(call(), *request_); }));
  }

  void respond(Result<GrpcReply> answer) {
    if (!answer.ok()) return fail(answer.status());
    answer_ = *std::move(answer);
    if (const Status status = encode(*answer_.first); !status.ok()) return fail(status);
    ends_ms_ = monotonic_ms() + static_cast<double>(state_.options.transfer_timeout.count());
    if (answer_.next) return StartWrite(&bytes_);
    finish(Status());
    StartWriteAndFinish(&bytes_, grpc::WriteOptions(), grpc::Status::OK);
  }

  Status encode(const google::protobuf::Message& message) {
    const Status status = contained([&] { return write(message, bytes_); });
    bytes_out_ += bytes_.Length();
    return status;
  }

  // A piece of a stream has gone; only then the next one is made.
  void OnWriteDone(bool ok) override {
    ends_ms_ = 0;
    if (!answer_.next) return;
    if (!ok) return fail(cancelled("the caller has gone"));
    Result<MessagePtr> piece = contained([&] { return Result<MessagePtr>(answer_.next()); });
    if (!piece.ok()) return fail(piece.status());
    if (!*piece) {
      finish(Status());
      return Finish(grpc::Status::OK);
    }
    if (const Status status = encode(**piece); !status.ok()) return fail(status);
    ends_ms_ = monotonic_ms() + static_cast<double>(state_.options.transfer_timeout.count());
    StartWrite(&bytes_);
  }

  void OnCancel() override {
    MutexLock lock(mutex_);
    gone_ = true;
    if (token_) token_->cancel();
  }

  // Before the answer is on its way, so that who has it can count on its being noted.
  void finish(const Status& status) {
    if (admission_)
      state_.service.finish(*admission_, status, answer_.detail,
                            {.bytes_in = bytes_in_, .bytes_out = bytes_out_});
    admission_.reset();
  }

  void refuse(const Refusal& refusal) {
    push_back(refusal.retry_after_ms);
    Finish(told(refusal.status, false));
  }

  void fail(const Status& status, double retry_after_ms = 0) {
    const Status own = admission_ ? told_status(*admission_, status) : status;
    const bool hidden = is_hidden(http_status_of(status.code()));
    finish(own);
    if (hidden)
      state_.service.log(LogLevel::kError, "request " + request_id_ + ": " + own.to_string());
    push_back(status.code() == Code::kUnavailable ? std::max(retry_after_ms, kBusyMs)
                                                  : retry_after_ms);
    Finish(told(own, hidden));
  }

  void push_back(double retry_after_ms) {
    if (retry_after_ms <= 0) return;
    const auto ms = static_cast<std::int64_t>(std::min(std::ceil(retry_after_ms), 86'400'000.0));
    context_.AddTrailingMetadata("grpc-retry-pushback-ms", std::to_string(ms));
  }

  void OnDone() override {
    state_.message_bytes.fetch_sub(bytes_in_, std::memory_order_relaxed);
    GrpcServer::State& state = state_;
    const std::uint64_t number = number_;
    MutexLock lock(state.mutex);
    state.live.erase(number);
    delete this;
    state.changed.notify_all();
  }

  GrpcServer::State& state_;
  grpc::CallbackServerContext& context_;
  const Rpc& rpc_;
  std::uint64_t number_ = 0;
  std::string request_id_;
  std::string address_;
  Principal principal_;
  grpc::ByteBuffer bytes_;  // of the message, then of the answer
  std::uint64_t bytes_in_ = 0, bytes_out_ = 0;
  MessagePtr request_;
  std::optional<Admission> admission_;
  std::optional<milliseconds> deadline_;
  GrpcReply answer_;
  std::atomic<double> ends_ms_ = 0;  // of the message that is on its way; 0: none is

  Mutex mutex_;
  bool gone_ VECSTORE_GUARDED_BY(mutex_) = false;
  std::optional<CancelToken> token_ VECSTORE_GUARDED_BY(mutex_);
};

}  // namespace

ByteReactor* begin_call(GrpcServer::State& state, grpc::CallbackServerContext& context,
                        const Rpc& rpc) {
  auto* call = new Call(state, context, rpc);
  call->begin();
  return call;
}

}  // namespace vecstore
