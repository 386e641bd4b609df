// A small history of writes whose every intermediate state is known, to be cut short in every way.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/test_share.h"
#include "db/handle.h"
#include "vecstore/vecstore.h"

namespace vecstore::crash {

// What two collections hold: collection/id to the number in the record's metadata; and what the
// snapshot kSnapshotName holds, each key behind "@".
using State = std::map<std::string, std::int64_t>;

inline constexpr const char* kCollections[] = {"things", "others"};
inline constexpr const char* kSnapshotName = "then";

class Workload {
 public:
  Workload(std::uint64_t seed, std::size_t steps, std::uint32_t keep_versions = 0);

  std::size_t steps() const { return states_.size() - 1; }
  // The state after the first `step` steps.
  const State& state_after(std::size_t step) const { return states_[step]; }
  // Does step `step` (from 0). A collection is made when it is first needed. All memory taken
  // meanwhile is the library's.
  Status run(std::size_t step, Database& database) const;

 private:
  struct Step {
    enum class Kind {
      kUpsert,
      kBatch,
      kRemove,
      kUpdate,
      kFlush,
      kCompact,
      kRecode,
      kSnapshot,
      kDropSnapshot,
      kRestore
    } kind = Kind::kUpsert;
    std::string collection = kCollections[0];
    std::vector<std::pair<std::string, std::int64_t>> records;
    std::vector<Record> given;  // the same, as they are handed over
    Update update;
    Quantization quantization = Quantization::kAuto;  // of kRecode
  };
  static Step make_step(Random& random, std::int64_t& n, const State& state);
  static void apply_to_snapshot(Step::Kind kind, State& state);

  // Every segment of two rows gets an index file.
  CollectionOptions options_{.dimension = 2,
                             .hnsw = {.min_rows = 2},
                             .text = {.fields = {{.name = "text"}, {.name = "tags"}}}};
  std::vector<Step> script_;
  std::vector<State> states_;
};

DatabaseOptions small_segments(Durability durability);
// `files` null: the disk.
Result<Database> open_on(std::shared_ptr<io::FileSystem> files, const DatabaseOptions& options,
                         const std::string& path = "store");
// Collections may not be there yet.
Result<State> read_state(const Database& database);
// All versions of every record that a workload may write, by sequence, with what each held; of
// snapshots too.
Result<std::string> read_versions(const Database& database);

}  // namespace vecstore::crash
