#include "cli/server_settings.h"

#include <gmock/gmock.h>

#include <map>

namespace vecstore {
namespace {

using testing::HasSubstr;
using Variables = std::map<std::string, std::string>;

Settings settings_of(const Variables& variables = {}) {
  SettingsSources sources;
  sources.collection = "default";
  sources.environment = [&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
  return Settings::load(sources).value();
}

TEST(ServerSettings, have_the_defaults_of_the_structs) {
  const ServerSettings is = server_settings(settings_of()).value(), otherwise;
  EXPECT_EQ(is.http.port, otherwise.http.port);
  EXPECT_EQ(is.http.idle_timeout, otherwise.http.idle_timeout);
  EXPECT_EQ(is.service.limits.max_body_bytes, ServiceLimits().max_body_bytes);
  EXPECT_EQ(is.service.limits.query_timeout, ServiceLimits().query_timeout);
  EXPECT_EQ(is.audit.file_bytes, AuditOptions().file_bytes);
  EXPECT_EQ(is.service.rate_per_key.per_second, 0);
  EXPECT_EQ(is.drain_timeout, otherwise.drain_timeout);
  EXPECT_TRUE(is.audited);
}

// Each setting changed alone reaches its member, and one beyond what it may be is named.
TEST(ServerSettings, every_one_is_read_and_has_its_range) {
  std::vector<std::string> names;
  for_each_server_setting([&](const std::string& name, Value) { names.push_back(name); });
  for (const std::string& name : names) {
    if (name == "address" || name == "certificate" || name == "private_key") continue;
    if (name.starts_with("jwt.")) continue;  // cli/jwt_settings_test.cc
    if (name.ends_with("_file") || name.ends_with("_folder")) continue;
    std::string variable = "VECSTORE_SERVER_" + name;
    for (char& c : variable) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    for (const char* bad : {"-1", "99999999999999"}) {
      if (name == "slow_query_ms" && bad[0] != '-') continue;
      if (name == "grpc_reflection") continue;
      const auto read = server_settings(settings_of({{variable, bad}}));
      EXPECT_THAT(read.status().message(), HasSubstr("server." + name + " must be ")) << bad;
    }
  }
  const ServerSettings set =
      server_settings(settings_of({{"VECSTORE_SERVER_MAX_K", "7"},
                                   {"VECSTORE_SERVER_RATE_PER_KEY", "2.5"},
                                   {"VECSTORE_SERVER_HEADER_TIMEOUT_MS", "9"},
                                   {"VECSTORE_SERVER_AUDIT", "all"}}))
          .value();
  EXPECT_EQ(set.service.limits.max_k, 7u);
  EXPECT_EQ(set.service.rate_per_key.per_second, 2.5);
  EXPECT_EQ(set.http.header_timeout.count(), 9);
  EXPECT_TRUE(set.service.audit_reads);
  EXPECT_FALSE(server_settings(settings_of({{"VECSTORE_SERVER_AUDIT", "off"}}))->audited);
}

TEST(ServerSettings, grpc_is_off_until_it_has_a_port_and_then_as_http) {
  EXPECT_FALSE(server_settings(settings_of())->grpc_port);
  EXPECT_EQ(server_settings(settings_of({{"VECSTORE_SERVER_GRPC_PORT", "0"}}))->grpc_port, 0);
  const ServerSettings set =
      server_settings(settings_of({{"VECSTORE_SERVER_GRPC_PORT", "7"},
                                   {"VECSTORE_SERVER_GRPC_REFLECTION", "true"},
                                   {"VECSTORE_SERVER_ADDRESS", "127.0.0.2"},
                                   {"VECSTORE_SERVER_CERTIFICATE", "c"},
                                   {"VECSTORE_SERVER_PRIVATE_KEY", "k"},
                                   {"VECSTORE_SERVER_THREADS", "3"},
                                   {"VECSTORE_SERVER_MAX_QUEUED", "5"},
                                   {"VECSTORE_SERVER_MAX_CONNECTIONS", "6"},
                                   {"VECSTORE_SERVER_HEADER_TIMEOUT_MS", "8"},
                                   {"VECSTORE_SERVER_TRANSFER_TIMEOUT_MS", "9"},
                                   {"VECSTORE_SERVER_IDLE_TIMEOUT_MS", "10"}}))
          .value();
  const GrpcOptions grpc = grpc_options(set);
  EXPECT_EQ(grpc.port, 7);
  EXPECT_TRUE(grpc.reflection);
  EXPECT_EQ(grpc.address + grpc.certificate + grpc.key, "127.0.0.2ck");
  EXPECT_EQ(grpc.threads, 3);
  EXPECT_EQ(grpc.max_queued, 5u);
  EXPECT_EQ(grpc.max_calls, 6u);
  EXPECT_EQ(grpc.header_timeout.count(), 8);
  EXPECT_EQ(grpc.transfer_timeout.count(), 9);
  EXPECT_EQ(grpc.idle_timeout.count(), 10);
}

TEST(ServerSettings, keys_and_audit_lie_beside_the_database) {
  EXPECT_EQ(keys_file(settings_of({{"VECSTORE_DB", "a/b.db/"}})), "a/b.db.keys");
  EXPECT_EQ(audit_folder(settings_of({{"VECSTORE_DB", "b.db"}})), "b.db.audit");
  EXPECT_EQ(keys_file(settings_of({{"VECSTORE_SERVER_KEYS_FILE", "k"}})), "k");
  EXPECT_EQ(namespaces_file(settings_of({{"VECSTORE_DB", "b.db"}})), "b.db.namespaces");
  EXPECT_EQ(namespaces_file(settings_of({{"VECSTORE_SERVER_NAMESPACES_FILE", "n"}})), "n");
  EXPECT_EQ(roles_file(settings_of({{"VECSTORE_DB", "b.db"}})), "b.db.roles");
  EXPECT_EQ(roles_file(settings_of({{"VECSTORE_SERVER_ROLES_FILE", "r"}})), "r");
  EXPECT_EQ(backups_folder(settings_of({{"VECSTORE_DB", "b.db"}})), "b.db.backups");
  EXPECT_EQ(usage_folder(settings_of({{"VECSTORE_DB", "b.db"}})), "b.db.usage");
  EXPECT_EQ(usage_folder(settings_of({{"VECSTORE_SERVER_USAGE_FOLDER", "u"}})), "u");
}

TEST(ServerSettings, others_reach_it_only_with_tls_and_keys_or_when_told_so) {
  const auto may = [](const char* address, bool tls, bool keys, bool insecure) {
    HttpOptions http{.address = address};
    if (tls) http.certificate = http.key = "x.pem";
    return check_exposed(http, keys, insecure);
  };
  for (const char* inside : {"127.0.0.1", "127.0.0.2", "::1", "localhost"})
    EXPECT_TRUE(may(inside, false, false, false).ok()) << inside;
  for (const char* outside : {"0.0.0.0", "::", "10.0.0.1", "::ffff:127.0.0.1", ""}) {
    EXPECT_EQ(may(outside, false, false, false).code(), Code::kFailedPrecondition) << outside;
    EXPECT_THAT(may(outside, true, false, false).message(), HasSubstr("no keys"));
    EXPECT_THAT(may(outside, false, true, false).message(), HasSubstr("no TLS"));
    EXPECT_TRUE(may(outside, true, true, false).ok());
    EXPECT_TRUE(may(outside, false, false, true).ok());
  }
}

}  // namespace
}  // namespace vecstore
