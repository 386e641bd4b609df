// The database for many users: who may do what, how often, and what was done.
//
// A request is admitted before anything of it is read but its name: authenticate(), admit(), then
// one of the operations (service/operations.h), which takes the Admission that proves it, then
// finish(). Knows nothing of wires. Safe from many threads.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/sync.h"
#include "service/access.h"
#include "service/audit_log.h"
#include "service/jwt/token_verifier.h"
#include "service/key_store.h"
#include "service/limits.h"
#include "service/metrics.h"
#include "service/operation.h"
#include "service/rate_limiter.h"
#include "service/roles.h"
#include "service/slow_queries.h"
#include "service/tenancy/namespace_store.h"
#include "service/tenancy/tenant.h"
#include "service/tenancy/usage_log.h"
#include "vecstore/database.h"

namespace vecstore {

struct ServiceOptions {
  ServiceLimits limits = {};
  Rate rate_per_key = {};  // of a key; without one, of an address
  Rate rate = {};          // of all together
  double slow_query_ms = 100;
  bool audit_reads = false;  // else writes, refusals, starts and stops alone
};

// What the service stands on. `keys` and `tokens` none: whoever reaches it is an administrator.
// `audit` none: no log. `namespaces` none: there are none, and '/' in a name says nothing. `usage`
// none: what they ask for is not counted. `log`: told what is for whoever runs it, from any thread.
struct ServiceParts {
  Database database;
  std::unique_ptr<KeyStore> keys = {};
  std::unique_ptr<TokenVerifier> tokens = {};
  std::unique_ptr<RoleStore> roles = {};  // none: the built-in ones alone
  std::unique_ptr<AuditLog> audit = {};
  std::unique_ptr<NamespaceStore> namespaces = {};
  std::unique_ptr<UsageLog> usage = {};
  std::string backups = {};  // the folder for backups of namespaces, made with the first one
  std::function<void(LogLevel, std::string_view)> log = {};
};

struct Caller {
  Principal principal = {};
  std::string address = {};
  std::string request_id = {};
};

class Service;

// What a request is about, by the names of the database.
struct RequestPlace {
  std::string collection = {};                  // empty: none, or several
  std::shared_ptr<const Namespace> space = {};  // that it lies in, as it is now; none: in none
  std::shared_ptr<Tenant> tenant = {};          // of that namespace
};

// What crossed the wire, in bodies.
struct Traffic {
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
};

// That a caller may do an operation: made by Service::admit alone. Counts as a request under way
// until it is destroyed.
class Admission {
 public:
  Admission(Admission&& other) noexcept;
  ~Admission();

  const Caller& caller() const { return caller_; }
  const OperationRow& operation() const { return *operation_; }
  const std::string& collection() const { return place_.collection; }  // as the database names it
  std::string_view space() const {  // the id of its namespace; empty: none
    return place_.space ? std::string_view(place_.space->id) : std::string_view();
  }
  const Quotas& quotas() const;                           // of its namespace; none without one
  Tenant* tenant() const { return place_.tenant.get(); }  // none without a namespace
  double since_ms() const { return since_ms_; }           // monotonic_ms() of its beginning
  const CancelToken& cancel() const { return cancel_; }
  // What was done of it, for the namespace's bill; by the one thread that does it.
  void count(const UsageCounts& more) const { counts_ += more; }

 private:
  friend class Service;
  Admission(Service* service, Caller caller, const OperationRow* operation, RequestPlace place);
  Service* service_;
  Caller caller_;
  const OperationRow* operation_;
  RequestPlace place_;
  double since_ms_;
  CancelToken cancel_;
  mutable UsageCounts counts_;
};

// A refusal: `retry_after_ms` above 0 where the same request may pass later.
struct Refusal {
  Status status = {};
  double retry_after_ms = 0;
};

class Service {
 public:
  Service(ServiceParts parts, const ServiceOptions& options);
  ~Service();  // no Admission may be left
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Keys or tokens of others: without either everybody is let in.
  bool needs_keys() const { return parts_.keys || parts_.tokens; }

  // Who has this key, or is named by this JSON Web Token; `token` none: nobody, which is "local"
  // where there are no keys. What fails is counted against the address. Why a JSON Web Token is
  // refused stands in the audit log alone.
  Result<Principal> authenticate(std::optional<std::string_view> token, const std::string& address,
                                 Refusal& refusal);
  // `subject`: the collection or the namespace, as the request names it; ignored for operations
  // about the database.
  Result<Admission> admit(Caller caller, Operation operation, std::string_view subject,
                          Refusal& refusal);
  // To be called once for each admitted request, before it is answered: the audit log, the figures,
  // and the namespace's usage. `detail`: what it was about, in a few words.
  void finish(const Admission& admission, const Status& outcome, std::string_view detail = {},
              const Traffic& traffic = {});

  // kUnavailable, saying why, when requests should go elsewhere.
  Status ready() const;
  void begin_drain();
  // "server.start" and the like, by the program itself.
  void note(std::string_view kind, Severity severity, std::string_view detail);
  void log(LogLevel level, std::string_view message) const;
  // Figures with those of the database as it is now.
  std::string metrics_text();

  Database& database() { return parts_.database; }
  KeyStore* keys() { return parts_.keys.get(); }
  // A role as it is now; kInvalidArgument names the nearest there is.
  Result<Role> find_role(std::string_view name);
  NamespaceStore* namespaces() { return parts_.namespaces.get(); }
  UsageLog* usage() { return parts_.usage.get(); }
  const std::string& backups() const { return parts_.backups; }
  // The id of the namespace that a collection of the database lies in, now; empty: in none.
  Result<std::string> space_of(std::string_view collection);
  // Of a namespace that there is; made on first use.
  std::shared_ptr<Tenant> tenant_of(std::string_view space);
  void forget_tenant(std::string_view space);
  // The database has become another: nothing is known any more of what is in its namespaces.
  void forget_rooms();
  const ServiceLimits& limits() const { return options_.limits; }
  Metrics& metrics() { return metrics_; }
  SlowQueries& slow_queries() { return slow_queries_; }

 private:
  friend class Admission;
  void write_audit(const AuditEvent& event);
  void refuse(const Caller& caller, std::string_view kind, std::string_view collection,
              const Refusal& refusal);
  Result<Principal> principal_of(std::string_view token);
  void resolve_role(Principal& principal);
  Refusal rate_refusal(std::string_view subject);
  Status authorize_in(const Principal& principal, const OperationRow& row,
                      std::string_view subject) const;
  Status find_place(const Principal& principal, const OperationRow& row, std::string_view subject,
                    RequestPlace& place);
  Refusal enter_all(const Caller& caller, const OperationRow& row, const RequestPlace& place);
  void meter(const Admission& admission, const Traffic& traffic);
  bool enter(const std::string& id);
  void leave(const std::string& id);

  ServiceParts parts_;
  const ServiceOptions options_;
  RateLimiter limiter_;
  Metrics metrics_;
  SlowQueries slow_queries_;

  mutable Mutex mutex_;
  std::map<std::string, std::size_t> under_way_ VECSTORE_GUARDED_BY(mutex_);  // by principal
  bool draining_ VECSTORE_GUARDED_BY(mutex_) = false;
  bool audit_fails_ VECSTORE_GUARDED_BY(mutex_) = false;
  bool usage_fails_ VECSTORE_GUARDED_BY(mutex_) = false;
  std::map<std::string, std::shared_ptr<Tenant>, std::less<>> tenants_ VECSTORE_GUARDED_BY(mutex_);
  std::set<std::string, std::less<>> missing_roles_ VECSTORE_GUARDED_BY(mutex_);  // told of
  // Refusals cost whoever asks nothing: a flood of them must not push what matters out of the log.
  TokenBucket refusals_ VECSTORE_GUARDED_BY(mutex_);
  std::uint64_t refusals_left_out_ VECSTORE_GUARDED_BY(mutex_) = 0;
};

}  // namespace vecstore
