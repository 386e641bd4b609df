// The namespaces of a database: a file beside it, as that of the keys.
//
// A namespace is a name for a part of the database: collection "docs" of namespace "acme" is the
// collection "acme/docs". The file is replaced whole under a lock beside it (PATH.lock), so that
// programs may change it while a server uses it; the server sees the change within kLookEvery. A
// file that cannot be read is no file without namespaces: then nothing that may lie in one is
// reached. Safe from many threads.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/sync.h"
#include "service/tenancy/namespace_file.h"

namespace vecstore {

inline constexpr char kNamespaceMark = '/';  // between its id and a collection's own name

// What the name of a collection of the database says: "acme/docs" is "docs" of "acme", if there is
// such a namespace; "docs" has none.
struct CollectionPlace {
  std::string_view space = {};
  std::string_view name = {};
};
CollectionPlace place_of(std::string_view collection);
std::string name_in(std::string_view space, std::string_view collection);

class NamespaceStore {
 public:
  static constexpr double kLookEvery = 200;  // ms between two looks at the file
  using Spaces = std::map<std::string, std::shared_ptr<const Namespace>, std::less<>>;

  // A file that is not there is an empty one until a namespace is made. kDataLoss when damaged.
  static Result<std::unique_ptr<NamespaceStore>> open(const std::string& path,
                                                      const Clock& clock = system_clock());

  // kAlreadyExists for a known id; created_at and updated_at are set here.
  Result<Namespace> create(Namespace wanted);
  // `edit` changes a copy, which is then checked; an error of its leaves all as it was. The id
  // stays. kNotFound for an unknown one.
  Result<Namespace> change(std::string_view id, const std::function<Status(Namespace&)>& edit);
  Status remove(std::string_view id);

  // As the file is now, by id.
  Result<std::vector<Namespace>> list();
  Result<Namespace> get(std::string_view id);
  // As it was at most kLookEvery ago; none when unknown. kUnavailable when the file cannot be read.
  Result<std::shared_ptr<const Namespace>> find(std::string_view id);

 private:
  NamespaceStore(std::string path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}
  Result<Spaces> read() const;
  Status write(const Spaces& spaces);

  const std::string path_;
  const Clock& clock_;
  Mutex mutex_;
  Result<Spaces> seen_ VECSTORE_GUARDED_BY(mutex_) = Spaces();
  std::uint64_t mark_ VECSTORE_GUARDED_BY(mutex_) = 0;
  double looked_ms_ VECSTORE_GUARDED_BY(mutex_) = -kLookEvery;
};

}  // namespace vecstore
