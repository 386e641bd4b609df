// The settings under [server]: how `serve` listens, what it lets through, and where it keeps keys
// and the audit log.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "cli/settings.h"
#include "server/grpc/grpc_server.h"
#include "server/http/http_server.h"
#include "service/audit_log.h"
#include "service/service.h"

namespace vecstore {

// Names without "server.", with their defaults.
void for_each_server_setting(const std::function<void(std::string name, Value otherwise)>& take);

struct ServerSettings {
  HttpOptions http = {};
  std::optional<std::uint16_t> grpc_port = {};  // none: no gRPC
  bool grpc_reflection = false;
  ServiceOptions service = {};
  AuditOptions audit = {};
  bool audited = true;
  std::chrono::milliseconds drain_timeout{30'000};
};

// kInvalidArgument names the setting, what it may be and what it is.
Result<ServerSettings> server_settings(const Settings& settings);

// Beside HTTP: at its address, with its certificate, limits and times.
GrpcOptions grpc_options(const ServerSettings& settings);

// Where they lie: beside the database unless the settings say otherwise.
std::string keys_file(const Settings& settings);
std::string audit_folder(const Settings& settings);
std::string namespaces_file(const Settings& settings);
std::string roles_file(const Settings& settings);
std::string usage_folder(const Settings& settings);
std::string backups_folder(const Settings& settings);

// Refuses to listen where others can reach it without keys or TLS, unless `insecure`. The address
// is made one in numbers.
Status check_exposed(HttpOptions& http, bool has_keys, bool insecure);

}  // namespace vecstore
