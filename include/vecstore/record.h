// A record: an id, vectors by field name, metadata, optional text, times. And what a write reports back.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vecstore/status.h"
#include "vecstore/value.h"
#include "vecstore/vector.h"

namespace vecstore {

// Milliseconds since 1970 (UTC). 0 means "not set".
using TimeMs = std::int64_t;

struct NamedVector {
  std::string field = {};
  Vector vector = {};
  bool operator==(const NamedVector&) const = default;
};

// What the user writes and reads. Every vector is optional; a collection of texts is legal.
struct Record {
  std::string id = {};                    // valid UTF-8, 1 to 1,024 bytes, no NUL; compared bytewise
  Vector vector = {};                     // of the field "vector"; empty = none
  Metadata metadata = {};                 // at most 1 MiB as stored, 64 deep
  std::optional<std::string> text = {};   // valid UTF-8, at most 16 MiB
  std::vector<NamedVector> vectors = {};  // of the other fields
  TimeMs expires_at = 0;             // 0 = never; from that instant the record appears in no answer

  // Set by the store; ignored when written.
  TimeMs created_at = 0;
  TimeMs updated_at = 0;
  TimeMs deleted_at = 0;      // soft deletion; 0 = active
  std::uint64_t version = 0;  // sequence of the write that made this state

  // The canonical JSON of one record: {"id", "vector"?, "vectors"?, "text"?, "metadata"?, "expires_at"?, "created_at"?, …}. Dense
  // vectors are arrays, sparse {"dimension","indices","values"}, binary {"dimension","bits": base64}, multi arrays of arrays. f32
  // components print shortest and read back exactly.
  std::string to_json() const;
  // Reads it back; an unknown member is an error that names the nearest known one.
  static Result<Record> from_json(const Value& json);
};

// A condition checked against the state just before the write; a write that fails it is kAborted and changes nothing.
struct WriteCondition {
  bool if_absent = false;                   // only when the id is not there
  std::optional<std::uint64_t> if_version = {};  // only when the stored version is exactly this
};

struct WriteResult {
  std::uint64_t sequence = 0;  // position in the log of the last change; 0 when nothing changed
  std::uint64_t inserted = 0;
  std::uint64_t replaced = 0;  // records that existed and were replaced, changed or removed
};

// Changes to one record; what is not set stays as it is.
struct Update {
  std::string id = {};
  std::optional<Metadata> metadata = {};        // replaces the whole object
  std::optional<Metadata> metadata_patch = {};  // RFC 7396 merge: null deletes a key; applied after `metadata`
  std::vector<NamedVector> vectors = {};        // replace single vectors; an empty vector removes the field
  std::optional<std::string> text = {};
  std::optional<TimeMs> expires_at = {};        // 0 clears the expiry
  bool remove_text = false;
};

// One step of a mixed batch.
struct BatchOperation {
  enum class Kind { kUpsert, kUpdate, kRemove, kSoftDelete, kRestore };
  Kind kind = Kind::kUpsert;
  Record record = {};   // kUpsert
  Update update = {};   // kUpdate
  std::string id = {};  // the others
  WriteCondition condition = {};

  static BatchOperation upsert(Record record) { return {Kind::kUpsert, std::move(record), {}, {}, {}}; }
  static BatchOperation change(Update update) { return {Kind::kUpdate, {}, std::move(update), {}, {}}; }
  static BatchOperation remove(std::string id) { return {Kind::kRemove, {}, {}, std::move(id), {}}; }
  static BatchOperation soft_delete(std::string id) {
    return {Kind::kSoftDelete, {}, {}, std::move(id), {}};
  }
  static BatchOperation restore(std::string id) { return {Kind::kRestore, {}, {}, std::move(id), {}}; }
};

// kAtomic: all steps or none. kEach: a refused step is reported in its place and the others go on.
enum class BatchMode { kAtomic, kEach };

struct BatchResult {
  WriteResult total = {};
  std::vector<Status> steps = {};  // one per operation, in order
};

}  // namespace vecstore
