// What gRPC costs beside the library: processor time of client and server together for one call,
// over one connection, on 100,000 vectors of 128 components, ten hits without text or metadata: as
// http_server_bench.cc, so that the two can be compared.
#include <benchmark/benchmark.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "server/grpc/grpc_server.h"
#include "service/service.h"
#include "vecstore/v1/vecstore.pb.h"

namespace vecstore {
namespace {

constexpr std::size_t kRows = 100'000, kDimension = 128;

std::vector<float> random_vector(Random& random) {
  std::vector<float> vector(kDimension);
  for (float& component : vector) component = static_cast<float>(random.normal());
  return vector;
}

struct Served {
  Served() : service({.database = Database::in_memory().value()}, {}) {
    Collection docs =
        service.database().create_collection("docs", {.dimension = kDimension}).value();
    Random random(1);
    for (std::size_t at = 0; at < kRows; at += 10'000) {
      std::vector<Record> records(10'000);
      for (std::size_t i = 0; i < records.size(); ++i)
        records[i] = {.id = std::to_string(at + i), .vector = random_vector(random)};
      (void)docs.upsert_many(records);
    }
    (void)docs.flush();
    (void)service.database().wait_for_background();
    server = GrpcServer::start(service, {}).value();
    channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(server->port()),
                                  grpc::InsecureChannelCredentials());
    for (int i = 0; i < 64; ++i) queries.push_back(random_vector(random));
  }
  static Served& get() {
    static Served served;
    return served;
  }
  Service service;
  std::unique_ptr<GrpcServer> server;
  std::shared_ptr<grpc::Channel> channel;
  std::vector<std::vector<float>> queries;
};

// What a stub for one thread does: the message into bytes, the call, the answer out of bytes.
template <typename Request, typename Response>
bool ask(const std::string& path, const Request& request, Response& response) {
  grpc::TemplatedGenericStub<Request, Response> stub(Served::get().channel);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  grpc::Status status;
  const auto call = stub.PrepareUnaryCall(&context, path, request, &queue);
  call->StartCall();
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  return queue.Next(&tag, &ok) && status.ok();
}

void grpc_library(benchmark::State& state) {
  Served& served = Served::get();
  const Collection docs = served.service.database().collection("docs").value();
  std::size_t next = 0;
  for (auto _ : state) {
    Query query{.vector = served.queries[next++ % served.queries.size()]};
    query.include = {.metadata = false, .text = false};
    benchmark::DoNotOptimize(docs.query(query).value());
  }
}

void grpc_health(benchmark::State& state) {
  v1::HealthCheckResponse response;
  for (auto _ : state)
    if (!ask("/vecstore.v1.VecStore/HealthCheck", v1::HealthCheckRequest(), response))
      state.SkipWithError("refused");
}

void grpc_query(benchmark::State& state) {
  const Served& served = Served::get();
  std::vector<v1::QueryRequest> requests;
  for (const std::vector<float>& vector : served.queries) {
    v1::QueryRequest& request = requests.emplace_back();
    request.set_collection("docs");
    request.mutable_query()->mutable_vector()->mutable_dense()->mutable_values()->Add(
        vector.begin(), vector.end());
    request.mutable_query()->set_k(10);
    request.mutable_query()->mutable_include()->set_metadata(false);
    request.mutable_query()->mutable_include()->set_text(false);
  }
  std::size_t next = 0;
  for (auto _ : state) {
    v1::Hits hits;
    if (!ask("/vecstore.v1.VecStore/Query", requests[next++ % requests.size()], hits))
      state.SkipWithError("refused");
  }
}

BENCHMARK(grpc_library)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(grpc_health)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(grpc_query)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace vecstore
