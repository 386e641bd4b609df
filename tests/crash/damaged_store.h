// A store with files of every kind, whose every record is known with the bytes that it needs, and
// damage to it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "crash/workload.h"
#include "io/memory_file_system.h"

namespace vecstore::crash {

inline constexpr const char* kStore = "store";

// collection/id: everything of the record that its writer gave.
using Contents = std::map<std::string, std::string>;
std::string content_of(const Record& record);

Result<Database> open_store(const std::shared_ptr<io::FileSystem>& files,
                            const std::string& path = kStore);

struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct DamageDone {
  std::string description;
  std::string path;
  std::vector<ByteRange> ranges;  // whatever of them was there
  Bytes content;                  // of the file, damaged
  bool cuts_tail = false;         // reaches to the end of the file
};

class DamagedStore {
 public:
  explicit DamagedStore(std::uint64_t seed);

  const Contents& truth() const { return truth_; }
  bool was_written(const std::string& key, const std::string& content) const;
  // After some number of the writes.
  bool was_a_state(const Contents& contents) const;

  // To one of the files whose names have `kind` in them; nothing when it would change no byte.
  std::optional<DamageDone> some_damage(const std::string& kind, Random& random) const;
  std::shared_ptr<io::MemoryFileSystem> damaged(const DamageDone& damage) const;
  // The records that cannot be told for certain without the bytes that were hit.
  std::set<std::string> hit_by(const DamageDone& damage) const;

 private:
  // What a record's last write needs, by file.
  using Needs = std::map<std::string, std::vector<ByteRange>>;

  void write(std::uint64_t seed);
  void put(Collection& collection, const std::string& name, const std::string& id, std::int64_t n);
  void keep_state() { states_.push_back(truth_); }
  void find_needs_of_segments();
  void find_needs_of_log();

  std::shared_ptr<io::MemoryFileSystem> files_ = std::make_shared<io::MemoryFileSystem>();
  Contents truth_;
  std::vector<Contents> states_;
  std::set<std::pair<std::string, std::string>> written_;
  std::map<std::string, Needs> needs_;           // by key
  std::map<std::string, std::string> masks_of_;  // by key, of the segment that it is in
};

}  // namespace vecstore::crash
