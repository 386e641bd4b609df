// golden_writer FOLDER: writes FOLDER/store and FOLDER/expected.jsonl with this version's formats.
// FOLDER must not exist: a golden store is written once and then only read.
#include <cstdio>
#include <filesystem>
#include <fstream>

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

Status write(const std::string& folder) {
  ManualClock clock(kNow - 1'000'000);
  db::Environment environment;
  environment.clock = &clock;
  DatabaseOptions options;
  options.threads = 0;
  VECSTORE_ASSIGN(Database database,
                  DatabaseInternals::open(folder + "/store", options, environment));
  VECSTORE_TRY(fill(database, clock));
  clock.set(kNow);
  VECSTORE_ASSIGN(const std::string text, dump(database));
  std::ofstream(folder + "/expected.jsonl", std::ios::binary) << text;
  VECSTORE_TRY(database.close());
  std::filesystem::remove(folder + "/store/LOCK");
  return {};
}

}  // namespace
}  // namespace vecstore::golden

int main(int argc, char** argv) {
  if (argc != 2 || std::filesystem::exists(argv[1])) {
    std::fprintf(stderr, "usage: golden_writer FOLDER, which must not exist\n");
    return 2;
  }
  const vecstore::Status status = vecstore::golden::write(argv[1]);
  if (!status.ok()) std::fprintf(stderr, "golden_writer: %s\n", status.to_string().c_str());
  return status.ok() ? 0 : 1;
}
