// What two states of a database have that differs: docs/guide/versions.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/cancel.h"
#include "vecstore/status.h"

namespace vecstore {

enum class ChangeKind : unsigned char { kAdded, kRemoved, kChanged };
std::string_view change_kind_name(ChangeKind kind);  // "added", "removed", "changed"

// A record that is in one of the states only, or was written between them. Soft-deleted and expired records count as not there.
struct RecordChange {
  std::string collection = {};  // as the later state calls it; a dropped one as the earlier did
  std::string id = {};
  ChangeKind kind = ChangeKind::kChanged;
  std::uint64_t before = 0;  // its version in the earlier state; 0: none
  std::uint64_t after = 0;
};

// A collection of either state.
struct CollectionChange {
  std::string name = {};      // as RecordChange has it
  std::string old_name = {};  // in the earlier state; empty when it was made later
  bool dropped = false;       // not in the later state
  bool options_changed = false;
};

struct DiffOptions {
  // Goes on behind this record of this collection, as an earlier diff of the same states gave it last.
  std::string collection = {};
  std::string after = {};
};

// Walks the changes by collection, in the order of collections(), and id. Holds both states until destroyed. One thread at a time.
class Diff {
 public:
  Diff(Diff&&) noexcept;
  Diff& operator=(Diff&&) noexcept;
  ~Diff();

  const std::vector<CollectionChange>& collections() const;
  // Up to `count` further changes; empty at the end. After kCancelled the next call goes on as if that one had not been made.
  Result<std::vector<RecordChange>> next(std::size_t count = 1000, const std::optional<CancelToken>& cancel = {});

 private:
  friend class Database;
  struct State;
  explicit Diff(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vecstore
