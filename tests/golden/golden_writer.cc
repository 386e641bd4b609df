// golden_writer store|graph|snapshot|backup|versions FOLDER: writes FOLDER/store and
// FOLDER/expected.jsonl with this version's formats: of everything but graphs, of graphs alone, of
// a store with a snapshot (FOLDER/snapshot.jsonl), of a backup in a single file, or of one with
// older versions of records (FOLDER/versions.jsonl). FOLDER must not exist: a golden store is
// written once and then only read.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/random.h"
#include "db/handle.h"
#include "golden/dump.h"

namespace vecstore::golden {
namespace {

CollectionOptions every_kind() {
  CollectionOptions options{.dimension = 3, .metric = Metric::kEuclidean};
  options.description = "every kind of vector";
  options.attributes = Object{{"model", "none"}, {"version", 1}};
  options.fields = {{"words", VectorKind::kSparse, 1000, Metric::kDot, ElementType::kF32},
                    {"bits", VectorKind::kBinary, 20, Metric::kHamming, ElementType::kF32},
                    {"tokens", VectorKind::kMulti, 2, Metric::kCosine, ElementType::kBF16},
                    {"half", VectorKind::kDense, 2, Metric::kCosine, ElementType::kF16},
                    {"small", VectorKind::kDense, 4, Metric::kCosine, ElementType::kI8}};
  options.text.fields = {{.name = "text"}, {.name = "deep.x.y", .analyzer = "simple"}};
  return options;
}

Record numbered(int i) {
  const auto x = static_cast<float>(i);
  Record record;
  record.id = (i % 2 == 0 ? "even/"
                          : "\xc3\xb6"
                            "dd/") +
              std::to_string(i);
  if (i % 5 != 0) record.vector = {x / 4, -x, 1e-20f * x};
  record.metadata = Metadata{{"i", i},
                             {"big", std::int64_t{9'007'199'254'740'993} + i},
                             {"real", static_cast<double>(i) / 7},
                             {"tags", List{"a", i % 3 == 0, Value()}},
                             {"deep", Object{{"x", Object{{"y", std::to_string(i)}}}}}};
  if (i % 3 == 0) record.text = "line " + std::to_string(i) + "\nof \"text\" \xf0\x9f\x8c\x8d";
  if (i % 4 == 0) {
    record.vectors = {{"words", SparseVector{1000, {7, 400, 999}, {x, 0.25f, -1}}},
                      {"bits", BinaryVector{20, {static_cast<std::uint8_t>(i), 0x5a, 0xf0}}},
                      {"tokens", MultiVector{2, {1, 0.5f, x, -2}}},
                      {"half", Vector({0.5f, x + 1})},
                      {"small", Vector({127, -x, 1, 0})}};
  }
  if (i % 7 == 0) record.expires_at = kNow + 1'000'000 + i;
  return record;
}

// With a graph over codes of 4 bits, and under dot of 8.
Status fill_graph(Database& database, const char* name, Metric metric) {
  CollectionOptions options{.dimension = 8, .metric = metric};
  options.hnsw = {.m = 4, .ef_construction = 50, .min_rows = 100};
  VECSTORE_ASSIGN(Collection points, database.create_collection(name, options));
  Random random(7);
  for (int i = 0; i < 120; ++i) {
    DenseVector vector(8);
    for (float& x : vector) x = static_cast<float>(random.normal());
    VECSTORE_TRY(points.upsert({.id = std::to_string(i), .vector = vector}).status());
  }
  return points.compact().status();
}

Status fill(Database& database, ManualClock& clock) {
  VECSTORE_ASSIGN(Collection kinds, database.create_collection("kinds", every_kind()));
  for (int i = 0; i < 30; ++i) {
    clock.advance(1000);
    VECSTORE_TRY(kinds.upsert(numbered(i)).status());
    if (i == 9 || i == 19) VECSTORE_TRY(kinds.flush());
  }
  VECSTORE_TRY(kinds.remove("even/4").status());  // of a file: a mask names it at the next flush
  VECSTORE_TRY(kinds.soft_delete("even/6").status());
  VECSTORE_TRY(kinds.flush());
  Update update{.id = "even/8"};
  update.metadata_patch = Metadata{{"patched", true}, {"tags", Value()}};
  VECSTORE_TRY(kinds.update(update).status());  // this and the rest stay in the log
  VECSTORE_TRY(kinds.restore("even/6").status());
  VECSTORE_TRY(kinds.soft_delete("even/10").status());
  VECSTORE_TRY(kinds.upsert_many(std::vector<Record>{numbered(40), numbered(41)}).status());
  VECSTORE_TRY(kinds.remove("even/2").status());
  VECSTORE_ASSIGN(Collection texts, database.create_collection("texts"));
  VECSTORE_TRY(texts.upsert({.id = "only", .text = "no vector at all"}).status());
  VECSTORE_TRY(database.create_collection("empty", {.dimension = 8}).status());
  VECSTORE_TRY(database.create_collection("gone").status());
  VECSTORE_TRY(database.drop_collection("gone"));
  VECSTORE_TRY(database.rename_collection("texts", "notes"));
  return database.set_alias("latest", "kinds");
}

Status write_text(const std::string& path, Database& database) {
  VECSTORE_ASSIGN(const std::string text, dump(database));
  std::ofstream(path, std::ios::binary) << text;
  return {};
}

// What the snapshot has and the present has not: a collection, records, an alias elsewhere.
Status change_after_snapshot(Database& database) {
  VECSTORE_TRY(database.create_snapshot("before").status());
  VECSTORE_TRY(database.drop_collection("notes"));
  VECSTORE_TRY(database.set_alias("latest", "empty"));
  VECSTORE_ASSIGN(Collection kinds, database.collection("kinds"));
  VECSTORE_TRY(kinds.remove("even/12").status());
  VECSTORE_TRY(kinds.compact().status());
  return kinds.upsert(numbered(50)).status();
}

// Versions in a merged file, in one of a seal, as masked rows, and in the log.
Status fill_versions(Database& database, ManualClock& clock) {
  CollectionOptions options = every_kind();
  options.keep_versions = 3;
  VECSTORE_ASSIGN(Collection kinds, database.create_collection("kinds", options));
  for (int round = 0; round < 6; ++round) {
    for (int i = 0; i < 4; ++i) {
      clock.advance(1000);
      Record record = numbered(4 * round + i);
      record.id = kVersioned[static_cast<std::size_t>(i)];
      VECSTORE_TRY(kinds.upsert(record).status());
    }
    if (round == 1) VECSTORE_TRY(kinds.remove(kVersioned[1]).status());
    if (round == 2) VECSTORE_TRY(kinds.compact().status());
    if (round == 3) VECSTORE_TRY(kinds.flush());
    if (round == 4) VECSTORE_TRY(kinds.soft_delete(kVersioned[2]).status());
  }
  return kinds.remove(kVersioned[3]).status();
}

Status write(const std::string& folder, std::string_view what) {
  ManualClock clock(kNow - 1'000'000);
  db::Environment environment;
  environment.clock = &clock;
  DatabaseOptions options;
  options.threads = 0;
  const std::string path = folder + (what == "backup" ? "/source" : "/store");
  VECSTORE_ASSIGN(Database database, DatabaseInternals::open(path, options, environment));
  if (what == "graph") {
    VECSTORE_TRY(fill_graph(database, "points", Metric::kEuclidean));
    VECSTORE_TRY(fill_graph(database, "arrows", Metric::kDot));
  } else if (what == "versions") {
    VECSTORE_TRY(fill_versions(database, clock));
  } else {
    VECSTORE_TRY(fill(database, clock));
  }
  if (what == "snapshot") VECSTORE_TRY(change_after_snapshot(database));
  clock.set(kNow);
  if (what == "snapshot") {
    VECSTORE_ASSIGN(Database before, database.snapshot("before"));
    VECSTORE_TRY(write_text(folder + "/snapshot.jsonl", before));
  }
  if (what == "versions") {
    VECSTORE_ASSIGN(const Collection kinds, database.collection("kinds"));
    VECSTORE_ASSIGN(const std::string text, dump_versions(kinds, kVersioned));
    std::ofstream(folder + "/versions.jsonl", std::ios::binary) << text;
  }
  if (what == "backup")
    VECSTORE_TRY(database.backup(folder + "/store", {.single_file = true}).status());
  VECSTORE_TRY(write_text(folder + "/expected.jsonl", database));
  VECSTORE_TRY(database.close());
  std::filesystem::remove(path + "/LOCK");
  if (what == "backup") std::filesystem::remove_all(path);
  return {};
}

}  // namespace
}  // namespace vecstore::golden

int main(int argc, char** argv) {
  const std::string_view what = argc == 3 ? argv[1] : "";
  const bool known = what == "store" || what == "graph" || what == "snapshot" || what == "backup" ||
                     what == "versions";
  if (!known || std::filesystem::exists(argv[2])) {
    std::fprintf(stderr,
                 "usage: golden_writer store|graph|snapshot|backup|versions FOLDER, which must not "
                 "exist\n");
    return 2;
  }
  const vecstore::Status status = vecstore::golden::write(argv[2], what);
  if (!status.ok()) std::fprintf(stderr, "golden_writer: %s\n", status.to_string().c_str());
  return status.ok() ? 0 : 1;
}
