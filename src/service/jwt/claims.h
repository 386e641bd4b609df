// What a token's claims say of who brings it, and until when.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "service/access.h"
#include "service/jwt/verify_key.h"
#include "vecstore/record.h"
#include "vecstore/value.h"

namespace vecstore {

struct JwtOptions {
  std::string keys = {};                      // the file of a JSON Web Key Set
  std::vector<JwtAlgorithm> algorithms = {};  // that tokens may have; at least one
  std::string issuer = {};                    // "iss" must be this; not empty
  std::string audience = {};                  // "aud" must be this, or a list with it; not empty
  std::chrono::seconds leeway{30};            // by which clocks may differ; 0 to 300
  std::string role_claim = "vecstore:role";   // must be there: a role's name
  std::string namespace_claim = "vecstore:namespace";      // absent: the whole database
  std::string collections_claim = "vecstore:collections";  // a list that is not empty; absent: all
};

// kInvalidArgument names the option.
Status check_jwt_options(const JwtOptions& options);

struct Claims {
  Principal principal = {};
  TimeMs ends_at = 0;  // the first moment at which the token is over, the leeway included
};

// Of a token whose signature is right. kUnauthenticated says which claim is missing or wrong:
// "sub", "exp", "iss", "aud" and the role must be there, "nbf" and "iat" may be. What confines
// is never left out because it is written wrongly.
Result<Claims> read_claims(const Object& claims, const JwtOptions& options, TimeMs now);

}  // namespace vecstore
