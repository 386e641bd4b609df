#include "cli/jwt_settings.h"

namespace vecstore {

void for_each_jwt_setting(const std::function<void(std::string name, Value otherwise)>& take) {
  const JwtOptions otherwise;
  take("keys", otherwise.keys);
  take("algorithms", List{});
  take("issuer", otherwise.issuer);
  take("audience", otherwise.audience);
  take("leeway_s", std::int64_t{otherwise.leeway.count()});
  take("role_claim", otherwise.role_claim);
  take("namespace_claim", otherwise.namespace_claim);
  take("collections_claim", otherwise.collections_claim);
}

Result<JwtOptions> jwt_settings(const Settings& settings) {
  JwtOptions to;
  to.keys = settings.text("server.jwt.keys");
  for (const Value& name : *settings.value("server.jwt.algorithms").as_list()) {
    if (!name.as_string())
      return invalid_argument("server.jwt.algorithms has " + name.to_json() + ", no name");
    const Result<JwtAlgorithm> algorithm = parse_algorithm(*name.as_string());
    if (!algorithm.ok()) return algorithm.status().with_context("server.jwt.algorithms");
    to.algorithms.push_back(*algorithm);
  }
  to.issuer = settings.text("server.jwt.issuer");
  to.audience = settings.text("server.jwt.audience");
  to.leeway = std::chrono::seconds(settings.integer("server.jwt.leeway_s"));
  to.role_claim = settings.text("server.jwt.role_claim");
  to.namespace_claim = settings.text("server.jwt.namespace_claim");
  to.collections_claim = settings.text("server.jwt.collections_claim");
  if (to.keys.empty()) return to;
  VECSTORE_TRY(check_jwt_options(to).with_context("[server.jwt]"));
  return to;
}

Result<std::unique_ptr<TokenVerifier>> open_tokens(const Settings& settings) {
  VECSTORE_ASSIGN(const JwtOptions options, jwt_settings(settings));
  if (options.keys.empty()) return std::unique_ptr<TokenVerifier>();
  return TokenVerifier::open(options);
}

}  // namespace vecstore
