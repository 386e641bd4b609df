// API keys: a file of who may come in.
//
// A key is "vsk_" + its id (16 hexadecimal digits) + "_" + 32 random bytes as digits. It is shown
// when it is made and never again: the file has the SHA-256 of it, which tells nothing of 256
// random bits. The file is replaced whole under a lock beside it (PATH.lock), so that programs may
// change it while a server uses it; the server sees the change within kLookEvery. What is no longer
// in the file, or in one that cannot be read, opens nothing. Safe from many threads.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/sync.h"
#include "service/access.h"
#include "vecstore/record.h"

namespace vecstore {

inline constexpr std::string_view kKeyPrefix = "vsk_";

struct ApiKey {
  std::string id = {};
  std::string name = {};      // for people; valid UTF-8, 1 to 128 bytes, no control characters
  Role role = Role::kViewer;  // one of one's own by its name alone (service/roles.h)
  std::vector<std::string> collections = {};  // empty: all
  std::string space = {};                     // the namespace it is for; empty: the database
  TimeMs created_at = 0;
  TimeMs expires_at = 0;  // 0: never
  TimeMs revoked_at = 0;  // 0: not revoked
  std::string hash = {};
};

struct NewKey {
  std::string name = {};
  Role role = Role::kViewer;
  std::vector<std::string> collections = {};
  std::string space = {};  // whether there is such a namespace, the caller knows
  TimeMs expires_at = 0;
};

struct MadeKey {
  ApiKey key = {};
  std::string token = {};  // the only time that it is there
};

class KeyStore {
 public:
  static constexpr std::size_t kMaxKeys = 10'000;
  static constexpr double kLookEvery = 200;  // ms between two looks at the file

  // A file that is not there is an empty one until a key is made. kDataLoss when it is damaged.
  static Result<std::unique_ptr<KeyStore>> open(const std::string& path,
                                                const Clock& clock = system_clock());

  // kInvalidArgument for a name, scope or expiry that cannot be.
  Result<MadeKey> create(const NewKey& wanted);
  // kNotFound for an unknown id; once is enough, again is no error.
  Result<ApiKey> revoke(std::string_view id);
  // Every key of a namespace; how many were not revoked before.
  Result<std::size_t> revoke_all_of(std::string_view space);
  // In the order they were made, those that are over included.
  Result<std::vector<ApiKey>> list();

  // kUnauthenticated; why, it says only to who has the secret. Cost: a hash, about 1 µs.
  Result<Principal> authenticate(std::string_view token);

 private:
  using Keys = std::map<std::string, ApiKey, std::less<>>;
  KeyStore(std::string path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}

  std::shared_ptr<const Keys> current();
  Result<Keys> read() const;
  Status write(const Keys& keys);

  const std::string path_;
  const Clock& clock_;
  Mutex mutex_;
  std::shared_ptr<const Keys> keys_ VECSTORE_GUARDED_BY(mutex_);
  std::uint64_t mark_ VECSTORE_GUARDED_BY(mutex_) = 0;
  double looked_ms_ VECSTORE_GUARDED_BY(mutex_) = 0;
};

// As it is listed: without its hash.
Object key_object(const ApiKey& key);

}  // namespace vecstore
