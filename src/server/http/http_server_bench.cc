// What HTTP costs beside the library: processor time of client and server together for one request,
// over one connection, on 100,000 vectors of 128 components, ten hits without text or metadata.
#include <benchmark/benchmark.h>

#include <cstring>

#include "base/random.h"
#include "server/http/http_server.h"
#include "server/http/test_client.h"
#include "service/service.h"

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
    server = HttpServer::start(service, {.port = 0}).value();
    for (int i = 0; i < 64; ++i) queries.push_back(random_vector(random));
  }
  static Served& get() {
    static Served served;
    return served;
  }
  Service service;
  std::unique_ptr<HttpServer> server;
  std::vector<std::vector<float>> queries;
};

std::string request(const std::string& target, const std::string& type, const std::string& body) {
  return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

void ask_all(benchmark::State& state, const std::vector<std::string>& requests) {
  TestClient client(Served::get().server->port());
  std::size_t next = 0;
  for (auto _ : state)
    if (!client.ask(requests[next++ % requests.size()]).starts_with("HTTP/1.1 200"))
      state.SkipWithError("refused");
}

void library(benchmark::State& state) {
  const Served& served = Served::get();
  const Collection docs = Served::get().service.database().collection("docs").value();
  std::size_t next = 0;
  for (auto _ : state) {
    Query query{.vector = served.queries[next++ % served.queries.size()]};
    query.include = {.metadata = false, .text = false};
    benchmark::DoNotOptimize(docs.query(query).value());
  }
}

void health(benchmark::State& state) {
  ask_all(state, {"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"});
}

void query_as_json(benchmark::State& state) {
  std::vector<std::string> requests;
  for (const auto& vector : Served::get().queries) {
    std::string numbers;
    for (const float component : vector)
      numbers += (numbers.empty() ? "" : ",") + std::to_string(component);
    requests.push_back(request(
        "/v1/collections/docs/query", "application/json",
        "{\"vector\":[" + numbers + "],\"k\":10,\"include\":{\"metadata\":false,\"text\":false}}"));
  }
  ask_all(state, requests);
}

void query_as_bytes(benchmark::State& state) {
  std::vector<std::string> requests;
  for (const auto& vector : Served::get().queries) {
    std::string bytes(vector.size() * sizeof(float), '\0');
    std::memcpy(bytes.data(), vector.data(), bytes.size());
    requests.push_back(request("/v1/collections/docs/query?k=10&metadata=false&text=false",
                               "application/octet-stream", bytes));
  }
  ask_all(state, requests);
}

BENCHMARK(library)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(health)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(query_as_json)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(query_as_bytes)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace vecstore
