// A collection as a std::map, and a driver that does the same random things to both and compares.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "db/handle.h"
#include "io/memory_file_system.h"
#include "vecstore/vecstore.h"

namespace vecstore::model {

struct Setup {
  std::uint64_t seed = 1;
  int operations = 25;
  DatabaseOptions options;
  CollectionOptions collection = {.dimension = 3, .metric = Metric::kEuclidean};
  bool reopen = true;
};

// Runs one sequence; gtest failures name the seed and the step.
class Sequence {
 public:
  explicit Sequence(const Setup& setup);
  void run();

 private:
  void open();
  void step();
  void upsert_one();
  void upsert_batch();
  void change();
  void remove_one();
  void soft_delete_or_restore();
  void expire();
  void remove_some();
  void maintain();
  void compare_all();
  void compare_query();
  void compare_tree();
  void compare_words();
  void compare_walk(const Hits& hits, const std::vector<std::pair<double, std::string>>& all,
                    std::size_t k);

  std::string random_id() { return "id" + std::to_string(random_.below(20)); }
  DenseVector random_vector();
  Record random_record();
  bool there(const std::string& id) const;
  void drop_expired();

  Setup setup_;
  Random random_;
  ManualClock clock_{1'000'000};
  std::shared_ptr<io::MemoryFileSystem> files_ = std::make_shared<io::MemoryFileSystem>();
  std::optional<Database> database_;
  std::optional<Collection> collection_;
  std::map<std::string, Record> model_;  // deleted_at set: soft-deleted
};

}  // namespace vecstore::model
