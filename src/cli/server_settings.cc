#include "cli/server_settings.h"

#include "base/utf8.h"
#include "cli/jwt_settings.h"
#include "cli/session.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr std::int64_t kMostMs = 86'400'000;  // a day
constexpr std::int64_t kMostBytes = std::int64_t{1} << 30;
constexpr double kMostRate = 1e9;

using std::chrono::milliseconds;

struct Row {
  std::string_view name;
  std::int64_t least;
  std::int64_t most;
  std::int64_t (*get)(const ServerSettings& from);
  void (*set)(ServerSettings& to, std::int64_t value);
};

template <auto... Members>
struct At;

// A number at the end of a chain of members.
template <auto First, auto Second>
struct At<First, Second> {
  static std::int64_t get(const ServerSettings& from) {
    return static_cast<std::int64_t>((from.*First).*Second);
  }
  static void set(ServerSettings& to, std::int64_t value) {
    auto& member = (to.*First).*Second;
    member = static_cast<std::remove_reference_t<decltype(member)>>(value);
  }
};

template <auto Member>
struct Time {
  static std::int64_t get(const ServerSettings& from) { return (from.http.*Member).count(); }
  static void set(ServerSettings& to, std::int64_t value) { to.http.*Member = milliseconds(value); }
};

template <auto Member>
struct Limit {
  static std::int64_t get(const ServerSettings& from) {
    return static_cast<std::int64_t>(from.service.limits.*Member);
  }
  static void set(ServerSettings& to, std::int64_t value) {
    to.service.limits.*Member = static_cast<std::size_t>(value);
  }
};

template <class Access>
constexpr Row row(std::string_view name, std::int64_t least, std::int64_t most) {
  return {name, least, most, Access::get, Access::set};
}

using S = ServerSettings;
using L = ServiceLimits;

constexpr Row kRows[] = {
    row<At<&S::http, &HttpOptions::port>>("port", 0, 65'535),
    row<At<&S::http, &HttpOptions::threads>>("threads", 1, 1'024),
    row<At<&S::http, &HttpOptions::max_queued>>("max_queued", 0, 1'000'000),
    row<At<&S::http, &HttpOptions::max_connections>>("max_connections", 1, 1'000'000),
    row<Time<&HttpOptions::header_timeout>>("header_timeout_ms", 1, kMostMs),
    row<Time<&HttpOptions::transfer_timeout>>("transfer_timeout_ms", 1, kMostMs),
    row<Time<&HttpOptions::idle_timeout>>("idle_timeout_ms", 1, kMostMs),
    row<Limit<&L::max_body_bytes>>("max_body_bytes", 1, kMostBytes),
    row<Limit<&L::max_k>>("max_k", 1, kMaxK),
    row<Limit<&L::max_ef>>("max_ef", 1, kMaxEf),
    row<Limit<&L::max_batch>>("max_batch", 1, 1'000'000),
    row<Limit<&L::max_queries>>("max_queries", 1, 1'000'000),
    row<Limit<&L::max_dimension>>("max_dimension", 1, kMaxDimension),
    row<Limit<&L::max_concurrent_per_key>>("max_concurrent_per_key", 1, 1'000'000),
    row<At<&S::audit, &AuditOptions::file_bytes>>("audit_file_bytes", 4'096, 256 << 20),
    row<At<&S::audit, &AuditOptions::max_files>>("audit_files", 2, 100'000),
    {"grpc_port", 0, 65'535, [](const S&) { return std::int64_t{0}; },
     [](S& to, std::int64_t value) { to.grpc_port = static_cast<std::uint16_t>(value); }},
    {"query_timeout_ms", 1, kMostMs,
     [](const S& from) { return std::int64_t{from.service.limits.query_timeout.count()}; },
     [](S& to, std::int64_t value) { to.service.limits.query_timeout = milliseconds(value); }},
    {"drain_timeout_ms", 0, kMostMs,
     [](const S& from) { return std::int64_t{from.drain_timeout.count()}; },
     [](S& to, std::int64_t value) { to.drain_timeout = milliseconds(value); }}};

Status out_of_range(const std::string& key, const std::string& may, const Value& is) {
  return invalid_argument(key + " must be " + may + ", it is " + is.to_json());
}

// A rate of 0 is no limit; then the burst says nothing.
Status read_rate(const Settings& settings, const std::string& rate_key,
                 const std::string& burst_key, Rate& to) {
  const Value &rate = settings.value(rate_key), &burst = settings.value(burst_key);
  to = {*rate.as_double(), *burst.as_double()};
  if (!(to.per_second >= 0 && to.per_second <= kMostRate))
    return out_of_range(rate_key, "from 0 to 1e9", rate);
  if (!(to.burst >= 1 && to.burst <= kMostRate))
    return out_of_range(burst_key, "from 1 to 1e9", burst);
  return {};
}

std::string beside_database(const Settings& settings, std::string_view key,
                            std::string_view ending) {
  const std::string& set = settings.text(key);
  if (!set.empty()) return set;
  std::string path = settings.text("database.path");
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path + std::string(ending);
}

}  // namespace

void for_each_server_setting(const std::function<void(std::string, Value)>& take) {
  const ServerSettings otherwise;
  take("address", otherwise.http.address);
  take("certificate", "");
  take("private_key", "");
  take("keys_file", "");
  take("audit", "writes");
  take("audit_folder", "");
  take("namespaces_file", "");
  take("roles_file", "");
  take("usage_folder", "");
  take("backups_folder", "");
  for (const Row& row : kRows) take(std::string(row.name), row.get(otherwise));
  take("grpc_reflection", otherwise.grpc_reflection);
  take("rate_per_key", otherwise.service.rate_per_key.per_second);
  take("burst_per_key", 100.0);
  take("rate", otherwise.service.rate.per_second);
  take("burst", 1000.0);
  take("slow_query_ms", otherwise.service.slow_query_ms);
  for_each_jwt_setting(
      [&](const std::string& name, Value value) { take("jwt." + name, std::move(value)); });
}

Result<ServerSettings> server_settings(const Settings& settings) {
  ServerSettings to;
  for (const Row& row : kRows) {
    const std::string key = "server." + std::string(row.name);
    const std::int64_t value = settings.integer(key);
    if (value < row.least || value > row.most)
      return out_of_range(
          key, "from " + std::to_string(row.least) + " to " + std::to_string(row.most), value);
    row.set(to, value);
  }
  if (!settings.is_set("server.grpc_port")) to.grpc_port.reset();
  to.grpc_reflection = *settings.value("server.grpc_reflection").as_bool();
  to.http.address = settings.text("server.address");
  to.http.certificate = settings.text("server.certificate");
  to.http.key = settings.text("server.private_key");
  const std::string& audit = settings.text("server.audit");
  if (audit != "writes" && audit != "all" && audit != "off")
    return out_of_range("server.audit", "writes, all or off", audit);
  to.audited = audit != "off";
  to.service.audit_reads = audit == "all";
  VECSTORE_TRY(
      read_rate(settings, "server.rate_per_key", "server.burst_per_key", to.service.rate_per_key));
  VECSTORE_TRY(read_rate(settings, "server.rate", "server.burst", to.service.rate));
  const Value& slow = settings.value("server.slow_query_ms");
  to.service.slow_query_ms = *slow.as_double();
  if (!(to.service.slow_query_ms >= 0))
    return out_of_range("server.slow_query_ms", "at least 0", slow);
  return to;
}

GrpcOptions grpc_options(const ServerSettings& settings) {
  const HttpOptions& http = settings.http;
  GrpcOptions grpc;
  grpc.address = http.address;
  grpc.port = settings.grpc_port.value_or(0);
  grpc.certificate = http.certificate;
  grpc.key = http.key;
  grpc.threads = http.threads;
  grpc.max_queued = http.max_queued;
  grpc.briefly = http.briefly;
  grpc.max_calls = http.max_connections;
  grpc.header_timeout = http.header_timeout;
  grpc.transfer_timeout = http.transfer_timeout;
  grpc.idle_timeout = http.idle_timeout;
  grpc.reflection = settings.grpc_reflection;
  return grpc;
}

std::string keys_file(const Settings& settings) {
  return beside_database(settings, "server.keys_file", ".keys");
}

std::string audit_folder(const Settings& settings) {
  return beside_database(settings, "server.audit_folder", ".audit");
}

std::string namespaces_file(const Settings& settings) {
  return beside_database(settings, "server.namespaces_file", ".namespaces");
}

std::string roles_file(const Settings& settings) {
  return beside_database(settings, "server.roles_file", ".roles");
}

std::string usage_folder(const Settings& settings) {
  return beside_database(settings, "server.usage_folder", ".usage");
}

std::string backups_folder(const Settings& settings) {
  return beside_database(settings, "server.backups_folder", ".backups");
}

Status check_exposed(HttpOptions& http, bool has_keys, bool insecure) {
  if (http.address == "localhost") http.address = "127.0.0.1";
  const bool inside = http.address.starts_with("127.") || http.address == "::1";
  if (inside || insecure || (has_keys && !http.certificate.empty())) return {};
  const std::string lacks = has_keys ? "TLS (server.certificate, server.private_key)"
                            : http.certificate.empty() ? "TLS and keys ('vecstore key create')"
                                                       : "keys ('vecstore key create')";
  return failed_precondition("at " + shorten(http.address) +
                             " others can reach this server, and it has no " + lacks +
                             "; --insecure serves all the same");
}

}  // namespace vecstore
