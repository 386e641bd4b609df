// What a collection and a database hold, counted, never estimated.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vecstore/options.h"

namespace vecstore {

// What queries have found since the database was opened, by those that DatabaseOptions::recall_sample has had answered again exactly.
struct LiveRecall {
  std::uint64_t queries = 0;  // compared; with none the rest says nothing
  double mean = 0;            // share of the k nearest that was found, or of others as near
  double least = 0;           // with 95 % confidence the mean of all queries is not below
};

struct CollectionStats {
  std::string name = {};
  std::uint64_t records = 0;       // active: neither deleted nor expired
  std::uint64_t soft_deleted = 0;
  std::uint64_t expired = 0;       // past their expiry, not yet purged
  std::uint64_t dead_rows = 0;     // replaced or removed rows whose space a merge will return
  std::uint64_t segments = 0;      // files
  std::uint64_t memory_rows = 0;   // rows not yet in a file
  std::uint64_t vector_bytes = 0;  // by component, files and memory together
  std::uint64_t metadata_bytes = 0;
  std::uint64_t text_bytes = 0;
  std::uint64_t id_bytes = 0;
  std::uint64_t version_rows = 0;  // of older versions, in files of their own; others are among dead_rows still
  std::uint64_t version_bytes = 0;
  std::uint64_t index_bytes = 0;  // of graphs and their codes
  std::uint64_t file_bytes = 0;
  std::uint64_t sequence = 0;      // the last change a reader sees
  std::string index = "flat";      // of the default field: hnsw where segments get a graph
  std::uint64_t indexed_rows = 0;  // in segments whose graph is built; of the others, all rows are looked at
  std::uint64_t coded_rows = 0;    // of these, in segments with the codes that `quantization` asks for; others get them in the background
  LiveRecall recall = {};          // of this handle's database alone
  CollectionOptions options = {};
};

struct DatabaseStats {
  std::uint64_t collections = 0;
  std::uint64_t file_bytes = 0;  // everything in the folder
  std::uint64_t log_bytes = 0;   // replayed by the next open
  std::uint64_t segments = 0;
  std::uint64_t snapshots = 0;       // that have a name
  std::uint64_t snapshot_bytes = 0;  // of files that only they need
  std::uint64_t manifest = 0;    // its number
  std::uint64_t sequence = 0;
  std::uint64_t pending_background = 0;  // seals and merges queued or running
  bool writable = true;
  std::string fault = {};             // why not, when the writer has fenced itself
};

// Somebody who keeps bytes on the disk that the present state of records does not need.
struct Pin {
  enum class Kind : unsigned char {
    kSnapshot,  // a named snapshot: until it is dropped
    kVersions,  // the option keep_versions
    kReader,    // readers of this process: the file has left the folder, its bytes leave the disk with them
    kBackup     // a backup under way
  };
  Kind kind = Kind::kSnapshot;
  std::string name = {};        // of the snapshot
  std::string collection = {};  // empty: of several, or of one that was dropped and has no name any more
  bool dropped = false;         // the collection is in the present state no longer
  std::uint64_t bytes = 0;      // several may keep the same ones
};
std::string_view pin_kind_name(Pin::Kind kind);  // "snapshot", "versions", "reader", "backup"

struct CompactResult {
  std::uint64_t rows_dropped = 0;
  std::uint64_t bytes_before = 0;
  std::uint64_t bytes_after = 0;
  std::uint64_t pinned_bytes = 0;  // still on disk because a reader holds them
  std::uint64_t snapshot_bytes = 0;         // still on disk because snapshots need the collection as it was ...
  std::vector<std::string> snapshots = {};  // ... these
  std::uint64_t version_bytes = 0;          // of older versions of records, which keep_versions asks for
  std::vector<Pin> pins = {};               // all of these, one by one
};

struct DatabaseCompactResult {
  std::vector<std::pair<std::string, CompactResult>> collections = {};  // by name
  // Of all of them and of collections that were dropped.
  std::vector<Pin> pins = {};
};

// One finding of Database::check.
struct Damage {
  std::string file = {};
  std::uint64_t offset = 0;
  std::string what = {};
};

struct CheckReport {
  std::vector<Damage> damage = {};  // empty: clean
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;     // verified
  std::vector<std::string> notes = {};  // harmless: a torn log tail, leftovers of an interrupted merge
};

}  // namespace vecstore
