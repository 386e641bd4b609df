#include "service/service.h"

#include <utility>

#include "base/utf8.h"
#include "service/jwt/token.h"

namespace vecstore {
namespace {

constexpr Rate kAuditedRefusals{.per_second = 10, .burst = 100};
constexpr std::size_t kDetailBytes = 256;
constexpr std::size_t kMissingRolesTold = 100;

bool is_query(const OperationRow& row) {
  return row.operation == Operation::kQuery || row.operation == Operation::kQueryMany;
}

}  // namespace

Admission::Admission(Service* service, Caller caller, const OperationRow* operation,
                     RequestPlace place)
    : service_(service),
      caller_(std::move(caller)),
      operation_(operation),
      place_(std::move(place)),
      since_ms_(monotonic_ms()) {}

Admission::Admission(Admission&& other) noexcept
    : service_(std::exchange(other.service_, nullptr)),
      caller_(std::move(other.caller_)),
      operation_(other.operation_),
      place_(std::move(other.place_)),
      since_ms_(other.since_ms_),
      cancel_(other.cancel_),
      counts_(other.counts_) {}

Admission::~Admission() {
  if (!service_) return;
  if (place_.tenant) place_.tenant->leave(is_query(*operation_));
  service_->leave(caller_.principal.id);
}

const Quotas& Admission::quotas() const {
  static const Quotas none;
  return place_.space ? place_.space->quotas : none;
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

Result<Principal> Service::principal_of(std::string_view token) {
  if (parts_.tokens && looks_like_token(token)) return parts_.tokens->verify(token);
  if (parts_.keys) return parts_.keys->authenticate(token);
  return Status(Code::kUnauthenticated, "no JSON Web Token");
}

Result<Role> Service::find_role(std::string_view name) {
  return parts_.roles ? parts_.roles->find(name) : parse_role(name);
}

// Keys and tokens name a role, and what it allows now is what counts. One that is not there leaves
// them with nothing; that is told once.
void Service::resolve_role(Principal& principal) {
  const std::string_view name = role_name(principal.role);
  const Result<Role> role = find_role(name);
  if (role.ok()) {
    principal.role = *role;
    return;
  }
  {
    MutexLock lock(mutex_);
    if (missing_roles_.size() >= kMissingRolesTold || !missing_roles_.emplace(name).second) return;
  }
  log(LogLevel::kError, "'" + principal.id + "' is refused everything: " + role.status().message());
}

Result<Principal> Service::authenticate(std::optional<std::string_view> token,
                                        const std::string& address, Refusal& refusal) {
  if (!needs_keys()) return Principal{.id = "local", .name = "local", .role = Role::kAdmin};
  Result<Principal> principal =
      token ? principal_of(*token)
            : Status(Code::kUnauthenticated, "a key is needed: Authorization: Bearer KEY");
  if (principal.ok()) {
    resolve_role(*principal);
    return principal;
  }
  refusal = rate_refusal("address " + address);
  const bool rate = !refusal.status.ok();
  if (!rate) refusal = {principal.status(), 0};
  refuse({.address = address}, "auth.failed", "", refusal);
  // What is wrong with a token would tell who tries one how far it came.
  if (!rate && token && parts_.tokens && !token->starts_with(kKeyPrefix))
    refusal.status = Status(Code::kUnauthenticated, "the token is not valid");
  return refusal.status;
}

Status Service::authorize_in(const Principal& principal, const OperationRow& row,
                             std::string_view subject) const {
  switch (row.about) {
    case About::kCollection:
      return authorize(principal, row.permission, subject);
    case About::kNamespace:
      return authorize_namespace(principal, row.permission, subject);
    case About::kDatabase:
      return authorize(principal, row.permission, std::nullopt);
    case About::kVisible:
      break;
  }
  if (allows(principal.role, row.permission)) return {};
  return authorize(principal, row.permission, std::nullopt);
}

// Who is of a namespace is always within it. Who is of the database may be, by the collection's
// name: then the namespace's status and quotas hold for them as well.
Status Service::find_place(const Principal& principal, const OperationRow& row,
                           std::string_view subject, RequestPlace& place) {
  const bool within = !principal.space.empty();
  if (row.about == About::kCollection)
    place.collection = within ? name_in(principal.space, subject) : std::string(subject);
  const std::string_view id =
      within ? std::string_view(principal.space) : place_of(place.collection).space;
  if (!within && (!parts_.namespaces || !is_namespace_id(id))) return {};
  if (parts_.namespaces) {
    VECSTORE_ASSIGN(place.space, parts_.namespaces->find(id));
  }
  const auto denied = [](const char* why) {
    return Status(Code::kPermissionDenied, std::string("this namespace ") + why);
  };
  if (!place.space) return within ? denied("is not there") : Status();
  switch (place.space->status) {
    case NamespaceStatus::kActive:
      break;
    case NamespaceStatus::kReadOnly:
      if (row.writes) return denied("takes no writes now (read_only)");
      break;
    case NamespaceStatus::kSuspended:
      return denied("is suspended");
    case NamespaceStatus::kPendingDeletion:
      return denied("is being deleted");
  }
  place.tenant = tenant_of(id);
  return {};
}

// The namespace's rate and concurrency, the key's and the server's; what is taken of the first goes
// back when one of the others refuses.
Refusal Service::enter_all(const Caller& caller, const OperationRow& row,
                           const RequestPlace& place) {
  if (place.tenant) {
    TenantRefusal full = place.tenant->enter(place.space->quotas, is_query(row), monotonic_ms());
    if (!full.status.ok()) return {std::move(full.status), full.retry_after_ms};
  }
  Refusal refusal = rate_refusal(needs_keys() ? caller.principal.id : "address " + caller.address);
  if (refusal.status.ok() && !enter(caller.principal.id))
    refusal = {resource_exhausted(
                   "this key has " + std::to_string(options_.limits.max_concurrent_per_key) +
                   " requests under way, as many as it may (max_concurrent_per_key)"),
               1'000};
  if (!refusal.status.ok() && place.tenant) place.tenant->undo(is_query(row));
  return refusal;
}

Result<Admission> Service::admit(Caller caller, Operation operation, std::string_view subject,
                                 Refusal& refusal) {
  const OperationRow& row = row_of(operation);
  RequestPlace place;
  std::string_view kind = "access.denied";
  refusal = {authorize_in(caller.principal, row, subject), 0};
  if (refusal.status.ok()) refusal.status = find_place(caller.principal, row, subject, place);
  if (refusal.status.ok()) {
    kind = "rate.refused";
    refusal = enter_all(caller, row, place);
  }
  if (refusal.status.ok()) return Admission(this, std::move(caller), &row, std::move(place));
  refuse(caller, kind, place.collection.empty() ? subject : place.collection, refusal);
  return refusal.status;
}

Result<std::string> Service::space_of(std::string_view collection) {
  const std::string_view id = place_of(collection).space;
  if (!parts_.namespaces || !is_namespace_id(id)) return std::string();
  VECSTORE_ASSIGN(const auto space, parts_.namespaces->find(id));
  return std::string(space ? id : std::string_view());
}

std::shared_ptr<Tenant> Service::tenant_of(std::string_view space) {
  MutexLock lock(mutex_);
  const auto found = tenants_.find(space);
  if (found != tenants_.end()) return found->second;
  return tenants_.emplace(std::string(space), std::make_shared<Tenant>()).first->second;
}

void Service::forget_tenant(std::string_view space) {
  MutexLock lock(mutex_);
  const auto found = tenants_.find(space);
  if (found != tenants_.end()) tenants_.erase(found);
}

void Service::forget_rooms() {
  MutexLock lock(mutex_);
  for (const auto& [id, tenant] : tenants_) tenant->room().forget();
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

void Service::meter(const Admission& admission, const Traffic& traffic) {
  if (!parts_.usage || admission.space().empty()) return;
  UsageCounts counts = admission.counts_;
  counts += {.requests = 1, .bytes_in = traffic.bytes_in, .bytes_out = traffic.bytes_out};
  const Status status = parts_.usage->add(admission.space(), counts);
  bool told = false;
  {
    MutexLock lock(mutex_);
    told = status.ok() || usage_fails_;
    usage_fails_ = !status.ok();
  }
  if (status.ok()) return;
  metrics_.add(Figure::kUsageFailures, 1);
  if (!told) log(LogLevel::kError, "usage cannot be written: " + status.message());
}

void Service::finish(const Admission& admission, const Status& outcome, std::string_view detail,
                     const Traffic& traffic) {
  const OperationRow& row = admission.operation();
  const double took_ms = monotonic_ms() - admission.since_ms();
  metrics_.add(Figure::kRequests, 1,
               {std::string(row.name), std::string(code_name(outcome.code()))});
  metrics_.observe(Figure::kRequestSeconds, took_ms / 1000, {std::string(row.name)});
  meter(admission, traffic);
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
