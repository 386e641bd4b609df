#include <chrono>
#include <cstdio>
#include <filesystem>
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
  bool insecure = false;
};

// There are keys as soon as there is a file of them: an empty one lets nobody in.
Result<std::unique_ptr<KeyStore>> open_keys(const Settings& settings) {
  std::error_code ignored;
  const std::string path = keys_file(settings);
  if (!std::filesystem::exists(path, ignored)) return std::unique_ptr<KeyStore>();
  return KeyStore::open(path);
}

void say_where(const Output& out, const HttpServer& server, const HttpOptions& http, bool keys) {
  const bool tls = !http.certificate.empty();
  const bool six = http.address.find(':') != std::string::npos;
  const std::string url = std::string(tls ? "https://" : "http://") + (six ? "[" : "") +
                          http.address + (six ? "]" : "") + ":" + std::to_string(server.port());
  if (out.is_json()) {
    out.print_object({{"url", url}, {"tls", tls}, {"keys", keys}});
  } else {
    out.print_line(url);
  }
  std::fflush(stdout);  // who started it waits for this
  if (!keys) out.note("there are no keys: who reaches this address may do everything");
}

Status run_server(Session& session, const ServerSettings& settings, ServiceParts parts) {
  Service service(std::move(parts), settings.service);
  VECSTORE_ASSIGN(const auto server, HttpServer::start(service, settings.http));
  const CancelToken signal = watch_interrupts();
  service.note("server.start", Severity::kNotice, session.database_path());
  say_where(session.out, *server, settings.http, service.needs_keys());
  while (!signal.cancelled()) std::this_thread::sleep_for(kLook);
  session.out.note("ending: requests under way are answered");
  if (!server->drain(settings.drain_timeout))
    session.out.warn("some requests took longer than server.drain_timeout_ms and were called off");
  service.note("server.stop", Severity::kNotice, session.database_path());
  return service.database().close();
}

Status serve(Session& session, const ServeArguments& given) {
  if (given.address) session.settings.set_by_flag("server.address", *given.address, "--address");
  if (given.port) session.settings.set_by_flag("server.port", *given.port, "--port");
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
      .summary = "answer over HTTP",
      .description =
          "Listens at 127.0.0.1 and prints its address; /openapi.json says what it answers. With\n"
          "keys ('vecstore key create') or server.jwt.keys requests need one. Another address "
          "needs keys and TLS.\n"
          "Ends with Ctrl-C or SIGTERM, once what is under way is answered; a second one ends it\n"
          "at once. The settings are under [server]: vecstore config show.\n\n"
          "Examples:\n"
          "  vecstore serve\n"
          "  vecstore serve --port 8080 -o json\n"
          "  VECSTORE_SERVER_CERTIFICATE=c.pem VECSTORE_SERVER_PRIVATE_KEY=k.pem \\\n"
          "    vecstore serve --address 0.0.0.0",
      .options = {{"--address", &to->address, "of this machine, in numbers", "ADDRESS"},
                  {"--port", &to->port, "0: one that is free (default 7373)", "N"},
                  {"--insecure", &to->insecure,
                   "at an address that others reach, without TLS or keys"}},
      .run = [to](Session& session) { return serve(session, *to); }};
}

}  // namespace vecstore
