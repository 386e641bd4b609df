#include "server/grpc/rpc.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>

#include "vecstore/v1/admin.pb.h"
#include "vecstore/v1/vecstore.pb.h"

namespace vecstore {
namespace {

const google::protobuf::MethodDescriptor* method_of(const Rpc& rpc) {
  std::string name(std::string_view(rpc.path).substr(1));
  name[name.find('/')] = '.';
  return google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
}

TEST(Rpc, the_table_has_every_method_of_the_proto_files_as_it_is) {
  std::set<std::string_view> paths;
  for (const Rpc& rpc : all_rpcs()) {
    EXPECT_TRUE(paths.insert(rpc.path).second) << rpc.path;
    const auto* method = method_of(rpc);
    ASSERT_NE(method, nullptr) << rpc.path;
    EXPECT_EQ(method->input_type(), rpc.make_request()->GetDescriptor()) << rpc.path;
    EXPECT_EQ(method->server_streaming(), rpc.streams) << rpc.path;
    EXPECT_FALSE(method->client_streaming()) << rpc.path;
  }
  const auto* vecstore = v1::Record::descriptor()->file()->service(0);
  const auto* admin = v1::Namespace::descriptor()->file()->service(0);
  EXPECT_EQ(static_cast<int>(all_rpcs().size()), vecstore->method_count() + admin->method_count());
}

// Else an operation about a collection would be asked for without one, and a key that is confined
// would be let through.
TEST(Rpc, a_request_names_what_its_operation_is_about) {
  for (const Rpc& rpc : all_rpcs()) {
    if (!rpc.operation) continue;
    const About about = row_of(*rpc.operation).about;
    if (about != About::kCollection && about != About::kNamespace) continue;
    const auto request = rpc.make_request();
    const char* field = about == About::kCollection ? "collection" : "id";
    const auto* descriptor = request->GetDescriptor()->FindFieldByName(field);
    ASSERT_NE(descriptor, nullptr) << rpc.path;
    request->GetReflection()->SetString(request.get(), descriptor, "subject");
    EXPECT_EQ(rpc.subject(*request), "subject") << rpc.path;
  }
}

TEST(Rpc, nothing_but_health_is_open) {
  for (const Rpc& rpc : all_rpcs())
    EXPECT_EQ(!rpc.operation, std::string_view(rpc.path).ends_with("/HealthCheck")) << rpc.path;
}

}  // namespace
}  // namespace vecstore
