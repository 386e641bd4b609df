#include "service/service.h"

#include <utility>

#include "base/utf8.h"

namespace vecstore {
namespace {

constexpr Rate kAuditedRefusals{.per_second = 10, .burst = 100};
constexpr std::size_t kDetailBytes = 256;

}  // namespace

Admission::Admission(Service* service, Caller caller, const OperationRow* operation,
                     std::string collection)
    : service_(service),
      caller_(std::move(caller)),
      operation_(operation),
      collection_(std::move(collection)),
      since_ms_(monotonic_ms()) {}

Admission::Admission(Admission&& other) noexcept
    : service_(std::exchange(other.service_, nullptr)),
      caller_(std::move(other.caller_)),
      operation_(other.operation_),
      collection_(std::move(other.collection_)),
      since_ms_(other.since_ms_),
      cancel_(other.cancel_) {}

Admission::~Admission() {
  if (service_) service_->leave(caller_.principal.id);
}

Service::Service(ServiceParts parts, const ServiceOptions& options)
    : parts_(std::move(parts)),
      options_(options),
      limiter_(options.rate_per_key, options.rate),
      slow_queries_(options.slow_query_ms),
      refusals_(kAuditedRefusals, monotonic_ms()) {}

Service::~Service() = default;

Refusal Service::rate_refusal(std::string_view subject) {
  const double wait = limiter_.try_take(subject, monotonic_ms());
  if (wait <= 0) return {};
  return {resource_exhausted("too many requests"), wait};
}

Result<Principal> Service::authenticate(std::optional<std::string_view> token,
                                        const std::string& address, Refusal& refusal) {
  if (!needs_keys()) return Principal{.id = "local", .name = "local", .role = Role::kAdmin};
  const Result<Principal> principal =
      token ? parts_.keys->authenticate(*token)
            : Status(Code::kUnauthenticated, "a key is needed: Authorization: Bearer KEY");
  if (principal.ok()) return principal;
  refusal = rate_refusal("address " + address);
  if (refusal.status.ok()) refusal = {principal.status(), 0};
  refuse({.address = address}, "auth.failed", "", refusal);
  return refusal.status;
}

Result<Admission> Service::admit(Caller caller, Operation operation, std::string_view collection,
                                 Refusal& refusal) {
  const OperationRow& row = row_of(operation);
  const bool about_one = row.about == About::kCollection;
  Status status;
  if (about_one || row.about == About::kDatabase) {
    status = authorize(caller.principal, row.permission,
                       about_one ? std::optional(collection) : std::nullopt);
  } else if (!allows(caller.principal.role, row.permission)) {
    status = authorize(caller.principal, row.permission, std::nullopt);
  }
  std::string_view kind = "access.denied";
  if (status.ok()) {
    kind = "rate.refused";
    refusal = rate_refusal(needs_keys() ? caller.principal.id : "address " + caller.address);
    status = refusal.status;
  }
  if (status.ok() && !enter(caller.principal.id)) {
    status = resource_exhausted("this key has " +
                                std::to_string(options_.limits.max_concurrent_per_key) +
                                " requests under way, as many as it may (max_concurrent_per_key)");
    refusal.retry_after_ms = 1'000;
  }
  if (status.ok())
    return Admission(this, std::move(caller), &row, std::string(about_one ? collection : ""));
  refusal.status = status;
  refuse(caller, kind, collection, refusal);
  return status;
}

bool Service::enter(const std::string& id) {
  MutexLock lock(mutex_);
  std::size_t& count = under_way_[id];
  if (needs_keys() && count >= options_.limits.max_concurrent_per_key) return false;
  ++count;
  metrics_.add(Figure::kInFlight, 1);
  return true;
}

void Service::leave(const std::string& id) {
  MutexLock lock(mutex_);
  const auto at = under_way_.find(id);
  if (--at->second == 0) under_way_.erase(at);
  metrics_.add(Figure::kInFlight, -1);
}

void Service::refuse(const Caller& caller, std::string_view kind, std::string_view collection,
                     const Refusal& refusal) {
  metrics_.add(Figure::kRefused, 1, {std::string(kind)});
  std::string detail(refusal.status.message());
  {
    MutexLock lock(mutex_);
    if (refusals_.try_take(monotonic_ms()) > 0) {
      ++refusals_left_out_;
      return;
    }
    if (refusals_left_out_ > 0)
      detail += " (and " + std::to_string(refusals_left_out_) + " refusals before, left out)";
    refusals_left_out_ = 0;
  }
  write_audit({.kind = kind,
               .severity = Severity::kWarning,
               .outcome = refusal.status.code(),
               .principal = caller.principal.id,
               .address = caller.address,
               .request_id = caller.request_id,
               .collection = shorten(collection),
               .detail = std::move(detail)});
}

void Service::finish(const Admission& admission, const Status& outcome, std::string_view detail) {
  const OperationRow& row = admission.operation();
  const double took_ms = monotonic_ms() - admission.since_ms();
  metrics_.add(Figure::kRequests, 1,
               {std::string(row.name), std::string(code_name(outcome.code()))});
  metrics_.observe(Figure::kRequestSeconds, took_ms / 1000, {std::string(row.name)});
  if (!row.writes && !options_.audit_reads) return;
  std::string told(outcome.ok() ? detail : std::string_view(outcome.message()));
  if (told.size() > kDetailBytes) told.resize(kDetailBytes);
  write_audit({.kind = row.name,
               .severity = row.severity,
               .outcome = outcome.code(),
               .principal = admission.caller().principal.id,
               .address = admission.caller().address,
               .request_id = admission.caller().request_id,
               .collection = shorten(admission.collection()),
               .detail = std::move(told),
               .duration_ms = took_ms});
}

void Service::write_audit(const AuditEvent& event) {
  if (!parts_.audit) return;
  const Status status = parts_.audit->add(event);
  bool told = false;
  {
    MutexLock lock(mutex_);
    told = status.ok() || audit_fails_;
    audit_fails_ = !status.ok();
  }
  if (status.ok()) return;
  metrics_.add(Figure::kAuditFailures, 1);
  if (!told) log(LogLevel::kError, "the audit log cannot be written: " + status.message());
}

void Service::note(std::string_view kind, Severity severity, std::string_view detail) {
  write_audit({.kind = kind, .severity = severity, .detail = std::string(detail)});
}

void Service::log(LogLevel level, std::string_view message) const {
  if (parts_.log) parts_.log(level, message);
}

Status Service::ready() const {
  {
    MutexLock lock(mutex_);
    if (draining_) return unavailable("the server is ending");
    if (audit_fails_) return unavailable("the audit log cannot be written");
  }
  const Result<DatabaseStats> stats = parts_.database.stats();
  if (!stats.ok() || !stats->fault.empty()) return unavailable("the database takes no writes");
  return {};
}

void Service::begin_drain() {
  MutexLock lock(mutex_);
  draining_ = true;
}

std::string Service::metrics_text() {
  if (const Result<DatabaseStats> stats = parts_.database.stats(); stats.ok()) {
    metrics_.set(Figure::kCollections, static_cast<double>(stats->collections));
    metrics_.set(Figure::kFileBytes, static_cast<double>(stats->file_bytes));
    metrics_.set(Figure::kLogBytes, static_cast<double>(stats->log_bytes));
  }
  metrics_.clear(Figure::kCollectionRecords);
  const auto names = parts_.database.list_collections();
  for (const std::string& name : names.ok() ? *names : std::vector<std::string>()) {
    const auto collection = parts_.database.collection(name);
    const auto count = collection.ok() ? collection->count() : Result(std::uint64_t{0});
    if (count.ok()) metrics_.add(Figure::kCollectionRecords, static_cast<double>(*count), {name});
  }
  return metrics_.text();
}

}  // namespace vecstore
