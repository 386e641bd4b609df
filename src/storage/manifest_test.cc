#include "storage/manifest.h"

#include <gtest/gtest.h>

#include "base/value_codec.h"
#include "io/crash_model.h"
#include "io/fault_file_system.h"
#include "io/memory_file_system.h"
#include "storage/block_file.h"
#include "storage/format_example.h"
#include "storage/manifest_codec.h"

namespace vecstore::storage {
namespace {

Manifest sample(std::uint64_t number) {
  Manifest manifest;
  manifest.number = number;
  manifest.database = 0xfedcba9876543210;
  manifest.epoch = 2;
  manifest.log_start = 10 + number;
  manifest.catalog = 9;
  manifest.next_file = 50;
  manifest.next_collection = 8;
  CollectionEntry docs;
  docs.number = 1;
  docs.name = "docs";
  docs.options = {{"dimension", 384},
                  {"attributes", Object{{"model", "m"}, {"list", List{1, 2.5}}}}};
  docs.applied = 9 + number;
  docs.segments = {{4, 0, 0, 6, 0, 512, 1, 9, 0}, {5, 6, 8, 100, 7, UINT64_MAX, 10, UINT64_MAX, 3}};
  CollectionEntry empty;
  empty.number = 7;
  empty.name = "leer";
  manifest.collections = {docs, empty};
  manifest.aliases = {{"current", 1}, {"old", 7}};
  docs.segments.pop_back();
  docs.options["dimension"] = 3;
  manifest.snapshots = {{"monday", 1'700'000'000'000, 8, {docs}, {{"current", 1}}},
                        {"tuesday", -1, UINT64_MAX, {}, {}}};
  return manifest;
}

TEST(Manifest, comes_back_as_it_was) {
  io::MemoryFileSystem files;
  ASSERT_TRUE(files.make_folder("db").ok());
  for (Manifest manifest : {Manifest(), sample(3)}) {
    manifest.number += 1;
    Status status = write_manifest(files, "db", manifest);
    ASSERT_TRUE(status.ok()) << status.to_string();
    auto again = read_manifest(files, "db");
    ASSERT_TRUE(again.ok()) << again.status().to_string();
    EXPECT_EQ(*again, manifest);
  }
}

// Of each piece of the file, where nothing is gathered, and what an attempt before has left.
TEST(Manifest, failing_at_any_operation_leaves_the_one_before) {
  for (std::size_t n = 0;; ++n) {
    SCOPED_TRACE("operation " + std::to_string(n));
    io::MemoryFileSystem disk;
    ASSERT_TRUE(disk.make_folder("db").ok());
    ASSERT_TRUE(write_manifest(disk, "db", sample(1)).ok());
    ASSERT_TRUE(disk.set_content("db/MANIFEST-2.tmp", as_bytes("left over")).ok());
    io::FaultFileSystem files(disk);
    files.gather(1);
    files.fail({.kind = io::FaultKind::kInputOutput, .at = n});
    const Status status = write_manifest(files, "db", sample(2));
    if (files.faults_hit() == 0) {
      EXPECT_TRUE(status.ok());
      EXPECT_GT(n, 15u);
      break;
    }
    files.clear_fault();
    const Manifest now = read_manifest(disk, "db").value();
    EXPECT_TRUE(now == sample(1) || now == sample(2));
    ASSERT_TRUE(write_manifest(files, "db", sample(2)).ok());
    EXPECT_EQ(*read_manifest(disk, "db"), sample(2));
  }
}

TEST(Manifest, of_bytes_that_are_none_are_damage) {
  Bytes state, options;
  encode_manifest(sample(1), state, options);
  for (const std::size_t size : {std::size_t{0}, state.size() / 2, state.size() - 1})
    EXPECT_EQ(decode_manifest(ByteView(state).first(size), options, 1).status().code(),
              Code::kDataLoss);
  std::size_t refused = 0;
  for (std::size_t at = 0; at < options.size(); ++at) {
    Bytes changed = options;
    changed[at] = std::byte{0xff};
    const auto manifest = decode_manifest(state, changed, 1);
    EXPECT_TRUE(manifest.ok() || manifest.status().code() == Code::kDataLoss) << at;
    refused += manifest.ok() ? 0 : 1;
  }
  EXPECT_GT(refused, options.size() / 4);
}

TEST(Manifest, options_may_be_as_deep_as_metadata) {
  io::MemoryFileSystem files;
  ASSERT_TRUE(files.make_folder("db").ok());
  Manifest manifest = sample(1);
  std::string text;
  for (int i = 0; i < 63; ++i) text += "{\"a\":";
  text += "{}" + std::string(63, '}');
  auto deep = Value::parse_json(text);
  ASSERT_TRUE(deep.ok()) << deep.status().to_string();
  manifest.collections[0].options = *deep->as_object();
  ASSERT_TRUE(write_manifest(files, "db", manifest).ok());
  EXPECT_EQ(*read_manifest(files, "db"), manifest);
}

TEST(Manifest, none_is_not_found) {
  io::MemoryFileSystem files;
  ASSERT_TRUE(files.make_folder("db").ok());
  ASSERT_TRUE(files.set_content("db/MANIFEST-4.tmp", as_bytes("half")).ok());
  ASSERT_TRUE(files.set_content("db/MANIFEST-x", as_bytes("?")).ok());
  ASSERT_TRUE(files.set_content("db/MANIFEST-", as_bytes("?")).ok());
  ASSERT_TRUE(files.set_content("db/MANIFEST-01", as_bytes("?")).ok());
  EXPECT_EQ(read_manifest(files, "db").status().code(), Code::kNotFound);
  EXPECT_EQ(read_manifest(files, "nowhere").status().code(), Code::kNotFound);
}

TEST(Manifest, only_plain_numbers_are_names) {
  io::MemoryFileSystem files;
  for (const char* name : {"db/MANIFEST-", "db/MANIFEST-01", "db/MANIFEST-x", "db/MANIFEST-1x",
                           "db/MANIFEST-12345678901234567890", "db/OTHER-1"})
    ASSERT_TRUE(files.set_content(name, as_bytes("x")).ok());
  EXPECT_EQ(read_manifest(files, "db").status().code(), Code::kNotFound);
  ASSERT_TRUE(files.set_content("db/MANIFEST-0", as_bytes("x")).ok());
  EXPECT_EQ(read_manifest(files, "db").status().code(), Code::kDataLoss);
}

TEST(Manifest, the_highest_number_counts_and_older_ones_go) {
  io::MemoryFileSystem files;
  ASSERT_TRUE(files.make_folder("db").ok());
  for (std::uint64_t number : {9u, 10u, 11u}) {
    ASSERT_TRUE(write_manifest(files, "db", sample(number)).ok());
  }
  EXPECT_EQ(files.files(), std::vector<std::string>{"db/MANIFEST-11"});
  EXPECT_EQ(read_manifest(files, "db")->number, 11u);
}

TEST(Manifest, what_an_interrupted_writer_left_is_replaced_or_removed) {
  io::MemoryFileSystem files;
  ASSERT_TRUE(files.set_content("db/MANIFEST-2.tmp", as_bytes("half")).ok());
  ASSERT_TRUE(files.set_content("db/MANIFEST-3.tmp", as_bytes("half")).ok());
  ASSERT_TRUE(files.set_content("db/MANIFEST-4.tmp", as_bytes("another's")).ok());
  ASSERT_TRUE(write_manifest(files, "db", sample(3)).ok());
  EXPECT_EQ(files.files(), (std::vector<std::string>{"db/MANIFEST-3", "db/MANIFEST-4.tmp"}));
}

// Another process replaces the manifest between the listing and the opening, `times` times.
class ReplacingFileSystem : public io::MemoryFileSystem {
 public:
  explicit ReplacingFileSystem(std::uint64_t times) : times_(times) {}

  Result<std::unique_ptr<io::ReadableFile>> open(const std::string& path,
                                                 io::Access access) override {
    if (replaced_ < times_) {
      ++replaced_;
      VECSTORE_TRY(write_manifest(*this, "db", sample(replaced_ + 1)));
    }
    return io::MemoryFileSystem::open(path, access);
  }

 private:
  const std::uint64_t times_;
  std::uint64_t replaced_ = 0;
};

TEST(Manifest, one_that_is_replaced_while_it_is_read_is_read_anew) {
  for (std::uint64_t times : {1u, 3u, 1000u}) {
    ReplacingFileSystem files(times);
    ASSERT_TRUE(files.make_folder("db").ok());
    ASSERT_TRUE(write_manifest(files, "db", sample(1)).ok());
    auto manifest = read_manifest(files, "db");
    bool settles = times < 10;
    ASSERT_EQ(manifest.ok(), settles) << manifest.status().to_string();
    if (settles) {
      EXPECT_EQ(manifest->number, times + 1);
    } else {
      EXPECT_EQ(manifest.status().code(), Code::kUnavailable);
    }
  }
}

TEST(Manifest, a_block_that_is_missing_is_damage) {
  for (const char* missing : {"manifest", "options"}) {
    io::MemoryFileSystem files;
    ASSERT_TRUE(files.make_folder("db").ok());
    BlockFileIdentity identity{block_file_kind("MANI"), 0, 1};
    auto writer = BlockFileWriter::create(files, "db/MANIFEST-1", identity);
    for (const char* name : {"manifest", "options"}) {
      if (std::string_view(name) == missing) continue;
      ASSERT_TRUE((*writer)->add(name, BlockLayout::kWhole, {}).ok());
    }
    ASSERT_TRUE((*writer)->finish().ok());
    EXPECT_EQ(read_manifest(files, "db").status().code(), Code::kDataLoss) << missing;
  }
}

TEST(Manifest, an_older_one_never_stands_in_for_a_damaged_one) {
  io::MemoryFileSystem files;
  ASSERT_TRUE(files.make_folder("db").ok());
  ASSERT_TRUE(write_manifest(files, "db", sample(1)).ok());
  Bytes older = *files.content("db/MANIFEST-1");
  ASSERT_TRUE(write_manifest(files, "db", sample(2)).ok());
  ASSERT_TRUE(files.set_content("db/MANIFEST-1", older).ok());
  Bytes bytes = *files.content("db/MANIFEST-2");
  ASSERT_TRUE(files.set_content("db/MANIFEST-2", ByteView(bytes).first(bytes.size() - 100)).ok());
  EXPECT_EQ(read_manifest(files, "db").status().code(), Code::kDataLoss);
  // Nor does it under the other's name.
  ASSERT_TRUE(files.set_content("db/MANIFEST-2", older).ok());
  EXPECT_EQ(read_manifest(files, "db").status().code(), Code::kDataLoss);
}

TEST(Manifest, a_flipped_bit_or_cut_anywhere_is_an_error_or_changes_nothing) {
  io::MemoryFileSystem files;
  ASSERT_TRUE(files.make_folder("db").ok());
  ASSERT_TRUE(write_manifest(files, "db", sample(1)).ok());
  const Bytes bytes = *files.content("db/MANIFEST-1");
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Bytes damaged = bytes;
    damaged[at] ^= std::byte{1} << (at % 8);
    ASSERT_TRUE(files.set_content("db/MANIFEST-1", damaged).ok());
    auto manifest = read_manifest(files, "db");
    ASSERT_TRUE(!manifest.ok() || *manifest == sample(1)) << at;
    ASSERT_TRUE(manifest.ok() || manifest.status().code() == Code::kDataLoss) << at;
    ASSERT_TRUE(files.set_content("db/MANIFEST-1", ByteView(bytes).first(at)).ok());
    ASSERT_EQ(read_manifest(files, "db").status().code(), Code::kDataLoss) << at;
  }
}

TEST(Manifest, one_that_could_not_be_read_back_is_not_written) {
  using Change = void (*)(Manifest&);
  const std::vector<Change> changes = {
      [](Manifest& m) { m.log_start = 0; },
      [](Manifest& m) { m.next_file = 0; },
      [](Manifest& m) { m.next_file = 5; },        // a segment has it
      [](Manifest& m) { m.next_collection = 7; },  // a collection has it
      [](Manifest& m) { std::swap(m.collections[0], m.collections[1]); },
      [](Manifest& m) { m.collections[0].number = 7; },
      [](Manifest& m) { m.collections[0].name = ""; },
      [](Manifest& m) { m.collections[0].segments[0].file = 0; },
      [](Manifest& m) { m.collections[0].segments[0].mask_file = 50; },
      [](Manifest& m) { m.collections[0].segments[0].dead_rows = 7; },
      [](Manifest& m) { m.collections[0].segments[0].min_sequence = 10; },
      [](Manifest& m) { std::swap(m.aliases[0], m.aliases[1]); },
      [](Manifest& m) { m.aliases[0].first = ""; },
      [](Manifest& m) { std::swap(m.snapshots[0], m.snapshots[1]); },
      [](Manifest& m) { m.snapshots[0].name = ""; },
      [](Manifest& m) { m.snapshots[0].collections[0].number = 8; },
      [](Manifest& m) { m.snapshots[0].collections[0].segments[0].file = 50; },
      [](Manifest& m) { m.snapshots[0].aliases[0].first = ""; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    io::MemoryFileSystem files;
    ASSERT_TRUE(files.make_folder("db").ok());
    Manifest manifest = sample(1);
    changes[i](manifest);
    EXPECT_EQ(write_manifest(files, "db", manifest).code(), Code::kInternal) << i;
    EXPECT_TRUE(files.files().empty()) << i;
  }
}

TEST(Manifest, the_format_page_shows_what_is_written) {
  Manifest manifest;
  manifest.number = 3;
  manifest.database = 0x0807060504030201;
  manifest.epoch = 2;
  manifest.log_start = 10;
  manifest.catalog = 9;
  manifest.next_file = 5;
  manifest.next_collection = 2;
  manifest.collections = {{1, "docs", {{"a", 1}}, 9, {{4, 0, 0, 6, 0, 512, 1, 9, 0}}}};
  io::MemoryFileSystem files;
  ASSERT_TRUE(files.make_folder("db").ok());
  ASSERT_TRUE(write_manifest(files, "db", manifest).ok());
  BlockFileIdentity identity{block_file_kind("MANI"), 0, 3};
  auto file = BlockFile::open(files, "db/MANIFEST-3", io::Access::kRead, identity);
  ASSERT_TRUE(file.ok()) << file.status().to_string();
  EXPECT_EQ((*file)->names(), (std::vector<std::string>{"manifest", "options"}));
  Bytes scratch;
  EXPECT_EQ(to_hex(format_example("manifest.md", 0)),
            to_hex(*(*file)->block("manifest")->all(scratch)));
  EXPECT_EQ(to_hex(format_example("manifest.md", 1)),
            to_hex(*(*file)->block("options")->all(scratch)));
}

TEST(Manifest, the_format_page_shows_a_snapshot) {
  Manifest manifest;
  manifest.number = 4;
  manifest.database = 0x0807060504030201;
  manifest.epoch = 2;
  manifest.log_start = 13;
  manifest.catalog = 12;
  manifest.next_file = 6;
  manifest.next_collection = 2;
  manifest.snapshots = {{"s",
                         1'700'000'000'000,
                         10,
                         {{1, "docs", {{"a", 1}}, 9, {{4, 0, 0, 6, 0, 512, 1, 9, 0}}}},
                         {}}};
  Bytes state, options;
  encode_manifest(manifest, state, options);
  EXPECT_EQ(to_hex(format_example("manifest.md", 2)), to_hex(state));
  EXPECT_EQ(to_hex(format_example("manifest.md", 1)), to_hex(options));
}

// A manifest file around any state.
Status write_state(io::FileSystem& files, const Object& state, std::string_view options) {
  Bytes bytes;
  encode_object(state, bytes);
  BlockFileIdentity identity{block_file_kind("MANI"), 0, 1};
  VECSTORE_ASSIGN(auto writer, BlockFileWriter::create(files, "db/MANIFEST-1", identity));
  VECSTORE_TRY(writer->add("manifest", BlockLayout::kWhole, bytes));
  VECSTORE_TRY(writer->add("options", BlockLayout::kWhole, as_bytes(options)));
  return writer->finish().status();
}

Object small_state() {
  return {{"required_features", List{}},
          {"database", 1},
          {"epoch", 1},
          {"log_start", 1},
          {"catalog", 0},
          {"next_file", 1},
          {"next_collection", 1},
          {"collections", List{}},
          {"aliases", List{}}};
}

Result<Manifest> read_state(const Object& state, std::string_view options = "") {
  io::MemoryFileSystem files;
  VECSTORE_TRY(files.make_folder("db"));
  VECSTORE_TRY(write_state(files, state, options));
  return read_manifest(files, "db");
}

TEST(Manifest, a_member_from_the_future_is_ignored) {
  Object state = small_state();
  state["quota"] = Object{{"bytes", 5}};
  auto manifest = read_state(state);
  ASSERT_TRUE(manifest.ok()) << manifest.status().to_string();
  EXPECT_EQ(manifest->database, 1u);
}

TEST(Manifest, a_feature_from_the_future_is_refused_by_name) {
  Object state = small_state();
  state["required_features"] = List{"sharded-log"};
  Status status = read_state(state).status();
  EXPECT_EQ(status.code(), Code::kFailedPrecondition);
  EXPECT_EQ(status.message(),
            "db/MANIFEST-1: the format is newer than this version: it needs 'sharded-log'");
}

// An older program, which knows no snapshots, must not touch their files, and may open all else.
TEST(Manifest, snapshots_are_required_only_where_there_are_any) {
  Manifest manifest = sample(1);
  Bytes state, options;
  encode_manifest(manifest, state, options);
  EXPECT_EQ(decode_object(state)->find("required_features")->as_list()->size(), 1u);
  EXPECT_EQ(*(*decode_object(state)->find("required_features")->as_list())[0].as_string(),
            "snapshots");
  manifest.snapshots.clear();
  state.clear();
  encode_manifest(manifest, state, options);
  EXPECT_TRUE(decode_object(state)->find("required_features")->as_list()->empty());
  EXPECT_EQ(decode_object(state)->find("snapshots"), nullptr);
}

// A program that knows none would remove their files, or keep none.
TEST(Manifest, versions_are_required_where_some_are_kept_or_wanted) {
  const auto features = [](const Manifest& manifest) {
    Bytes state, options;
    encode_manifest(manifest, state, options);
    EXPECT_EQ(decode_manifest(state, options, manifest.number).value(), manifest);
    std::string all;
    const Object object = decode_object(state).value();
    for (const Value& one : *object.find("required_features")->as_list())
      all += *one.as_string() + " ";
    return all;
  };
  SegmentEntry old;
  old.file = 1;
  old.rows = 3;
  Manifest manifest = sample(1);
  ASSERT_FALSE(manifest.snapshots.empty());
  ASSERT_FALSE(manifest.snapshots[0].collections.empty());
  EXPECT_EQ(features(manifest), "snapshots ");
  manifest.snapshots[0].collections[0].history = {old};
  EXPECT_EQ(features(manifest), "snapshots versions ");
  manifest.snapshots.clear();
  EXPECT_EQ(features(manifest), "");
  manifest.collections[0].keeps_versions = true;
  EXPECT_EQ(features(manifest), "versions ");
  manifest.collections[0].keeps_versions = false;
  manifest.collections[0].history = {old};
  EXPECT_EQ(features(manifest), "versions ");
  manifest.collections[0].history[0].mask_file = 1;
  Bytes state, options;
  encode_manifest(manifest, state, options);
  EXPECT_EQ(decode_manifest(state, options, 1).status().code(), Code::kDataLoss) << "no masks";
}

TEST(Manifest, snapshots_that_are_none_are_damage) {
  for (const Value& wrong : {Value("text"), Value(List{1}), Value(List{Object{}}),
                             Value(List{Object{{"name", "a"},
                                               {"created", 1},
                                               {"sequence", 1},
                                               {"collections", List{1}},
                                               {"aliases", List{}}}})}) {
    Object state = small_state();
    state["snapshots"] = wrong;
    EXPECT_EQ(read_state(state).status().code(), Code::kDataLoss);
  }
}

TEST(Manifest, every_member_must_be_there_and_of_its_kind) {
  for (const Object::Member& member : small_state()) {
    for (Value wrong : {Value(), Value("text"), Value(Object{}), Value(-1.5), Value(List{1})}) {
      bool same_kind = member.value.kind() == wrong.kind() && !wrong.as_list();
      if (same_kind) continue;
      Object state = small_state();
      state[member.key] = wrong;
      EXPECT_EQ(read_state(state).status().code(), Code::kDataLoss) << member.key;
    }
    Object state = small_state();
    state.erase(member.key);
    EXPECT_EQ(read_state(state).status().code(), Code::kDataLoss) << member.key;
  }
  Object state = small_state();
  state["next_collection"] = std::int64_t{1} << 32;
  EXPECT_FALSE(read_state(state).ok());
}

TEST(Manifest, options_without_a_collection_are_damage) {
  EXPECT_TRUE(read_state(small_state()).ok());
  EXPECT_EQ(read_state(small_state(), "x").status().code(), Code::kDataLoss);
}

TEST(Manifest, a_failing_operation_leaves_the_older_or_the_newer_one) {
  for (io::FaultKind kind :
       {io::FaultKind::kInputOutput, io::FaultKind::kDiskFull, io::FaultKind::kShortWrite,
        io::FaultKind::kFailedSync, io::FaultKind::kReadOnly}) {
    for (bool sticky : {false, true}) {
      for (std::size_t n = 0;; ++n) {
        io::MemoryFileSystem disk;
        ASSERT_TRUE(disk.make_folder("db").ok());
        ASSERT_TRUE(write_manifest(disk, "db", sample(1)).ok());
        io::FaultFileSystem files(disk);
        files.fail({.kind = kind, .at = n, .sticky = sticky});
        Status status = write_manifest(files, "db", sample(2));
        if (files.faults_hit() == 0) break;
        auto now = read_manifest(disk, "db");
        ASSERT_TRUE(now.ok()) << now.status().to_string();
        ASSERT_TRUE(*now == sample(2) || (!status.ok() && *now == sample(1))) << n;
        // The next try succeeds, whatever was left.
        ASSERT_TRUE(write_manifest(disk, "db", sample(2)).ok());
        ASSERT_EQ(disk.files(), std::vector<std::string>{"db/MANIFEST-2"});
      }
    }
  }
}

TEST(Manifest, a_power_cut_leaves_the_older_or_the_newer_one) {
  io::MemoryFileSystem disk;
  ASSERT_TRUE(disk.make_folder("db").ok());
  ASSERT_TRUE(write_manifest(disk, "db", sample(1)).ok());
  io::CrashModel model(disk);
  io::FaultFileSystem files(disk);
  ASSERT_TRUE(write_manifest(files, "db", sample(2)).ok());
  ASSERT_TRUE(write_manifest(files, "db", sample(3)).ok());
  std::size_t states = 0;
  for (const io::Operation& operation : files.record()) {
    model.apply(operation);
    for (std::size_t i = 0; i < model.state_count(); ++i, ++states) {
      io::CrashState state = model.state(i);
      auto manifest = read_manifest(*state.disk, "db");
      ASSERT_TRUE(manifest.ok()) << state.description << ": " << manifest.status().to_string();
      ASSERT_EQ(*manifest, sample(manifest->number));
    }
  }
  EXPECT_EQ(*read_manifest(*model.state(0).disk, "db"), sample(3));
  RecordProperty("states", static_cast<int>(states));
}

}  // namespace
}  // namespace vecstore::storage
