#include "server/grpc/grpc_server.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <fstream>
#include <mutex>
#include <sstream>

#include "base/clock.h"
#include "server/grpc/grpc_state.h"
#include "server/http/http_server.h"

namespace vecstore {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLook{100};  // between two looks for what is late
constexpr int kCalledOffMs = 60'000;
constexpr int kReflectionThreads = 4;
constexpr int kStreamsOfConnection = 256;

// The calls of one service. They are registered as what they are on the wire, bytes both ways, so
// that who asks is known before the message is read, which gRPC's own unary handlers read first.
class CallTable final : public grpc::Service {
 public:
  CallTable(GrpcServer::State& state, std::string_view name) {
    for (const Rpc& rpc : all_rpcs()) {
      if (!std::string_view(rpc.path).substr(1).starts_with(name)) continue;
      AddMethod(new grpc::internal::RpcServiceMethod(
          rpc.path, grpc::internal::RpcMethod::BIDI_STREAMING, nullptr));
      MarkMethodRawCallback(
          count_++, new grpc::internal::CallbackBidiHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                        [&state, &rpc](grpc::CallbackServerContext* context) {
                          return begin_call(state, *context, rpc);
                        }));
    }
  }

 private:
  int count_ = 0;
};

// The plugin for reflection is in every builder as soon as its library is linked.
struct WithoutReflection final : grpc::ServerBuilderOption {
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    std::erase_if(*plugins,
                  [](const auto& plugin) { return plugin->name() == "proto_server_reflection"; });
  }
};

// Nothing prints but the program: handshakes that fail are nobody's errors.
void be_quiet() {
  static std::once_flag once;
  std::call_once(once, [] {
    gpr_set_log_function([](gpr_log_func_args*) {});
    google::protobuf::SetLogHandler(nullptr);
    grpc::EnableDefaultHealthCheckService(true);
  });
}

Result<std::string> text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || text.str().empty()) return invalid_argument(path + " cannot be read");
  return text.str();
}

Result<std::shared_ptr<grpc::ServerCredentials>> credentials_of(const GrpcOptions& options) {
  if (options.certificate.empty() != options.key.empty())
    return invalid_argument("TLS needs both a certificate and its key");
  if (options.certificate.empty()) return grpc::InsecureServerCredentials();
  VECSTORE_TRY(check_certificate(options.certificate, options.key));
  grpc::SslServerCredentialsOptions tls;
  auto& pair = tls.pem_key_cert_pairs.emplace_back();
  VECSTORE_ASSIGN(pair.private_key, text_of(options.key));
  VECSTORE_ASSIGN(pair.cert_chain, text_of(options.certificate));
  return grpc::SslServerCredentials(tls);
}

Result<std::string> listening_at(const GrpcOptions& options) {
  const std::string& address = options.address;
  if (address.empty() || address.find_first_not_of("0123456789abcdefABCDEF.:") != address.npos)
    return invalid_argument("'" + address + "' is no address in numbers");
  const bool six = address.find(':') != address.npos;
  return (six ? "[" + address + "]" : address) + ":" + std::to_string(options.port);
}

void limit(grpc::ServerBuilder& builder, const GrpcOptions& options, std::size_t max_message) {
  builder.SetMaxReceiveMessageSize(static_cast<int>(max_message));
  builder.SetMaxSendMessageSize(-1);
  // What is packed may be a thousand times what it seems to be.
  for (const auto packed : {GRPC_COMPRESS_DEFLATE, GRPC_COMPRESS_GZIP})
    builder.SetCompressionAlgorithmSupportStatus(packed, false);
  const auto ms = [](milliseconds time) { return static_cast<int>(time.count()); };
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreamsOfConnection);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, ms(options.idle_timeout));
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, ms(options.header_timeout));
  if (!options.reflection) return (void)builder.SetOption(std::make_unique<WithoutReflection>());
  // Each stream of it holds a thread while it is open.
  grpc::ResourceQuota quota("vecstore");
  builder.SetResourceQuota(quota.SetMaxThreads(kReflectionThreads));
}

std::chrono::system_clock::time_point in(milliseconds time) {
  return std::chrono::system_clock::time_point(milliseconds(system_clock().now_ms()) + time);
}

// What is late is called off, so that nobody holds a call by sending or taking nothing.
void watch(GrpcServer::State& state) {
  MutexLock lock(state.mutex);
  while (!state.ending) {
    const double now = monotonic_ms();
    for (const auto& [number, call] : state.live)
      if (call->is_late(now)) call->call_off();
    state.changed.wait_for(state.mutex, kLook.count());
  }
}

bool wait_for_none(GrpcServer::State& state, milliseconds most) {
  const double until = monotonic_ms() + static_cast<double>(most.count());
  MutexLock lock(state.mutex);
  while (!state.live.empty()) {
    const double left = until - monotonic_ms();
    if (left <= 0) return false;
    state.changed.wait_for(state.mutex, static_cast<std::int64_t>(left) + 1);
  }
  return true;
}

}  // namespace

GrpcServer::GrpcServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<GrpcServer>> GrpcServer::start(Service& service,
                                                      const GrpcOptions& options) {
  be_quiet();
  if (options.reflection) grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  VECSTORE_ASSIGN(const std::string where, listening_at(options));
  VECSTORE_ASSIGN(const auto credentials, credentials_of(options));
  auto state = std::make_unique<State>(service, options);
  grpc::ServerBuilder builder;
  limit(builder, options, service.limits().max_body_bytes);
  builder.AddListeningPort(where, credentials, &state->port);
  for (const char* name : {"vecstore.v1.VecStore/", "vecstore.v1.Admin/"}) {
    state->services.push_back(std::make_unique<CallTable>(*state, name));
    builder.RegisterService(state->services.back().get());
  }
  state->server = builder.BuildAndStart();
  if (!state->server || state->port == 0)
    return unavailable("cannot listen at " + where +
                       ": no address of this machine, in use, or not allowed");
  State& shared = *state;
  shared.watch.submit([&shared] { watch(shared); });
  return std::unique_ptr<GrpcServer>(new GrpcServer(std::move(state)));
}

std::uint16_t GrpcServer::port() const { return static_cast<std::uint16_t>(state_->port); }

bool GrpcServer::drain(milliseconds most) {
  state_->service.begin_drain();
  state_->draining = true;
  if (auto* health = state_->server->GetHealthCheckService()) health->SetServingStatus(false);
  const bool all = wait_for_none(*state_, most);
  // Streams of health and reflection have no end of their own.
  state_->server->Shutdown(in(all ? kLook : milliseconds(0)));
  return all;
}

GrpcServer::~GrpcServer() {
  state_->draining = true;
  state_->server->Shutdown(in(milliseconds(0)));
  (void)wait_for_none(*state_, milliseconds(kCalledOffMs));
  state_->ending = true;
  {
    MutexLock lock(state_->mutex);
    state_->changed.notify_all();
  }
}

}  // namespace vecstore
