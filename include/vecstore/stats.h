// What a collection and a database hold, counted, never estimated.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vecstore/options.h"

namespace vecstore {

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
  std::uint64_t index_bytes = 0;  // of graphs and their codes
  std::uint64_t file_bytes = 0;
  std::uint64_t sequence = 0;      // the last change a reader sees
  std::string index = "flat";      // of the default field: hnsw where segments get a graph
  std::uint64_t indexed_rows = 0;  // in segments whose graph is built; of the others, all rows are looked at
  CollectionOptions options = {};
};

struct DatabaseStats {
  std::uint64_t collections = 0;
  std::uint64_t file_bytes = 0;  // everything in the folder
  std::uint64_t log_bytes = 0;   // replayed by the next open
  std::uint64_t segments = 0;
  std::uint64_t manifest = 0;    // its number
  std::uint64_t sequence = 0;
  std::uint64_t pending_background = 0;  // seals and merges queued or running
  bool writable = true;
  std::string fault = {};             // why not, when the writer has fenced itself
};

struct CompactResult {
  std::uint64_t rows_dropped = 0;
  std::uint64_t bytes_before = 0;
  std::uint64_t bytes_after = 0;
  std::uint64_t pinned_bytes = 0;  // still on disk because a reader holds them
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
