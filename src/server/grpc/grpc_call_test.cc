// What becomes of calls when there is not enough time, not enough room, or an end.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "server/grpc/test_grpc_client.h"

namespace vecstore {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using Data = v1::VecStore::Stub;

// Queries that take as long as they are let: each picks 2,000 of 9,000 that differ most.
struct BusyGrpcTest : testing::Test {
  explicit BusyGrpcTest(const GrpcOptions& options = {.threads = 1, .max_queued = 1})
      : served(options) {
    Collection docs =
        served.test.service->database().create_collection("docs", {.dimension = 64}).value();
    std::vector<Record> records(20'000);
    for (std::size_t i = 0; i < records.size(); ++i) {
      std::vector<float> vector(64, 1.0f);
      vector[i % 64] += static_cast<float>(i);
      records[i] = {.id = std::to_string(i), .vector = vector};
    }
    EXPECT_TRUE(docs.upsert_many(records).ok());
    Collection few =
        served.test.service->database().create_collection("few", {.dimension = 2}).value();
    EXPECT_TRUE(few.upsert({.id = "a", .vector = {1, 0}}).ok());
  }

  static v1::Query long_query(std::uint32_t k = 2'000) {
    v1::Query query;
    for (int i = 0; i < 64; ++i) query.mutable_vector()->mutable_dense()->add_values(1);
    query.mutable_mmr()->set_lambda(0.5);
    query.set_candidates(9'000);
    query.set_k(k);
    return query;
  }
  struct Long {
    grpc::ClientContext context;
    std::future<grpc::Status> answered;
  };
  // 200 of these in one call, from a connection of its own.
  std::unique_ptr<Long> send_long(std::optional<milliseconds> deadline = {}) {
    auto one = std::make_unique<Long>();
    ServedGrpc::set_key(one->context, served.test.admin.token);
    if (deadline) one->context.set_deadline(std::chrono::system_clock::now() + *deadline);
    one->answered = std::async(std::launch::async, [this, &context = one->context] {
      v1::QueryManyRequest request;
      v1::ManyHits answers;
      request.set_collection("docs");
      for (int i = 0; i < 200; ++i) *request.add_queries() = long_query();
      return Data(served.connect()).QueryMany(&context, request, &answers);
    });
    return one;
  }
  grpc::Status ask_few(v1::Hits& hits) {
    v1::QueryRequest request;
    request.set_collection("few");
    request.mutable_query()->mutable_vector()->mutable_dense()->add_values(1);
    request.mutable_query()->mutable_vector()->mutable_dense()->add_values(0);
    return served.ask(&Data::Query, request, hits);
  }
  double in_flight() const { return served.test.service->metrics().value(Figure::kInFlight); }
  bool becomes(double wanted) const {
    const double until = monotonic_ms() + 20'000;
    while (in_flight() != wanted && monotonic_ms() < until) std::this_thread::yield();
    return in_flight() == wanted;
  }
  double counted(const char* operation, const char* code) const {
    return served.test.service->metrics().value(Figure::kRequests, {operation, code});
  }

  ServedGrpc served;
};

// grpc.health.v1.Health and reflection, whose messages are so small that their bytes stand here.
grpc::Status ask_bytes(const ServedGrpc& served, const std::string& path, const std::string& bytes,
                       std::string& to) {
  grpc::GenericStub stub(served.channel);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareCall(&context, path, &queue);
  void* tag = nullptr;
  bool ok = false;
  call->StartCall(nullptr);
  queue.Next(&tag, &ok);
  const grpc::Slice slice(bytes);
  call->WriteLast(grpc::ByteBuffer(&slice, 1), {}, nullptr);
  queue.Next(&tag, &ok);
  grpc::ByteBuffer answer;
  call->Read(&answer, nullptr);
  queue.Next(&tag, &ok);
  std::vector<grpc::Slice> slices;
  if (ok && answer.Dump(&slices).ok())
    for (const grpc::Slice& one : slices) to.append(one.begin(), one.end());
  grpc::Status status;
  call->Finish(&status, nullptr);
  queue.Next(&tag, &ok);
  return status;
}

TEST_F(BusyGrpcTest, when_nobody_is_free_it_says_so_and_health_still_answers) {
  const auto first = send_long();
  ASSERT_TRUE(becomes(1));
  const auto second = send_long();
  ASSERT_TRUE(becomes(2));
  grpc::ClientContext context;
  ServedGrpc::set_key(context, served.test.admin.token);
  v1::DatabaseStats stats;
  EXPECT_EQ(Data(served.channel).GetDatabaseStats(&context, {}, &stats).error_code(),
            grpc::UNAVAILABLE);
  const auto& trailing = context.GetServerTrailingMetadata();
  ASSERT_EQ(trailing.count("grpc-retry-pushback-ms"), 1u);
  EXPECT_EQ(trailing.find("grpc-retry-pushback-ms")->second, "1000");
  v1::HealthCheckResponse health;
  EXPECT_TRUE(served.ask_as("", &Data::HealthCheck, v1::HealthCheckRequest(), health).ok());
  EXPECT_EQ(health.status(), "ok");
  EXPECT_EQ(in_flight(), 2);
  for (const auto& one : {&first, &second}) (*one)->context.TryCancel();
}

struct BriefGrpcTest : BusyGrpcTest {
  explicit BriefGrpcTest(milliseconds briefly = milliseconds(60'000))
      : BusyGrpcTest({.threads = 1, .max_queued = 1, .briefly = briefly}) {}
  grpc::Status ask_while_busy(v1::Hits& hits) {
    const auto first = send_long();
    EXPECT_TRUE(becomes(1));
    const auto second = send_long();
    EXPECT_TRUE(becomes(2));
    const grpc::Status status = ask_few(hits);
    for (const auto& one : {&first, &second}) (*one)->context.TryCancel();
    return status;
  }
};
struct NotBriefGrpcTest : BriefGrpcTest {
  NotBriefGrpcTest() : BriefGrpcTest(milliseconds(0)) {}
};
struct TooBriefGrpcTest : BriefGrpcTest {
  TooBriefGrpcTest() : BriefGrpcTest(milliseconds(1)) {}
};

TEST_F(BriefGrpcTest, a_query_that_is_soon_over_needs_nobody_to_be_free) {
  v1::Hits hits;
  EXPECT_TRUE(ask_while_busy(hits).ok());
  EXPECT_EQ(hits.hits_size(), 1);
}

TEST_F(NotBriefGrpcTest, without_that_it_waits_as_all_do) {
  v1::Hits hits;
  EXPECT_EQ(ask_while_busy(hits).error_code(), grpc::UNAVAILABLE);
}

TEST_F(TooBriefGrpcTest, a_query_that_takes_longer_is_answered_whole_by_another_thread) {
  v1::QueryRequest request;
  request.set_collection("docs");
  *request.mutable_query() = long_query(100);
  for (int i = 0; i < 3; ++i) {
    v1::Hits hits;
    EXPECT_TRUE(served.ask(&Data::Query, request, hits).ok());
    EXPECT_FALSE(hits.partial());
    EXPECT_EQ(hits.hits_size(), 100);
  }
  EXPECT_EQ(counted("query", "ok"), 3);
}

TEST_F(BusyGrpcTest, a_deadline_ends_the_work_and_what_waits_for_it) {
  const auto running = send_long(milliseconds(500));
  ASSERT_TRUE(becomes(1));
  const auto waiting = send_long(milliseconds(300));
  EXPECT_EQ(running->answered.get().error_code(), grpc::DEADLINE_EXCEEDED);
  EXPECT_EQ(waiting->answered.get().error_code(), grpc::DEADLINE_EXCEEDED);
  EXPECT_TRUE(becomes(0));
}

TEST_F(BusyGrpcTest, a_call_that_is_cancelled_is_called_off) {
  const auto one = send_long();
  ASSERT_TRUE(becomes(1));
  one->context.TryCancel();
  EXPECT_EQ(one->answered.get().error_code(), grpc::CANCELLED);
  EXPECT_TRUE(becomes(0));
  EXPECT_EQ(counted("query_many", "cancelled"), 1);
}

TEST_F(BusyGrpcTest, a_drain_that_takes_too_long_calls_off_what_is_left) {
  const auto one = send_long();
  ASSERT_TRUE(becomes(1));
  EXPECT_FALSE(served.server->drain(milliseconds(50)));
  EXPECT_TRUE(becomes(0));
  EXPECT_FALSE(one->answered.get().ok());
}

TEST_F(BusyGrpcTest, while_it_drains_new_calls_are_refused_and_health_says_no) {
  const auto one = send_long();
  ASSERT_TRUE(becomes(1));
  auto drained =
      std::async(std::launch::async, [&] { return served.server->drain(milliseconds(20'000)); });
  const double until = monotonic_ms() + 10'000;
  v1::Hits hits;
  while (ask_few(hits).error_code() != grpc::UNAVAILABLE && monotonic_ms() < until)
    std::this_thread::yield();
  EXPECT_EQ(ask_few(hits).error_message(), "the server is ending");
  std::string health;
  EXPECT_TRUE(ask_bytes(served, "/grpc.health.v1.Health/Check", "", health).ok());
  EXPECT_EQ(health, "\x08\x02");  // NOT_SERVING
  one->context.TryCancel();
  EXPECT_TRUE(drained.get());
}

TEST(GrpcDrain, loses_nothing_that_was_acknowledged) {
  ServedGrpc served;
  ASSERT_TRUE(served.test.service->database().create_collection("docs", {.dimension = 2}).ok());
  std::atomic<int> acknowledged = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      Data stub(served.connect());
      for (int i = 0; true; ++i) {
        grpc::ClientContext context;
        ServedGrpc::set_key(context, served.test.editor.token);
        v1::UpsertRequest request;
        v1::WriteResult done;
        request.set_collection("docs");
        request.mutable_record()->set_id(std::to_string(t) + "-" + std::to_string(i));
        if (!stub.Upsert(&context, request, &done).ok()) return;
        acknowledged += static_cast<int>(done.inserted());
      }
    });
  while (acknowledged < 50) std::this_thread::yield();
  EXPECT_TRUE(served.server->drain(milliseconds(10'000)));
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(served.test.service->database().collection("docs")->count().value(),
            static_cast<std::uint64_t>(acknowledged.load()));
}

// A stream both ways, by hand: what a client sends and takes, and when.
struct OpenCall {
  OpenCall(const ServedGrpc& served, const std::string& path, const std::string& token)
      : stub(served.channel) {
    ServedGrpc::set_key(context, token);
    call = stub.PrepareCall(&context, path, &queue);
    call->StartCall(nullptr);
    next();
  }
  bool next() {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  }
  bool write(const google::protobuf::Message& message) {
    const grpc::Slice slice(message.SerializeAsString());
    call->Write(grpc::ByteBuffer(&slice, 1), nullptr);
    return next();
  }
  grpc::Status finish() {
    grpc::Status status;
    call->Finish(&status, nullptr);
    next();
    return status;
  }
  grpc::GenericStub stub;
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call;
};

// A unary handler of gRPC's own would wait for the message first.
TEST(GrpcCall, who_has_no_key_is_told_before_the_message_is_sent) {
  ServedGrpc served;
  OpenCall call(served, "/vecstore.v1.VecStore/Upsert", "");
  EXPECT_EQ(call.finish().error_code(), grpc::UNAUTHENTICATED);
}

TEST(GrpcCall, who_sends_nothing_is_called_off) {
  ServedGrpc served({.transfer_timeout = milliseconds(200)});
  OpenCall call(served, "/vecstore.v1.VecStore/Upsert", served.test.admin.token);
  const double since = monotonic_ms();
  EXPECT_FALSE(call.finish().ok());
  EXPECT_GE(monotonic_ms() - since, 100);
  EXPECT_LT(monotonic_ms() - since, 20'000);
}

TEST(GrpcCall, who_does_not_read_a_stream_holds_it_no_longer_than_it_may) {
  ServedGrpc served({.transfer_timeout = milliseconds(300)});
  Collection docs = served.test.service->database().create_collection("docs").value();
  for (int i = 0; i < 200; ++i)
    ASSERT_TRUE(docs.upsert({.id = std::to_string(i), .text = std::string(100'000, 'x')}).ok());
  OpenCall call(served, "/vecstore.v1.VecStore/QueryStream", served.test.admin.token);
  v1::QueryRequest request;
  request.set_collection("docs");
  request.mutable_query()->set_k(200);
  ASSERT_TRUE(call.write(request));
  const auto& metrics = served.test.service->metrics();
  const double until = monotonic_ms() + 20'000;
  while (metrics.value(Figure::kRequests, {"query", "cancelled"}) == 0 && monotonic_ms() < until)
    std::this_thread::yield();
  EXPECT_EQ(metrics.value(Figure::kRequests, {"query", "cancelled"}), 1);
  while (metrics.value(Figure::kInFlight) > 0 && monotonic_ms() < until) std::this_thread::yield();
  EXPECT_EQ(metrics.value(Figure::kInFlight), 0);
}

TEST(GrpcCall, only_so_many_are_open_at_one_time) {
  ServedGrpc served({.max_calls = 2});
  OpenCall first(served, "/vecstore.v1.VecStore/Upsert", served.test.admin.token);
  OpenCall second(served, "/vecstore.v1.VecStore/Upsert", served.test.admin.token);
  OpenCall third(served, "/vecstore.v1.VecStore/Upsert", served.test.admin.token);
  const grpc::Status status = third.finish();
  EXPECT_EQ(status.error_code(), grpc::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "too many calls at one time");
}

TEST(GrpcCall, without_keys_it_answers_to_names_of_this_machine_alone) {
  ServedGrpc served({}, {}, false);
  v1::CollectionNames names;
  EXPECT_TRUE(served.ask_as("", &Data::ListCollections, v1::ListCollectionsRequest(), names).ok());
  grpc::ChannelArguments arguments;
  arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, "evil.example");
  const auto channel =
      grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(served.server->port()),
                                grpc::InsecureChannelCredentials(), arguments);
  grpc::ClientContext context;
  EXPECT_EQ(Data(channel).ListCollections(&context, {}, &names).error_code(),
            grpc::PERMISSION_DENIED);
}

TEST(GrpcHealth, serves_until_it_drains) {
  ServedGrpc served;
  std::string answer;
  EXPECT_TRUE(ask_bytes(served, "/grpc.health.v1.Health/Check", "", answer).ok());
  EXPECT_EQ(answer, "\x08\x01");  // SERVING
}

TEST(GrpcReflection, tells_the_services_where_it_is_asked_for_alone) {
  const std::string path = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  const std::string list("\x3a\x01*");  // list_services
  std::string answer;
  ServedGrpc without;
  EXPECT_EQ(ask_bytes(without, path, list, answer).error_code(), grpc::UNIMPLEMENTED);
  ServedGrpc with({.reflection = true});
  EXPECT_TRUE(ask_bytes(with, path, list, answer).ok());
  EXPECT_THAT(answer, HasSubstr("vecstore.v1.VecStore"));
  EXPECT_THAT(answer, HasSubstr("vecstore.v1.Admin"));
  const std::string symbol = "vecstore.v1.VecStore";
  EXPECT_TRUE(
      ask_bytes(with, path, std::string("\x22") + static_cast<char>(symbol.size()) + symbol, answer)
          .ok());
  EXPECT_THAT(answer, HasSubstr("HybridQuery"));
}

TEST(GrpcServer, says_why_it_cannot_listen) {
  ServedGrpc served;
  Service& service = *served.test.service;
  EXPECT_EQ(GrpcServer::start(service, {.port = served.server->port()}).status().code(),
            Code::kUnavailable);
  EXPECT_EQ(GrpcServer::start(service, {.address = "nowhere.example"}).status().code(),
            Code::kInvalidArgument);
  EXPECT_FALSE(GrpcServer::start(service, {.certificate = "a"}).ok());
  EXPECT_THAT(
      GrpcServer::start(service, {.certificate = "no.pem", .key = "no.pem"}).status().message(),
      HasSubstr("no.pem is no certificate"));
}

}  // namespace
}  // namespace vecstore
