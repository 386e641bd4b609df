#include "server/grpc/grpc_server.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>

#include <future>
#include <thread>
#include <vector>

#include "server/grpc/test_grpc_client.h"

namespace vecstore {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using Data = v1::VecStore::Stub;
using AdminStub = v1::Admin::Stub;

struct GrpcServerTest : testing::Test {
  explicit GrpcServerTest(const GrpcOptions& options = {},
                          const ServiceOptions& limits = {.limits = {.max_body_bytes = 100'000}})
      : served(options, limits) {}
  ServedGrpc served;

  template <typename... Arguments>
  grpc::Status ask(Arguments&&... arguments) {
    return served.ask(std::forward<Arguments>(arguments)...);
  }
  grpc::Status make_docs(const std::string& name = "docs") {
    v1::CreateCollectionRequest request;
    v1::CollectionStats made;
    request.set_collection(name);
    request.mutable_options()->set_dimension(2);
    return ask(&Data::CreateCollection, request, made);
  }
  static v1::Record record(const std::string& id, float x = 1, const std::string& text = "") {
    v1::Record record;
    record.set_id(id);
    record.mutable_vector()->mutable_dense()->add_values(x);
    record.mutable_vector()->mutable_dense()->add_values(1);
    if (!text.empty()) record.set_text(text);
    return record;
  }
  grpc::Status put(const std::vector<v1::Record>& records) {
    v1::BatchUpsertRequest request;
    v1::WriteResult done;
    request.set_collection("docs");
    for (const v1::Record& one : records) *request.add_records() = one;
    return ask(&Data::BatchUpsert, request, done);
  }
  static v1::QueryRequest query(float x = 1, std::uint32_t k = 10) {
    v1::QueryRequest request;
    request.set_collection("docs");
    request.mutable_query()->set_k(k);
    request.mutable_query()->mutable_vector()->mutable_dense()->add_values(x);
    request.mutable_query()->mutable_vector()->mutable_dense()->add_values(1);
    return request;
  }
};

#define ASSERT_FINE(expression)                                               \
  do {                                                                        \
    const grpc::Status status_of_it = (expression);                           \
    ASSERT_TRUE(status_of_it.ok())                                            \
        << status_of_it.error_code() << ": " << status_of_it.error_message(); \
  } while (false)

TEST_F(GrpcServerTest, records_are_written_read_found_and_removed) {
  ASSERT_FINE(make_docs());
  v1::UpsertRequest one;
  v1::WriteResult done;
  one.set_collection("docs");
  *one.mutable_record() = record("a", 1, "how to open a file");
  (*one.mutable_record()->mutable_metadata()->mutable_members())["year"].set_int_value(2024);
  ASSERT_FINE(ask(&Data::Upsert, one, done));
  EXPECT_EQ(done.inserted(), 1u);
  ASSERT_FINE(put({record("b", -1, "the sea"), record("c", 0.5f)}));

  v1::Hits hits;
  v1::QueryRequest near = query();
  near.mutable_query()->set_filter("year >= 2020");
  ASSERT_FINE(ask(&Data::Query, near, hits));
  ASSERT_EQ(hits.hits_size(), 1);
  EXPECT_EQ(hits.hits(0).id(), "a");
  EXPECT_EQ(hits.hits(0).metadata().members().at("year").int_value(), 2024);
  EXPECT_EQ(hits.hits(0).text(), "how to open a file");

  v1::GetRequest get;
  v1::Record read;
  get.set_collection("docs");
  get.set_id("b");
  ASSERT_FINE(ask(&Data::Get, get, read));
  EXPECT_EQ(read.vector().dense().values(0), -1);
  EXPECT_GT(read.created_at(), 0);

  v1::UpdateRequest change;
  change.set_collection("docs");
  change.set_id("b");
  change.set_text("the mountains");
  ASSERT_FINE(ask(&Data::Update, change, done));
  ASSERT_FINE(ask(&Data::Get, get, read));
  EXPECT_EQ(read.text(), "the mountains");
}

TEST_F(GrpcServerTest, records_are_read_in_pages_hidden_and_removed) {
  ASSERT_FINE(make_docs());
  v1::Record dated = record("a");
  (*dated.mutable_metadata()->mutable_members())["year"].set_int_value(2024);
  ASSERT_FINE(put({dated, record("b", -1), record("c", 0.5f)}));
  v1::WriteResult done;
  v1::GetRequest get;
  v1::Record read;
  get.set_collection("docs");
  v1::ScanRequest scan;
  v1::ScanPage page;
  scan.set_collection("docs");
  scan.set_limit(2);
  ASSERT_FINE(ask(&Data::Scan, scan, page));
  EXPECT_EQ(page.records_size(), 2);
  EXPECT_EQ(page.next(), "b");
  scan.set_after(page.next());
  ASSERT_FINE(ask(&Data::Scan, scan, page));
  EXPECT_EQ(page.records(0).id(), "c");
  EXPECT_EQ(page.next(), "");

  v1::IdsRequest ids;
  ids.set_collection("docs");
  ids.add_ids("c");
  ASSERT_FINE(ask(&Data::SoftDelete, ids, done));
  get.set_id("c");
  EXPECT_EQ(ask(&Data::Get, get, read).error_code(), grpc::NOT_FOUND);
  ASSERT_FINE(ask(&Data::Restore, ids, done));
  ASSERT_FINE(ask(&Data::Get, get, read));

  v1::DeleteRequest removal;
  removal.set_collection("docs");
  removal.set_filter("year = 2024");
  ASSERT_FINE(ask(&Data::Delete, removal, done));
  EXPECT_EQ(done.replaced(), 1u);
  removal.add_ids("b");
  EXPECT_EQ(ask(&Data::Delete, removal, done).error_code(), grpc::INVALID_ARGUMENT);
  removal.clear_filter();
  ASSERT_FINE(ask(&Data::Delete, removal, done));
  EXPECT_EQ(served.test.service->database().collection("docs")->count().value(), 1u);
}

TEST_F(GrpcServerTest, a_batch_is_written_whole_or_not_at_all) {
  ASSERT_FINE(make_docs());
  v1::Record wide = record("b");
  wide.mutable_vector()->mutable_dense()->add_values(3);
  const grpc::Status refused = put({record("a"), wide});
  EXPECT_EQ(refused.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_THAT(refused.error_message(), HasSubstr("position 1"));
  EXPECT_EQ(put({record("a"), record("a")}).error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(served.test.service->database().collection("docs")->count().value(), 0u);
}

TEST_F(GrpcServerTest, questions_by_words_by_both_and_several_at_once) {
  ASSERT_FINE(make_docs());
  ASSERT_FINE(put({record("a", 1, "open a file"), record("b", -1, "the sea")}));
  v1::QueryRequest both = query(-1);
  v1::Hits hits;
  EXPECT_EQ(ask(&Data::HybridQuery, both, hits).error_code(), grpc::INVALID_ARGUMENT);
  both.mutable_query()->set_text("file");
  both.mutable_query()->set_explain("analyze");
  ASSERT_FINE(ask(&Data::HybridQuery, both, hits));
  EXPECT_EQ(hits.hits_size(), 2);
  EXPECT_EQ(hits.hits(0).arms_size(), 2);
  EXPECT_NE(hits.explanation(), "");
  v1::QueryManyRequest many;
  v1::ManyHits answers;
  many.set_collection("docs");
  *many.add_queries() = query(1, 1).query();
  *many.add_queries() = query(-1, 1).query();
  ASSERT_FINE(ask(&Data::QueryMany, many, answers));
  ASSERT_EQ(answers.answers_size(), 2);
  EXPECT_EQ(answers.answers(1).hits(0).id(), "b");
  many.mutable_queries(1)->set_plan("magic");
  EXPECT_THAT(ask(&Data::QueryMany, many, answers).error_message(), HasSubstr("query 1: "));
}

TEST_F(GrpcServerTest, collections_are_made_described_listed_and_dropped) {
  ASSERT_FINE(make_docs("b"));
  ASSERT_FINE(make_docs("a"));
  EXPECT_EQ(make_docs("a").error_code(), grpc::ALREADY_EXISTS);
  v1::CollectionNames names;
  ASSERT_FINE(ask(&Data::ListCollections, v1::ListCollectionsRequest(), names));
  EXPECT_THAT(names.collections(), testing::ElementsAre("a", "b"));
  v1::CollectionRequest of;
  v1::Collection collection;
  of.set_collection("a");
  ASSERT_FINE(ask(&Data::GetCollection, of, collection));
  EXPECT_EQ(collection.name(), "a");
  EXPECT_EQ(collection.options().dimension(), 2u);
  EXPECT_EQ(collection.options().metric(), "cosine");
  v1::CollectionStats stats;
  ASSERT_FINE(ask(&Data::GetStats, of, stats));
  EXPECT_EQ(stats.options().hnsw().m(), 16u);
  v1::CompactResult compacted;
  ASSERT_FINE(ask(&Data::Compact, of, compacted));
  v1::Done done;
  ASSERT_FINE(ask(&Data::DropCollection, of, done));
  EXPECT_EQ(ask(&Data::GetStats, of, stats).error_code(), grpc::NOT_FOUND);
  v1::CreateCollectionRequest wrong;
  wrong.set_collection("c");
  wrong.mutable_options()->set_metric("cosinus");
  const grpc::Status refused = ask(&Data::CreateCollection, wrong, stats);
  EXPECT_EQ(refused.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_THAT(refused.error_message(), HasSubstr("cosine"));
}

TEST_F(GrpcServerTest, snapshots_are_made_listed_and_gone_back_to) {
  ASSERT_FINE(make_docs());
  v1::SnapshotRequest named;
  v1::Snapshot made;
  v1::Snapshots all;
  v1::Done done;
  named.set_name("before");
  ASSERT_FINE(ask(&Data::CreateSnapshot, named, made));
  EXPECT_EQ(made.collections(), 1u);
  ASSERT_FINE(put({record("a")}));
  ASSERT_FINE(ask(&Data::ListSnapshots, v1::ListSnapshotsRequest(), all));
  ASSERT_EQ(all.snapshots_size(), 1);
  EXPECT_EQ(all.snapshots(0).name(), "before");
  ASSERT_FINE(ask(&Data::RestoreSnapshot, named, done));
  EXPECT_EQ(served.test.service->database().collection("docs")->count().value(), 0u);
  named.set_name("never");
  EXPECT_EQ(ask(&Data::RestoreSnapshot, named, done).error_code(), grpc::NOT_FOUND);
  v1::DatabaseStats stats;
  ASSERT_FINE(ask(&Data::GetDatabaseStats, v1::GetDatabaseStatsRequest(), stats));
  EXPECT_EQ(stats.snapshots(), 1u);
  EXPECT_TRUE(stats.writable());
}

TEST_F(GrpcServerTest, namespaces_are_made_changed_counted_and_deleted) {
  v1::CreateNamespaceRequest make;
  v1::Namespace space;
  make.set_id("acme");
  make.set_tier("free");
  make.mutable_quotas()->set_max_vectors(5);
  (*make.mutable_metadata()->mutable_members())["plan"].set_string_value("x");
  ASSERT_FINE(ask(&AdminStub::CreateNamespace, make, space));
  EXPECT_EQ(space.status(), "active");
  EXPECT_EQ(space.quotas().max_vectors(), 5u);
  EXPECT_EQ(space.quotas().max_dimension(), 1'536u);
  EXPECT_EQ(space.metadata().members().at("plan").string_value(), "x");

  v1::UpdateNamespaceQuotasRequest quotas;
  quotas.set_id("acme");
  EXPECT_EQ(ask(&AdminStub::UpdateNamespaceQuotas, quotas, space).error_code(),
            grpc::INVALID_ARGUMENT);
  quotas.mutable_quotas()->set_max_vectors(10);
  quotas.add_remove("max_dimension");
  ASSERT_FINE(ask(&AdminStub::UpdateNamespaceQuotas, quotas, space));
  EXPECT_EQ(space.quotas().max_vectors(), 10u);
  EXPECT_FALSE(space.quotas().has_max_dimension());
  EXPECT_EQ(space.quotas().max_batch_size(), 100u);
  quotas.add_remove("max_vectors");
  EXPECT_THAT(ask(&AdminStub::UpdateNamespaceQuotas, quotas, space).error_message(),
              HasSubstr("both set and removed"));

  ASSERT_FINE(make_docs("acme/docs"));
  v1::NamespaceRequest of;
  v1::NamespaceStats stats;
  of.set_id("acme");
  ASSERT_FINE(ask(&AdminStub::GetNamespaceStats, of, stats));
  EXPECT_EQ(stats.collections(), 1u);
  EXPECT_EQ(stats.quotas().at("max_vectors").most(), 10u);
  EXPECT_FALSE(stats.quotas().at("max_dimension").has_most());
  EXPECT_EQ(stats.today().requests(), 1u);
  v1::AggregateStats all;
  ASSERT_FINE(ask(&AdminStub::GetAggregateStats, v1::GetAggregateStatsRequest(), all));
  EXPECT_EQ(all.namespaces(), 1u);
  EXPECT_EQ(all.collections(), 1u);
  EXPECT_EQ(all.by_status().at("active"), 1u);

  v1::Done done;
  EXPECT_EQ(ask(&AdminStub::DeleteNamespace, of, done).error_code(), grpc::FAILED_PRECONDITION);
  v1::UpdateNamespaceStatusRequest status;
  status.set_id("acme");
  status.set_status("gone");
  EXPECT_EQ(ask(&AdminStub::UpdateNamespaceStatus, status, space).error_code(),
            grpc::INVALID_ARGUMENT);
  status.set_status("pending_deletion");
  ASSERT_FINE(ask(&AdminStub::UpdateNamespaceStatus, status, space));
  ASSERT_FINE(ask(&AdminStub::DeleteNamespace, of, done));
  EXPECT_EQ(ask(&AdminStub::GetNamespace, of, space).error_code(), grpc::NOT_FOUND);
  v1::Namespaces none;
  ASSERT_FINE(ask(&AdminStub::ListNamespaces, v1::ListNamespacesRequest(), none));
  EXPECT_EQ(none.namespaces_size(), 0);
}

TEST_F(GrpcServerTest, a_stream_gives_all_hits_in_pieces_and_then_its_end) {
  ASSERT_FINE(make_docs());
  Collection docs = served.test.service->database().collection("docs").value();
  for (int i = 0; i < 300; ++i)
    ASSERT_TRUE(docs.upsert({.id = std::to_string(1000 + i),
                             .vector = {1, float(i)},
                             .text = std::string(1'000, 'x')})
                    .ok());
  grpc::ClientContext context;
  ServedGrpc::set_key(context, served.test.viewer.token);
  Data stub(served.channel);
  const auto reader = stub.QueryStream(&context, query(1, 300));
  v1::HitsPiece piece;
  int pieces = 0, hits = 0;
  bool ended = false;
  while (reader->Read(&piece)) {
    EXPECT_FALSE(ended);
    ++pieces;
    for (const v1::Hit& hit : piece.hits()) EXPECT_EQ(hit.text().size(), 1'000u);
    hits += piece.hits_size();
    ended = piece.has_end();
    if (ended) {
      EXPECT_EQ(piece.end().rows_scanned(), 300u);
    }
  }
  ASSERT_FINE(reader->Finish());
  EXPECT_TRUE(ended);
  EXPECT_EQ(hits, 300);
  EXPECT_GE(pieces, 5);
  EXPECT_EQ(served.test.service->metrics().value(Figure::kRequests, {"query", "ok"}), 1);
}

TEST_F(GrpcServerTest, who_may_not_is_told_by_code) {
  ASSERT_FINE(make_docs());
  v1::Hits hits;
  EXPECT_EQ(served.ask_as("", &Data::Query, query(), hits).error_code(), grpc::UNAUTHENTICATED);
  EXPECT_EQ(served.ask_as("vsk_no_key", &Data::Query, query(), hits).error_code(),
            grpc::UNAUTHENTICATED);
  EXPECT_TRUE(served.ask_as(served.test.viewer.token, &Data::Query, query(), hits).ok());
  v1::UpsertRequest one;
  v1::WriteResult done;
  one.set_collection("docs");
  *one.mutable_record() = record("a");
  EXPECT_EQ(served.ask_as(served.test.viewer.token, &Data::Upsert, one, done).error_code(),
            grpc::PERMISSION_DENIED);
  EXPECT_THAT(served.test.audit_text(), HasSubstr("access.denied"));
  grpc::ClientContext twice;
  ServedGrpc::set_key(twice, served.test.admin.token);
  ServedGrpc::set_key(twice, served.test.viewer.token);
  EXPECT_EQ(Data(served.channel).Query(&twice, query(), &hits).error_code(),
            grpc::INVALID_ARGUMENT);
}

TEST_F(GrpcServerTest, a_key_of_a_namespace_sees_what_is_in_it_by_its_own_names) {
  const MadeKey acme = served.test.make_space("acme");
  ASSERT_FINE(make_docs("docs"));
  v1::CreateCollectionRequest make;
  v1::CollectionStats stats;
  make.set_collection("docs");
  ASSERT_FINE(served.ask_as(acme.token, &Data::CreateCollection, make, stats));
  EXPECT_EQ(stats.name(), "docs");
  EXPECT_TRUE(served.test.service->database().collection("acme/docs").ok());
  const grpc::Status again = served.ask_as(acme.token, &Data::CreateCollection, make, stats);
  EXPECT_EQ(again.error_code(), grpc::ALREADY_EXISTS);
  EXPECT_THAT(again.error_message(), testing::Not(HasSubstr("acme")));
}

TEST_F(GrpcServerTest, errors_have_the_requests_id_and_when_to_come_again) {
  served.test.make_space("acme", {.max_requests_per_second = 1});
  grpc::ClientContext named, first, second;
  v1::CollectionStats stats;
  v1::CollectionRequest of;
  of.set_collection("acme/none");
  ServedGrpc::set_key(named, served.test.admin.token);
  named.AddMetadata("x-request-id", "my-id.1");
  Data stub(served.channel);
  EXPECT_EQ(stub.GetStats(&named, of, &stats).error_code(), grpc::NOT_FOUND);
  const auto trailing = [](const grpc::ClientContext& context, const char* name) {
    const auto& all = context.GetServerTrailingMetadata();
    const auto found = all.find(name);
    return found == all.end() ? std::string()
                              : std::string(found->second.data(), found->second.size());
  };
  EXPECT_EQ(trailing(named, "x-request-id"), "my-id.1");
  ServedGrpc::set_key(second, served.test.admin.token);
  EXPECT_EQ(stub.GetStats(&second, of, &stats).error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_NE(trailing(second, "x-request-id"), "");
  const std::string again = trailing(second, "grpc-retry-pushback-ms");
  ASSERT_NE(again, "");
  EXPECT_GT(std::stoi(again), 0);
  EXPECT_LE(std::stoi(again), 1'000);
}

TEST_F(GrpcServerTest, what_is_too_long_is_refused) {
  ASSERT_FINE(make_docs());
  const grpc::Status status = put({record("a", 1, std::string(200'000, 'x'))});
  EXPECT_EQ(status.error_code(), grpc::RESOURCE_EXHAUSTED) << status.error_message();
  ASSERT_FINE(put({record("a", 1, std::string(90'000, 'x'))}));
}

// Bytes as they are, to any path.
grpc::Status send_bytes(const std::shared_ptr<grpc::Channel>& channel, const std::string& path,
                        const std::string& bytes, const std::string& token) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  ServedGrpc::set_key(context, token);
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  std::promise<grpc::Status> answered;
  stub.UnaryCall(&context, path, {}, &request, &response,
                 [&](grpc::Status status) { answered.set_value(std::move(status)); });
  return answered.get_future().get();
}

TEST_F(GrpcServerTest, what_is_no_message_is_refused) {
  ASSERT_FINE(make_docs());
  const std::string& key = served.test.admin.token;
  const std::string path = "/vecstore.v1.VecStore/Query";
  EXPECT_EQ(send_bytes(served.channel, path, "\xff\xff\xff", key).error_code(),
            grpc::INVALID_ARGUMENT);
  EXPECT_EQ(send_bytes(served.channel, path, std::string("\x0a\x02\xc3\x28", 4), key).error_code(),
            grpc::INVALID_ARGUMENT);  // a name that is no UTF-8
  const grpc::Status unknown = send_bytes(
      served.channel, path, query().SerializeAsString() + std::string("\xf8\x07\x01", 3), key);
  EXPECT_EQ(unknown.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_THAT(unknown.error_message(), HasSubstr("knows no field 127 of vecstore.v1.QueryRequest"));
  EXPECT_EQ(send_bytes(served.channel, "/vecstore.v1.VecStore/Nothing", "", key).error_code(),
            grpc::UNIMPLEMENTED);
  std::string deep = "x";
  for (int i = 0; i < 400; ++i) {  // a value in a list in a value
    v1::Value outer;
    ASSERT_TRUE(i > 0 || outer.ParseFromString(deep = ""));
    const auto wrap = [](char tag, const std::string& inner) {
      std::string out(1, tag);
      for (std::size_t n = inner.size(); true; n >>= 7) {
        out += static_cast<char>((n & 0x7f) | (n > 0x7f ? 0x80 : 0));
        if (n <= 0x7f) break;
      }
      return out + inner;
    };
    deep = wrap(0x2a, wrap(0x0a, deep));
  }
  v1::CreateNamespaceRequest empty;
  EXPECT_EQ(send_bytes(served.channel, "/vecstore.v1.Admin/CreateNamespace", "\x32" + deep, key)
                .error_code(),
            grpc::INVALID_ARGUMENT);
}

TEST_F(GrpcServerTest, compressed_messages_are_not_read) {
  ASSERT_FINE(make_docs());
  grpc::ClientContext context;
  ServedGrpc::set_key(context, served.test.admin.token);
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  v1::UpsertRequest one;
  v1::WriteResult done;
  one.set_collection("docs");
  *one.mutable_record() = record("a", 1, std::string(10'000, 'x'));
  EXPECT_EQ(Data(served.channel).Upsert(&context, one, &done).error_code(), grpc::UNIMPLEMENTED);
}

}  // namespace
}  // namespace vecstore
