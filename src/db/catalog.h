// Which collections and aliases there are. Changes come from log records, live or replayed; names
// are looked up from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/sync.h"
#include "db/collection_core.h"
#include "storage/log_record.h"
#include "storage/manifest.h"

namespace vecstore::db {

// Ok when the schema, logged and in a manifest, can be read back: text in UTF-8, numbers finite, at
// most kMaxMetadataBytes and kMaxMetadataDepth in all.
Status check_kept(const Schema& schema);

// Payloads of catalog records.
Bytes create_payload(std::string_view name, const Schema& schema);
Bytes alter_payload(const Schema& schema);
Bytes name_payload(std::string_view name, bool alias);
Bytes drop_alias_payload(std::string_view alias);

// A collection as an older state has it, opened.
struct OldCollection {
  std::uint32_t number = 0;
  std::string name;
  Schema schema;
  std::vector<std::shared_ptr<FileSegment>> files;
  std::vector<std::shared_ptr<FileSegment>> history;
};

class Catalog {
 public:
  // Takes over a collection that the manifest knows.
  void load(const std::string& name, std::shared_ptr<CollectionCore> core);
  void load_aliases(const std::vector<std::pair<std::string, std::uint32_t>>& aliases,
                    std::uint64_t sequence, std::uint32_t next_number);

  // Applies a catalog record whose preconditions were checked when it was written; one at or below
  // sequence() is skipped.
  Status apply(const storage::LogRecord& record);

  // Collections and aliases become these, as of `sequence`: those that are there are restored,
  // others are made or dropped. In the order of their numbers. Memory that runs out changes
  // nothing.
  void restore(std::vector<OldCollection> collections,
               const std::vector<std::pair<std::string, std::uint32_t>>& aliases,
               std::uint64_t sequence);

  // The same from a catalog that nobody else uses, with what has been written to its collections
  // since.
  void adopt(const Catalog& other);

  // By name or alias; null when there is none.
  std::shared_ptr<CollectionCore> find(std::string_view name) const;
  std::shared_ptr<CollectionCore> by_number(std::uint32_t number) const;
  bool has_collection(std::string_view name) const;
  bool has_alias(std::string_view name) const;
  // Empty when it is gone.
  std::string name_of(std::uint32_t number) const;
  std::vector<std::string> names() const;
  std::vector<std::pair<std::string, std::string>> aliases() const;
  std::vector<std::shared_ptr<CollectionCore>> cores() const;
  std::uint32_t next_number() const;

  // Names, options and aliases into the manifest: entries of unknown collections go, new ones come.
  void write_to(storage::Manifest& manifest) const;

 private:
  Status create(const storage::LogRecord& record, const Object& payload) VECSTORE_REQUIRES(mutex_);
  Status set_name(const storage::LogRecord& record, const Object& payload)
      VECSTORE_REQUIRES(mutex_);

  using Numbers = std::map<std::string, std::uint32_t, std::less<>>;
  using Cores = std::map<std::uint32_t, std::shared_ptr<CollectionCore>>;
  mutable Mutex mutex_;
  Numbers names_ VECSTORE_GUARDED_BY(mutex_);
  Numbers aliases_ VECSTORE_GUARDED_BY(mutex_);
  Cores cores_ VECSTORE_GUARDED_BY(mutex_);
  std::uint64_t sequence_ VECSTORE_GUARDED_BY(mutex_) = 0;
  std::uint32_t next_number_ VECSTORE_GUARDED_BY(mutex_) = 1;
};

}  // namespace vecstore::db
