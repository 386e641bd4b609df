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
#include <string>
#include <string_view>

#include "base/sync.h"
#include "service/access.h"
#include "service/audit_log.h"
#include "service/key_store.h"
#include "service/limits.h"
#include "service/metrics.h"
#include "service/operation.h"
#include "service/rate_limiter.h"
#include "service/slow_queries.h"
#include "vecstore/database.h"

namespace vecstore {

struct ServiceOptions {
  ServiceLimits limits = {};
  Rate rate_per_key = {};  // of a key; without one, of an address
  Rate rate = {};          // of all together
  double slow_query_ms = 100;
  bool audit_reads = false;  // else writes, refusals, starts and stops alone
};

// What the service stands on. `keys` none: whoever reaches it is an administrator. `audit` none: no
// log. `log`: told what is for whoever runs it, from any thread.
struct ServiceParts {
  Database database;
  std::unique_ptr<KeyStore> keys = {};
  std::unique_ptr<AuditLog> audit = {};
  std::function<void(LogLevel, std::string_view)> log = {};
};

struct Caller {
  Principal principal = {};
  std::string address = {};
  std::string request_id = {};
};

class Service;

// That a caller may do an operation: made by Service::admit alone. Counts as a request under way
// until it is destroyed.
class Admission {
 public:
  Admission(Admission&& other) noexcept;
  ~Admission();

  const Caller& caller() const { return caller_; }
  const OperationRow& operation() const { return *operation_; }
  const std::string& collection() const { return collection_; }  // empty: the database
  double since_ms() const { return since_ms_; }                  // monotonic_ms() of its beginning
  const CancelToken& cancel() const { return cancel_; }

 private:
  friend class Service;
  Admission(Service* service, Caller caller, const OperationRow* operation, std::string collection);
  Service* service_;
  Caller caller_;
  const OperationRow* operation_;
  std::string collection_;
  double since_ms_;
  CancelToken cancel_;
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

  bool needs_keys() const { return parts_.keys != nullptr; }

  // Who has this key; `token` none: nobody, which is "local" where there are no keys. What fails is
  // counted against the address.
  Result<Principal> authenticate(std::optional<std::string_view> token, const std::string& address,
                                 Refusal& refusal);
  // `collection` as the request names it; ignored for operations about the database.
  Result<Admission> admit(Caller caller, Operation operation, std::string_view collection,
                          Refusal& refusal);
  // To be called once for each admitted request: the audit log and the figures. `detail`: what it
  // was about, in a few words.
  void finish(const Admission& admission, const Status& outcome, std::string_view detail = {});

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
  const ServiceLimits& limits() const { return options_.limits; }
  Metrics& metrics() { return metrics_; }
  SlowQueries& slow_queries() { return slow_queries_; }

 private:
  friend class Admission;
  void write_audit(const AuditEvent& event);
  void refuse(const Caller& caller, std::string_view kind, std::string_view collection,
              const Refusal& refusal);
  Refusal rate_refusal(std::string_view subject);
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
  // Refusals cost whoever asks nothing: a flood of them must not push what matters out of the log.
  TokenBucket refusals_ VECSTORE_GUARDED_BY(mutex_);
  std::uint64_t refusals_left_out_ VECSTORE_GUARDED_BY(mutex_) = 0;
};

}  // namespace vecstore
