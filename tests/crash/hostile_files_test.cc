// Files whose checksums are right and whose content is not what any writer wrote: as a bug of a
// later version, or somebody who means harm, would leave them. Every call says so, or gives an
// answer, and none steps outside of what was read (promise G8).
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/coding.h"
#include "base/random.h"
#include "base/test_share.h"
#include "base/test_value_changes.h"
#include "base/value_codec.h"
#include "crash/block_parts.h"
#include "crash/rich_store.h"
#include "crash/workload.h"
#include "db/check.h"
#include "db/salvage/salvage.h"
#include "db/segment/segment_format.h"
#include "soak/trials.h"

namespace vecstore::crash {
namespace {

const io::MemoryFileSystem& sample() {
  static const std::shared_ptr<io::MemoryFileSystem> kSample = rich_store();
  return *kSample;
}

std::vector<std::string> files_of_blocks(io::MemoryFileSystem& disk) {
  std::vector<std::string> paths;
  for (const std::string& path : disk.files())
    if (path.ends_with(".seg") || path.ends_with(".idx") || path.ends_with(".del"))
      paths.push_back(path);
  return paths;
}

void expect_named(const Status& status) {
  EXPECT_TRUE(status.ok() || !status.message().empty());
  EXPECT_NE(status.code(), Code::kInternal) << status.to_string();
}

void read_everything(const std::shared_ptr<io::MemoryFileSystem>& disk) {
  DatabaseOptions options = options_of_rich_store();
  options.read_only = true;
  Result<Database> database = open_on(disk, options);
  expect_named(database.status());
  if (!database.ok()) return;
  for (const Call& call : reading_calls()) {
    SCOPED_TRACE(call.name);
    expect_named(call.run(*database));
  }
}

void try_everything(const std::shared_ptr<io::MemoryFileSystem>& disk) {
  expect_named(db::check_store(*disk, "store", true).status());
  read_everything(disk);
  expect_named(db::salvage_store(*disk, "store", "saved", {}).status());
}

void salvage_without_manifest(const io::MemoryFileSystem& of) {
  const auto disk = copy_of_disk(of);
  for (const std::string& path : disk->files())
    if (path.find("MANIFEST") != std::string::npos) static_cast<void>(disk->remove(path).ok());
  expect_named(db::salvage_store(*disk, "store", "saved", {}).status());
}

TEST(HostileFiles, with_words_of_a_block_replaced_are_refused_or_read) {
  Trials trials({.row = "hostile", .mode = "blocks", .first_seed = 1, .usual = 400 / kShare});
  const auto whole = copy_of_disk(sample());
  const std::vector<std::string> paths = files_of_blocks(*whole);
  while (trials.next()) {
    Random random(trials.seed());
    const auto disk = copy_of_disk(sample());
    Parts parts(*disk, paths[random.below(paths.size())]);
    Part& part = parts.parts[random.below(parts.parts.size())];
    SCOPED_TRACE("seed " + std::to_string(trials.seed()) + ", " + parts.path + " " + part.name);
    spoil(part.bytes, random);
    parts.write(*disk);
    try_everything(disk);
    trials.count(1);
  }
}

TEST(HostileFiles, whose_description_lacks_or_changes_any_member_are_refused_or_read) {
  const auto disk = copy_of_disk(sample());
  const std::vector<std::string> paths = files_of_blocks(*disk);
  for (const char* kind : {".seg", ".idx"}) {
    const auto path = std::ranges::find_if(paths, [&](auto& one) { return one.ends_with(kind); });
    ASSERT_NE(path, paths.end());
    const Parts sound(*disk, *path);
    Parts parts = sound;
    const auto info = std::ranges::find(parts.parts, "info", &Part::name);
    ASSERT_NE(info, parts.parts.end());
    std::size_t changes = 0;
    for_each_change(Value(decode_object(info->bytes).value()), [&](const Value& changed) {
      if (!changed.as_object() || testing::Test::HasFailure()) return;
      if (++changes % kShare != 0) return;
      SCOPED_TRACE(*path + ": " + changed.to_json());
      info->bytes.clear();
      encode_object(*changed.as_object(), info->bytes);
      parts.write(*disk);
      expect_named(db::check_store(*disk, "store", false).status());
      if (changes % (7 * kShare) == 0) salvage_without_manifest(*disk);
      const auto database = open_on(disk, [] {
        DatabaseOptions options = options_of_rich_store();
        options.read_only = true;
        return options;
      }());
      expect_named(database.status());
      if (!database.ok()) return;
      const Result<Collection> things = database->collection("things");
      for (const Plan plan : {Plan::kWalk, Plan::kScan})
        expect_named(
            things->query({.vector = Vector{1.0f, 2.0f, 3.0f, 1.0f}, .plan = plan}).status());
    });
    EXPECT_GT(changes, 100u);
    sound.write(*disk);
  }
}

TEST(HostileFiles, that_lack_a_block_or_have_it_too_short_are_refused_or_read) {
  const auto disk = copy_of_disk(sample());
  const std::vector<std::string> paths = files_of_blocks(*disk);
  for (const char* kind : {".seg", ".idx", ".del"}) {
    const auto path = std::ranges::find_if(paths, [&](auto& one) { return one.ends_with(kind); });
    ASSERT_NE(path, paths.end());
    const Parts sound(*disk, *path);
    for (std::size_t gone = 0; gone < sound.parts.size() && !HasFailure(); ++gone)
      for (const bool shorter : {false, true}) {
        SCOPED_TRACE(*path + " without " + sound.parts[gone].name);
        Parts parts = sound;
        Bytes& bytes = parts.parts[gone].bytes;
        if (shorter) bytes.resize(bytes.size() / 2);
        if (!shorter) parts.parts.erase(parts.parts.begin() + static_cast<std::ptrdiff_t>(gone));
        const auto trial = copy_of_disk(*disk);
        parts.write(*trial);
        salvage_without_manifest(*trial);
        try_everything(trial);
      }
  }
}

// Of a segment that has lost its description the rows say what there is.
TEST(HostileFiles, without_description_and_rows_are_told) {
  const auto disk = copy_of_disk(sample());
  const std::vector<std::string> paths = files_of_blocks(*disk);
  const auto path =
      std::ranges::find_if(paths, [](const auto& one) { return one.ends_with(".seg"); });
  Parts parts(*disk, *path);
  std::erase_if(parts.parts,
                [](const Part& part) { return part.name == "info" || part.name == "rows"; });
  parts.write(*disk);
  const SalvageReport report = db::salvage_store(*disk, "store", "saved", {}).value();
  EXPECT_TRUE(std::ranges::any_of(report.findings,
                                  [&](const SalvageFinding& one) { return one.file == *path; }));
}

// Rows with a sound checksum that cannot be: each is damage that names the file, and a salvage
// saves the others.
TEST(HostileFiles, whose_rows_no_writer_wrote_are_damage) {
  struct Change {
    std::string block;
    std::function<void(Bytes&)> make;
  };
  const auto cleared = [](std::size_t every) {  // that a row has a value
    return [every](Bytes& ends) {
      for (std::size_t at = 0; at < ends.size(); at += every) ends[at] &= std::byte{0xfe};
    };
  };
  const Change changes[] = {
      {"ids.end", cleared(sizeof(std::uint64_t) * 5)},
      {"ids", [](Bytes& ids) { ids.assign(ids.size(), std::byte{0}); }},
      {"ids.map",
       [](Bytes& map) {
         for (std::size_t at = 4; at < map.size(); at += 8)
           if (map[at] != std::byte{0}) map[at + 3] = std::byte{1};
       }},
      {"metadata", [](Bytes& bytes) { bytes.assign(bytes.size(), std::byte{0xff}); }},
      {db::vector_block(2) + ".end",  // of the bits: every other value ends a byte before its time
       [](Bytes& ends) {
         std::size_t values = 0;
         for (std::size_t at = 0; at < ends.size(); at += sizeof(std::uint64_t)) {
           const std::uint64_t packed = load_u64(&ends[at]);
           if (packed % 2 != 0 && ++values % 2 != 0) store_u64(&ends[at], packed - 2);
         }
       }},
  };
  for (const Change& change : changes) {
    SCOPED_TRACE(change.block);
    const auto disk = copy_of_disk(sample());
    std::string path;
    for (const std::string& one : files_of_blocks(*disk))
      if (one.ends_with(".seg") && path.empty()) path = one;
    Parts parts(*disk, path);
    change.make(parts[change.block]);
    parts.write(*disk);
    const bool of_vectors = change.block.starts_with("v");  // which no check decodes
    const CheckReport report = db::check_store(*disk, "store", true).value();
    EXPECT_EQ(std::ranges::any_of(report.damage, [&](auto& one) { return one.file == path; }),
              !of_vectors);
    read_everything(disk);
    if (Result<Database> merging = open_on(copy_of_disk(*disk), options_of_rich_store());
        merging.ok())
      expect_named(merging->compact().status());
    const SalvageReport saved = db::salvage_store(*disk, "store", "saved", {}).value();
    EXPECT_GT(saved.saved, 0u);
    EXPECT_EQ(saved.lost > 0, change.block != "ids.map");
  }
}

// Without a manifest the files say what there is: what they say is judged as well.
TEST(HostileFiles, without_a_manifest_are_saved_or_refused) {
  for (std::uint64_t seed = 1; seed <= 60 / kShare && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const auto disk = copy_of_disk(sample());
    const std::vector<std::string> paths = files_of_blocks(*disk);
    Parts parts(*disk, paths[random.below(paths.size())]);
    Part& part = parts.parts[random.below(parts.parts.size())];
    spoil(part.bytes, random);
    parts.write(*disk);
    salvage_without_manifest(*disk);
  }
}

TEST(HostileFiles, whose_recall_is_no_rising_curve_are_refused_or_read) {
  const auto disk = copy_of_disk(sample());
  std::vector<std::string> paths = files_of_blocks(*disk);
  std::erase_if(paths, [](const std::string& path) { return !path.ends_with(".idx"); });
  ASSERT_FALSE(paths.empty());
  const Parts sound(*disk, paths[0]);
  const Value curves[] = {List{1},
                          List{List{10, 0.5, 1}},
                          List{List{"x", 0.5}},
                          List{List{10, "x"}},
                          List{List{10, 0.5}, List{10, 0.6}},
                          List{List{10, 0.5}, List{20, 0.4}},
                          List{List{10, 1.5}},
                          List{List{1'000'000, 0.5}},
                          List{List{10, 0.5}, List{20, 0.9}}};
  for (const Value& curve : curves) {
    SCOPED_TRACE(curve.to_json());
    Parts parts = sound;
    Object info = decode_object(parts["info"]).value();
    List fields = *info.find("fields")->as_list();
    Object field = *fields[0].as_object();
    field["recall"] = curve;
    fields[0] = field;
    info["fields"] = fields;
    parts["info"].clear();
    encode_object(info, parts["info"]);
    parts.write(*disk);
    const bool rises = &curve == &curves[std::size(curves) - 1];
    const CheckReport report = db::check_store(*disk, "store", true).value();
    EXPECT_EQ(report.damage.empty(), rises);
    if (!rises) {
      EXPECT_EQ(report.damage[0].file, paths[0]);
    }
    read_everything(disk);
  }
}

}  // namespace
}  // namespace vecstore::crash
