// A salvage that meets a failing disk or too little memory: what it does not save it tells of, and
// what it was not given to read it calls neither damaged nor lost.
#include "db/salvage/row_saver.h"

#include <gtest/gtest.h>

#include <map>

#include "base/test_share.h"
#include "db/check.h"
#include "db/salvage/salvage.h"
#include "db/test_full_store.h"
#include "io/fault_file_system.h"

namespace vecstore::db {
namespace {

using Texts = std::map<std::string, std::string>;  // by id

Texts texts_in(const std::shared_ptr<OddFiles>& files, const std::string& path) {
  Environment environment;
  environment.files = files;
  const Database database = DatabaseInternals::open(path, small(), environment).value();
  Texts texts;
  Scan scan = database.collection("things")->scan().value();
  for (const Record& one : scan.next(100).value()) texts[one.id] = one.text.value_or("");
  return texts;
}

struct Scene {
  const char* name;
  const char* path;
  std::function<void(OddFiles&)> make;
};

const std::vector<Scene>& scenes() {
  static const std::vector<Scene> kScenes = {
      {"whole", "store", [](OddFiles&) {}},
      {"no manifest", "store",
       [](OddFiles& files) {
         for (const std::string& path : paths_of(files, "MANIFEST"))
           ASSERT_TRUE(files.remove(path).ok());
       }},
      {"footers", "store",
       [](OddFiles& files) {
         for (const std::string& path : paths_of(files, ".seg")) flip(files, path, 1);
       }},
      {"a single file", "copies/file", [](OddFiles&) {}},
  };
  return kScenes;
}

void salvage_failing(const Scene& scene, io::FaultKind kind) {
  const auto disk = full_store();
  scene.make(*disk);
  const SalvageReport usual = salvage_store(*disk, scene.path, "truth", {}).value();
  const Texts truth = texts_in(disk, "truth");
  std::size_t n = 0;
  for (;; n += kShare) {
    SCOPED_TRACE(std::string(scene.name) + ", operation " + std::to_string(n));
    const auto trial = copy_of(*disk);
    io::FaultFileSystem files(*trial);
    files.fail({.kind = kind, .at = n});
    const Result<SalvageReport> report = salvage_store(files, scene.path, "saved", {});
    if (files.faults_hit() == 0) break;
    if (!report.ok()) {
      ASSERT_NE(report.status().code(), Code::kDataLoss) << report.status().to_string();
      continue;
    }
    ASSERT_TRUE(check_store(*trial, "saved", true)->damage.empty());
    const Texts saved = texts_in(trial, "saved");
    const bool told = report->findings_in_all > usual.findings_in_all ||
                      report->notes.size() > usual.notes.size();
    ASSERT_TRUE(told || saved == truth);
    if (kind == io::FaultKind::kNoMemory) {
      ASSERT_TRUE(saved == truth) << "nothing is lost that is on the disk";
    }
  }
  EXPECT_GT(n, 60u);
}

TEST(RowSaver, of_a_failing_disk_tells_of_all_that_it_does_not_save) {
  for (const Scene& scene : scenes()) salvage_failing(scene, io::FaultKind::kInputOutput);
}
TEST(RowSaver, that_gets_no_memory_to_read_with_ends_and_calls_nothing_lost) {
  for (const Scene& scene : scenes()) salvage_failing(scene, io::FaultKind::kNoMemory);
}

}  // namespace
}  // namespace vecstore::db
