#include "service/jwt/claims.h"

#include <algorithm>
#include <optional>

#include "base/utf8.h"
#include "service/key_file.h"
#include "service/tenancy/namespace_file.h"

namespace vecstore {
namespace {

constexpr std::int64_t kMaxLeeway = 300;
constexpr double kLastSecond = 253'402'300'799;  // of the year 9999

Status refuse(const std::string& why) { return Status(Code::kUnauthenticated, "the token " + why); }
Status refuse(std::string_view claim, const std::string& why) {
  return refuse("has a '" + std::string(claim) + "' that " + why);
}

Result<std::string> text_of(const Object& claims, std::string_view claim) {
  const Value* value = claims.find(claim);
  if (!value) return refuse("has no '" + std::string(claim) + "'");
  if (!value->as_string()) return refuse(claim, "is no text");
  return *value->as_string();
}

// A NumericDate (RFC 7519), which may have a fraction, in ms.
Result<std::optional<TimeMs>> time_of(const Object& claims, std::string_view claim) {
  const Value* value = claims.find(claim);
  if (!value) return std::optional<TimeMs>();
  if (!value->is_number()) return refuse(claim, "is no number");
  const double seconds =
      value->as_int() ? static_cast<double>(*value->as_int()) : *value->as_double();
  if (!(seconds >= 0 && seconds <= kLastSecond)) return refuse(claim, "is no time");
  return std::optional(static_cast<TimeMs>(seconds * 1000));
}

Result<TimeMs> check_times(const Object& claims, TimeMs leeway, TimeMs now) {
  VECSTORE_ASSIGN(const auto ends, time_of(claims, "exp"));
  VECSTORE_ASSIGN(const auto begins, time_of(claims, "nbf"));
  VECSTORE_ASSIGN(const auto made, time_of(claims, "iat"));
  if (!ends) return refuse("has no 'exp'");
  if (*ends + leeway <= now) return refuse("has expired");
  if (begins && *begins - leeway > now) return refuse(std::string_view("nbf"), "is still to come");
  if (made && *made - leeway > now) return refuse(std::string_view("iat"), "is still to come");
  return *ends + leeway;
}

bool is_for(const Value* audience, const std::string& us) {
  if (!audience) return false;
  if (const std::string* one = audience->as_string()) return *one == us;
  const List* list = audience->as_list();
  return list &&
         std::all_of(list->begin(), list->end(),
                     [](const Value& one) { return one.as_string() != nullptr; }) &&
         std::find(list->begin(), list->end(), Value(us)) != list->end();
}

Status read_namespace(const Object& claims, const std::string& claim, Principal& principal) {
  if (!claims.find(claim)) return {};
  VECSTORE_ASSIGN(principal.space, text_of(claims, claim));
  if (is_namespace_id(principal.space)) return {};
  return refuse(claim, "is no id of a namespace");
}

// An empty list in a principal stands for all collections: a token cannot have one.
Status read_collections(const Object& claims, const std::string& claim, Principal& principal) {
  const Value* value = claims.find(claim);
  if (!value) return {};
  const List* list = value->as_list();
  if (!list || list->empty()) return refuse(claim, "is no list of names");
  for (const Value& name : *list) {
    if (!name.as_string()) return refuse(claim, "has what is no text");
    principal.collections.push_back(*name.as_string());
  }
  const Status status = check_new_key({.name = "-", .collections = principal.collections}, 0);
  return status.ok() ? status : refuse(claim, "is wrong: " + status.message());
}

}  // namespace

Status check_jwt_options(const JwtOptions& options) {
  if (options.algorithms.empty())
    return invalid_argument("algorithms must name one at least: EdDSA, ES256, RS256 or HS256");
  if (options.issuer.empty()) return invalid_argument("issuer must be set: who makes the tokens");
  if (options.audience.empty())
    return invalid_argument("audience must be set: for whom tokens are made that are let in here");
  if (options.leeway.count() < 0 || options.leeway.count() > kMaxLeeway)
    return invalid_argument("leeway is " + std::to_string(options.leeway.count()) +
                            " s, it must be from 0 to " + std::to_string(kMaxLeeway));
  for (const std::string* claim :
       {&options.role_claim, &options.namespace_claim, &options.collections_claim})
    if (claim->empty()) return invalid_argument("the name of a claim is empty");
  return {};
}

Result<Claims> read_claims(const Object& claims, const JwtOptions& options, TimeMs now) {
  Claims read;
  const TimeMs leeway = std::chrono::milliseconds(options.leeway).count();
  VECSTORE_ASSIGN(read.ends_at, check_times(claims, leeway, now));
  VECSTORE_ASSIGN(const std::string issuer, text_of(claims, "iss"));
  if (issuer != options.issuer) return refuse(std::string_view("iss"), "is another issuer's");
  if (!is_for(claims.find("aud"), options.audience))
    return refuse("is not for this server ('aud')");
  VECSTORE_ASSIGN(const std::string subject, text_of(claims, "sub"));
  if (!check_new_key({.name = subject}, 0).ok())
    return refuse(std::string_view("sub"), "is no name of 1 to 128 bytes");
  read.principal.id = "jwt:" + subject;
  read.principal.name = subject;
  VECSTORE_ASSIGN(const std::string role, text_of(claims, options.role_claim));
  const Result<Role> known = role_named(role);
  if (!known.ok()) return refuse(options.role_claim, "is no role: '" + shorten(role) + "'");
  read.principal.role = *known;
  VECSTORE_TRY(read_namespace(claims, options.namespace_claim, read.principal));
  VECSTORE_TRY(read_collections(claims, options.collections_claim, read.principal));
  return read;
}

}  // namespace vecstore
