// Lets in who brings a JSON Web Token that somebody whom we trust has signed.
//
// The keys are those of a file (service/jwt/jwk_set.h), which is looked at again every 200 ms; when
// it is gone or damaged no token is good. Tokens that were found good are remembered, at most
// kRemembered of them, so that a signature is checked once: they end when they expire and with any
// change of the file. Safe from many threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "service/jwt/claims.h"
#include "service/jwt/jwk_set.h"
#include "service/watched_file.h"

namespace vecstore {

class TokenVerifier {
 public:
  static constexpr std::size_t kRemembered = 4'096;

  // Refuses options that cannot be, and a file that is not there or damaged.
  static Result<std::unique_ptr<TokenVerifier>> open(const JwtOptions& options,
                                                     const Clock& clock = system_clock());

  // kUnauthenticated says why: for whoever runs the server, not for who asks. Cost: a hash of the
  // token where it is remembered, else its signature.
  Result<Principal> verify(std::string_view token);
  std::size_t remembered() const;

 private:
  using Known = std::unordered_map<std::string, Claims>;  // by the token's hash

  TokenVerifier(JwtOptions options, const Clock& clock);
  Result<Claims> check(std::string_view token, const FileState<JwkSet>& keys) const;
  Result<Principal> recall(const std::string& hash, std::uint64_t generation);
  void remember(const std::string& hash, std::uint64_t generation, const Claims& claims);

  const JwtOptions options_;
  const Clock& clock_;
  WatchedFile<JwkSet> keys_;
  mutable Mutex mutex_;
  // Two halves: when the younger is full it becomes the older, whose tokens are forgotten.
  Known young_ VECSTORE_GUARDED_BY(mutex_), old_ VECSTORE_GUARDED_BY(mutex_);
  std::uint64_t generation_ VECSTORE_GUARDED_BY(mutex_) = 0;
};

}  // namespace vecstore
