// Files whose checksums are right and whose content is not what any writer wrote: as a bug of a
// later version, or somebody who means harm, would leave them. Every call says so, or gives an
// answer, and none steps outside of what was read (promise G8).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "base/random.h"
#include "base/test_share.h"
#include "base/test_value_changes.h"
#include "base/value_codec.h"
#include "crash/rich_store.h"
#include "crash/workload.h"
#include "db/check.h"
#include "db/salvage/salvage.h"
#include "soak/trials.h"
#include "storage/block_file.h"
#include "storage/block_file_writer.h"

namespace vecstore::crash {
namespace {

struct Part {
  std::string name;
  Bytes bytes;
};

// A file of blocks taken apart, to be put together again with other content.
struct Parts {
  std::string path;
  storage::BlockFileIdentity identity;
  std::vector<Part> parts;

  Parts(io::MemoryFileSystem& files, std::string of) : path(std::move(of)) {
    identity = storage::identify_block_file(files, path).value();
    const auto file = storage::BlockFile::open(files, path, io::Access::kRead, identity).value();
    for (const std::string& name : file->names()) {
      Bytes scratch;
      const ByteView bytes = file->block(name).value().all(scratch).value();
      parts.push_back({name, {bytes.begin(), bytes.end()}});
    }
  }
  void write(io::MemoryFileSystem& files) const {
    ASSERT_TRUE(files.remove(path).ok());
    auto writer = storage::BlockFileWriter::create(files, path, identity).value();
    for (const Part& part : parts) {
      const bool paged = part.bytes.size() > storage::kPageBytes;
      const auto layout = paged ? storage::BlockLayout::kPaged : storage::BlockLayout::kWhole;
      ASSERT_TRUE(writer->add(part.name, layout, part.bytes).ok());
    }
    ASSERT_TRUE(writer->finish().ok());
  }
};

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

// One change of one block: its size, or some of its words.
void spoil(Bytes& bytes, Random& random) {
  const std::uint64_t dice = random.below(8);
  if (dice == 0) return bytes.clear();
  if (dice == 1) return bytes.resize(bytes.size() - std::min<std::size_t>(bytes.size(), 4));
  if (dice == 2) return bytes.resize(bytes.size() + 8);
  constexpr std::uint32_t kWords[] = {0, 1, 2, 100, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fc00000};
  for (std::uint64_t i = 1 + random.below(4); !bytes.empty() && i-- > 0;) {
    const bool head = random.below(2) == 0;  // where counts and sizes stand
    const std::size_t most = head ? std::min<std::size_t>(bytes.size(), 32) : bytes.size();
    const std::size_t at = random.below(most) / 4 * 4;
    const std::uint32_t word = kWords[random.below(std::size(kWords))];
    std::memcpy(&bytes[at], &word, std::min<std::size_t>(4, bytes.size() - at));
  }
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
        try_everything(trial);
      }
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
    for (const std::string& path : disk->files())
      if (path.find("MANIFEST") != std::string::npos) static_cast<void>(disk->remove(path).ok());
    expect_named(db::salvage_store(*disk, "store", "saved", {}).status());
  }
}

}  // namespace
}  // namespace vecstore::crash
