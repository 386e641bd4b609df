#include <chrono>
#include <cstdio>
#include <filesystem>
#include <future>
#include <memory>
#include <thread>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/jwt_settings.h"
#include "cli/server_settings.h"
#include "cli/session.h"

namespace vecstore {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLook{50};  // between two looks for a signal

struct ServeArguments {
  std::optional<std::string> address = {};
  std::optional<std::int64_t> port = {};
  std::optional<std::int64_t> grpc_port = {};
  bool insecure = false;
};

// There are keys as soon as there is a file of them: an empty one lets nobody in.
Result<std::unique_ptr<KeyStore>> open_keys(const Settings& settings) {
  std::error_code ignored;
  const std::string path = keys_file(settings);
  if (!std::filesystem::exists(path, ignored)) return std::unique_ptr<KeyStore>();
  return KeyStore::open(path);
}

std::string host_of(const HttpOptions& http, std::uint16_t port) {
  const bool six = http.address.find(':') != std::string::npos;
  return (six ? "[" + http.address + "]" : http.address) + ":" + std::to_string(port);
}

// The wires, of which gRPC may be none.
struct Servers {
  std::unique_ptr<HttpServer> http = {};
  std::unique_ptr<GrpcServer> grpc = {};

  // Both at one time, so that neither takes of the other's.
  bool drain(milliseconds most) {
    auto other = std::async(std::launch::async, [&] { return !grpc || grpc->drain(most); });
    const bool all = http->drain(most);
    return other.get() && all;
  }
};

Result<Servers> start(Service& service, const ServerSettings& settings) {
  Servers servers;
  VECSTORE_ASSIGN(servers.http, HttpServer::start(service, settings.http));
  if (settings.grpc_port) {
    Result<std::unique_ptr<GrpcServer>> grpc = GrpcServer::start(service, grpc_options(settings));
    VECSTORE_TRY(grpc.status().with_context("gRPC"));
    servers.grpc = *std::move(grpc);
  }
  return servers;
}

void say_where(const Output& out, const Servers& servers, const HttpOptions& http, bool keys) {
  const bool tls = !http.certificate.empty();
  const std::string url =
      std::string(tls ? "https://" : "http://") + host_of(http, servers.http->port());
  const std::string grpc = servers.grpc ? "grpc" + std::string(tls ? "s://" : "://") +
                                              host_of(http, servers.grpc->port())
                                        : "";
  if (out.is_json()) {
    Object object{{"url", url}, {"tls", tls}, {"keys", keys}};
    if (servers.grpc) object["grpc"] = grpc;
    out.print_object(object);
  } else {
    out.print_line(url);
    if (servers.grpc) out.print_line(grpc);
  }
  std::fflush(stdout);  // who started it waits for this
  if (!keys) out.note("there are no keys: who reaches this address may do everything");
}

Status run_server(Session& session, const ServerSettings& settings, ServiceParts parts) {
  Service service(std::move(parts), settings.service);
  VECSTORE_ASSIGN(Servers servers, start(service, settings));
  const CancelToken signal = watch_interrupts();
  service.note("server.start", Severity::kNotice, session.database_path());
  say_where(session.out, servers, settings.http, service.needs_keys());
  while (!signal.cancelled()) std::this_thread::sleep_for(kLook);
  session.out.note("ending: requests under way are answered");
  if (!servers.drain(settings.drain_timeout))
    session.out.warn("some requests took longer than server.drain_timeout_ms and were called off");
  service.note("server.stop", Severity::kNotice, session.database_path());
  return service.database().close();
}

Status serve(Session& session, const ServeArguments& given) {
  if (given.address) session.settings.set_by_flag("server.address", *given.address, "--address");
  if (given.port) session.settings.set_by_flag("server.port", *given.port, "--port");
  if (given.grpc_port)
    session.settings.set_by_flag("server.grpc_port", *given.grpc_port, "--grpc-port");
  VECSTORE_ASSIGN(ServerSettings settings, server_settings(session.settings));
  VECSTORE_ASSIGN(std::unique_ptr<KeyStore> keys, open_keys(session.settings));
  VECSTORE_ASSIGN(std::unique_ptr<TokenVerifier> tokens, open_tokens(session.settings));
  VECSTORE_TRY(check_exposed(settings.http, keys || tokens, given.insecure));
  const std::string audit = audit_folder(session.settings);
  const std::string usage = usage_folder(session.settings);
  const std::string backups = backups_folder(session.settings);
  for (const std::string& folder : {audit, usage, backups})
    VECSTORE_TRY(check_outside(folder, session.database_path()));
  VECSTORE_ASSIGN(auto namespaces, NamespaceStore::open(namespaces_file(session.settings)));
  VECSTORE_ASSIGN(auto roles, RoleStore::open(roles_file(session.settings)));
  VECSTORE_ASSIGN(Database database, session.open_to_write(true));
  ServiceParts parts{.database = std::move(database),
                     .keys = std::move(keys),
                     .tokens = std::move(tokens),
                     .roles = std::move(roles),
                     .namespaces = std::move(namespaces),
                     .backups = backups};
  VECSTORE_ASSIGN(parts.usage, UsageLog::open(usage));
  if (settings.audited) {
    VECSTORE_ASSIGN(parts.audit, AuditLog::open(audit, settings.audit));
  }
  parts.log = [out = session.out](LogLevel, std::string_view message) { out.warn(message); };
  return run_server(session, settings, std::move(parts));
}

}  // namespace

Command serve_command() {
  auto to = std::make_shared<ServeArguments>();
  return {
      .name = "serve",
      .summary = "answer over HTTP and gRPC",
      .description =
          "Listens at 127.0.0.1 and prints its address; /openapi.json says what it answers. With\n"
          "--grpc-port gRPC is answered as well, as proto/vecstore/v1 says, and a second line "
          "printed.\n"
          "With keys ('vecstore key create') or server.jwt.keys requests need one. Another address "
          "needs keys and TLS.\n"
          "Ends with Ctrl-C or SIGTERM, once what is under way is answered; a second one ends it\n"
          "at once. The settings are under [server]: vecstore config show.\n\n"
          "Examples:\n"
          "  vecstore serve\n"
          "  vecstore serve --port 8080 -o json\n"
          "  vecstore serve --grpc-port 7374\n"
          "  VECSTORE_SERVER_CERTIFICATE=c.pem VECSTORE_SERVER_PRIVATE_KEY=k.pem \\\n"
          "    vecstore serve --address 0.0.0.0",
      .options = {{"--address", &to->address, "of this machine, in numbers", "ADDRESS"},
                  {"--port", &to->port, "0: one that is free (default 7373)", "N"},
                  {"--grpc-port", &to->grpc_port, "also gRPC, there; 0: one that is free", "N"},
                  {"--insecure", &to->insecure,
                   "at an address that others reach, without TLS or keys"}},
      .run = [to](Session& session) { return serve(session, *to); }};
}

}  // namespace vecstore
