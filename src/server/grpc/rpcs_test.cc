// What the table of calls lets through, asked of every call in it and of every kind of key.
#include "server/grpc/rpcs.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>

#include "server/grpc/test_grpc_client.h"

namespace vecstore {
namespace {

struct World {
  World() {
    (void)served.test.make_space("acme");
    for (const Role role : {Role::kViewer, Role::kEditor, Role::kAdmin})
      of_acme.push_back(served.test.service->keys()
                            ->create({.name = "k", .role = role, .space = "acme"})
                            .value());
    other = served.test.make_space("beta");
    fill("docs");
    fill("acme/docs");
    fill("beta/docs");
  }
  void fill(const std::string& name) {
    Collection docs =
        served.test.service->database().create_collection(name, {.dimension = 2}).value();
    const std::string text = "text of " + name.substr(0, name.find('/'));
    EXPECT_TRUE(docs.upsert({.id = "a", .vector = {1, 0}, .text = text}).ok());
  }

  // Every field of the names that requests have is set, as far as it is there.
  static MessagePtr request_of(const Rpc& rpc, const std::string& collection,
                               const std::string& space) {
    MessagePtr request = rpc.make_request();
    const auto set = [&](const char* name, const std::string& text) {
      const auto* field = request->GetDescriptor()->FindFieldByName(name);
      if (field && field->cpp_type() == field->CPPTYPE_STRING && !field->is_repeated())
        request->GetReflection()->SetString(request.get(), field, text);
    };
    const bool admin = std::string_view(rpc.path).find("Admin/") != std::string_view::npos;
    set("collection", collection);
    set("id", admin ? space : "a");
    set("name", "beta");
    set("status", "suspended");
    if (auto* update = dynamic_cast<v1::UpdateNamespaceQuotasRequest*>(request.get()))
      update->set_tier("free");
    if (auto* ids = dynamic_cast<v1::IdsRequest*>(request.get())) ids->add_ids("a");
    if (auto* removal = dynamic_cast<v1::DeleteRequest*>(request.get())) removal->add_ids("a");
    if (auto* one = dynamic_cast<v1::UpsertRequest*>(request.get()))
      one->mutable_record()->set_id("b");
    return request;
  }

  struct Answer {
    grpc::StatusCode code = grpc::OK;
    std::string message = {};
    std::string bytes = {};
  };
  Answer ask(const Rpc& rpc, const std::string& token, const std::string& collection,
             const std::string& space) {
    grpc::GenericStub stub(served.channel);
    grpc::ClientContext context;
    grpc::CompletionQueue queue;
    ServedGrpc::set_key(context, token);
    const auto call = stub.PrepareCall(&context, rpc.path, &queue);
    void* tag = nullptr;
    bool ok = false;
    call->StartCall(nullptr);
    queue.Next(&tag, &ok);
    const grpc::Slice slice(request_of(rpc, collection, space)->SerializeAsString());
    call->WriteLast(grpc::ByteBuffer(&slice, 1), {}, nullptr);
    queue.Next(&tag, &ok);
    Answer answer;
    for (ok = true; ok;) {
      grpc::ByteBuffer piece;
      std::vector<grpc::Slice> slices;
      call->Read(&piece, nullptr);
      queue.Next(&tag, &ok);
      if (ok && piece.Dump(&slices).ok())
        for (const grpc::Slice& one : slices) answer.bytes.append(one.begin(), one.end());
    }
    grpc::Status status;
    call->Finish(&status, nullptr);
    queue.Next(&tag, &ok);
    answer.code = status.error_code();
    answer.message = status.error_message();
    return answer;
  }

  std::string state_of_beta() {
    std::string out;
    Collection docs = served.test.service->database().collection("beta/docs").value();
    Scan scan = docs.scan().value();
    for (const Record& record : scan.next().value()) out += record.to_json();
    out +=
        Value(namespace_object(served.test.service->namespaces()->get("beta").value())).to_json();
    for (const SnapshotInfo& one : served.test.service->database().list_snapshots().value())
      out += one.name;
    return out;
  }

  ServedGrpc served;
  std::vector<MadeKey> of_acme;
  MadeKey other;
};

TEST(Rpcs, the_matrix_of_every_call_and_every_role) {
  for (const Rpc& rpc : all_rpcs()) {
    World world;  // what one call drops, the next one needs
    TestService& test = world.served.test;
    if (!rpc.operation) {
      EXPECT_EQ(world.ask(rpc, "", "docs", "acme").code, grpc::OK) << rpc.path;
      continue;
    }
    for (const char* none : {"", "wrong", "vsk_0000000000000000_0000"})
      EXPECT_EQ(world.ask(rpc, none, "docs", "acme").code, grpc::UNAUTHENTICATED) << rpc.path;
    const OperationRow& row = row_of(*rpc.operation);
    const std::pair<Role, const MadeKey*> keys[] = {
        {Role::kViewer, &test.viewer}, {Role::kEditor, &test.editor}, {Role::kAdmin, &test.admin}};
    for (const auto& [role, key] : keys) {
      const auto answer = world.ask(rpc, key->token, "docs", "acme");
      EXPECT_EQ(answer.code == grpc::PERMISSION_DENIED, !allows(role, row.permission))
          << rpc.path << " as " << role_name(role) << ": " << answer.message;
      EXPECT_NE(answer.code, grpc::INTERNAL) << rpc.path << answer.message;
      EXPECT_NE(answer.code, grpc::UNKNOWN) << rpc.path << answer.message;
    }
    // Confined to the collection "docs".
    const bool whole = row.about == About::kDatabase || row.about == About::kNamespace;
    EXPECT_EQ(world.ask(rpc, test.scoped.token, "docs", "acme").code == grpc::PERMISSION_DENIED,
              whole)
        << rpc.path;
    if (row.about == About::kCollection) {
      EXPECT_EQ(world.ask(rpc, test.scoped.token, "acme/docs", "").code, grpc::PERMISSION_DENIED);
    }
  }
}

TEST(Rpcs, no_call_shows_or_changes_anything_of_another_namespace) {
  World world;
  const std::string before = world.state_of_beta();
  ASSERT_THAT(before, testing::HasSubstr("text of beta"));
  for (const Rpc& rpc : all_rpcs()) {
    for (const MadeKey& key : world.of_acme) {
      for (const char* name : {"beta/docs", "../beta/docs", "/beta/docs", "beta/", "docs"}) {
        const auto answer = world.ask(rpc, key.token, name, "beta");
        EXPECT_THAT(answer.bytes + answer.message, testing::Not(testing::HasSubstr("text of beta")))
            << rpc.path;
        const bool whole = rpc.operation && row_of(*rpc.operation).about != About::kCollection &&
                           row_of(*rpc.operation).about != About::kVisible;
        if (whole) {
          EXPECT_EQ(answer.code, grpc::PERMISSION_DENIED) << rpc.path;
        }
      }
    }
  }
  EXPECT_EQ(world.state_of_beta(), before);
}

TEST(Rpcs, a_namespaces_own_key_gets_its_own_from_every_call_that_is_not_the_databases) {
  for (const Rpc& rpc : all_rpcs()) {
    if (!rpc.operation) continue;
    World world;
    const auto answer = world.ask(rpc, world.of_acme.back().token, "docs", "acme");
    const bool whole = row_of(*rpc.operation).about == About::kDatabase;
    EXPECT_EQ(answer.code == grpc::PERMISSION_DENIED, whole) << rpc.path << answer.message;
    EXPECT_THAT(answer.bytes, testing::Not(testing::HasSubstr("acme/")));
  }
}

}  // namespace
}  // namespace vecstore
