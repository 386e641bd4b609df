#include "crash/rich_store.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "crash/workload.h"

namespace vecstore::crash {

CollectionOptions rich_options() {
  CollectionOptions options{.dimension = 4, .hnsw = {.m = 4, .min_rows = 8}};
  options.fields = {{"words", VectorKind::kSparse, 100, Metric::kDot},
                    {"bits", VectorKind::kBinary, 12, Metric::kHamming},
                    {"tokens", VectorKind::kMulti, 2, Metric::kCosine},
                    {"half", VectorKind::kDense, 3, Metric::kDot, ElementType::kF16},
                    {"small", VectorKind::kDense, 4, Metric::kEuclidean, ElementType::kI8}};
  options.text.fields = {{.name = "text"}, {.name = "title", .analyzer = "simple", .boost = 2}};
  options.metadata.fields = {{.name = "n", .type = MetadataType::kInteger, .min = 0}};
  options.partition_key = "tenant";
  options.description = "some of everything";
  options.keep_versions = 2;
  options.attributes = {{"made", "by a test"}};
  return options;
}

namespace {

constexpr const char* kName = "things";

Status on(const Database& database, const std::function<Status(Collection&)>& call) {
  VECSTORE_ASSIGN(Collection things, database.collection(kName));
  return call(things);
}

Call of(std::string name, std::function<Status(Collection&)> call) {
  return {std::move(name), [call](Database& database) { return on(database, call); }, call};
}

Call of_query(std::string name, Query query) {
  return of(std::move(name), [query](Collection& things) { return things.query(query).status(); });
}

const Query kVector{.vector = Vector{1.0f, 2.0f, 3.0f, 1.0f}, .k = 5};
const Query kWords{.text = "common word7", .k = 5};

Query with(Query query, const std::function<void(Query&)>& change) {
  change(query);
  return query;
}

}  // namespace

DatabaseOptions options_of_rich_store() {
  DatabaseOptions options = small_segments(Durability::kFull);
  options.seal_rows = 16;
  options.merge_fanout = 3;
  return options;
}

Record rich_record(std::int64_t n) {
  const auto x = static_cast<float>(n % 13 + 1);
  Record record{.id = "id" + std::to_string(n % 70), .vector = {x, 1.0f, x * x, 2.0f}};
  record.metadata = Metadata{{"n", n},
                             {"tenant", "t" + std::to_string(n % 3)},
                             {"share", static_cast<double>(n) / 7},
                             {"even", n % 2 == 0},
                             {"when", "2026-11-" + std::to_string(10 + n % 19)},
                             {"title", "title word" + std::to_string(n % 5)},
                             {"tags", List{"all", "t" + std::to_string(n % 4)}},
                             {"deep", Object{{"m", n % 9}}}};
  if (n % 4 != 0) record.text = "common word" + std::to_string(n % 11) + " and more of the text";
  if (n % 3 != 0) {
    record.vectors = {
        {"words", SparseVector{100, {3, static_cast<std::uint32_t>(10 + n % 50)}, {0.5f, x}}},
        {"bits", BinaryVector{12, {static_cast<std::uint8_t>(n), 0xc0}}},
        {"tokens", MultiVector{2, {1, x, x, 1}}},
        {"half", Vector({x, 1, 0.5f})},
        {"small", Vector({static_cast<float>(n % 100), -127, 0, 1})}};
  }
  return record;
}

std::shared_ptr<io::MemoryFileSystem> copy_of_disk(const io::MemoryFileSystem& disk) {
  auto& from = const_cast<io::MemoryFileSystem&>(disk);
  auto copy = std::make_shared<io::MemoryFileSystem>();
  for (const std::string& folder : from.folders())
    if (!copy->make_folder(folder).ok()) std::abort();
  for (const std::string& path : from.files())
    if (!copy->set_content(path, from.content(path).value()).ok()) std::abort();
  return copy;
}

std::shared_ptr<io::MemoryFileSystem> rich_store() {
  auto disk = std::make_shared<io::MemoryFileSystem>();
  Database database = open_on(disk, options_of_rich_store()).value();
  Collection things = database.create_collection(kName, rich_options()).value();
  for (std::int64_t n = 0; n < 100; ++n) {
    if (!things.upsert(rich_record(n)).ok()) std::abort();
    if (n == 60 && !(things.remove("id5").ok() && things.soft_delete("id6").ok() &&
                     database.create_snapshot(kSnapshotName).ok()))
      std::abort();
  }
  Update update{.id = "id20"};
  update.metadata_patch = Metadata{{"share", Value()}};
  const std::chrono::hours day(24);
  if (!things.update(update).ok() || !things.set_ttl("id21", day).ok() ||
      !things.remove("id22").ok() || !database.set_alias("these", kName).ok() ||
      !database.get_or_create("others").ok())
    std::abort();
  return copy_of_disk(*disk);
}

namespace {

std::vector<Call> joined(std::vector<Call> calls, std::vector<Call> more) {
  std::ranges::move(more, std::back_inserter(calls));
  return calls;
}

std::vector<Call> reads_of_records() {
  return {
      of("get", [](Collection& things) { return things.get("id30").status(); }),
      of("get of the log", [](Collection& things) { return things.get("id20").status(); }),
      of("get_many",
         [](Collection& things) {
           const std::vector<std::string> ids = {"id1", "id99", "id40"};
           return things.get_many(ids).status();
         }),
      of("contains", [](Collection& things) { return things.contains("id31").status(); }),
      of("count", [](Collection& things) { return things.count("n > 10").status(); }),
      of("count by words",
         [](Collection& things) { return things.count("title LIKE 'title%'").status(); }),
      of("scan",
         [](Collection& things) -> Status {
           VECSTORE_ASSIGN(Scan scan,
                           things.scan({.filter = "even = true", .include_deleted = true}));
           return scan.next(1000).status();
         }),
      of("list_deleted", [](Collection& things) { return things.list_deleted().status(); }),
      of("facet", [](Collection& things) { return things.facet("tags", "n > 5").status(); }),
      of("facet of ids", [](Collection& things) { return things.facet("$id").status(); }),
      of("facet of texts",
         [](Collection& things) { return things.facet("$text", "$text LIKE 'c%'").status(); }),
      of("summarize of times",
         [](Collection& things) { return things.summarize("$created_at").status(); }),
      of("summarize", [](Collection& things) { return things.summarize("share").status(); }),
      of("stats", [](Collection& things) { return things.stats().status(); }),
      of("quantization_report",
         [](Collection& things) {
           return things.quantization_report({.rows = 60, .queries = 5, .k = 3}).status();
         }),
      of("versions", [](Collection& things) { return things.versions("id7", true).status(); }),
      of("versions of the log",
         [](Collection& things) { return things.versions("id22", true).status(); }),
      of("get_version",
         [](Collection& things) -> Status {
           VECSTORE_ASSIGN(const auto versions, things.versions("id8"));
           return things.get_version("id8", versions.back().sequence).status();
         }),
      of("tune", [](Collection& things) { return things.tune({.k = 3, .queries = 10}).status(); }),
  };
}

std::vector<Call> queries() {
  const Query deep{.filter = "n > 3",
                   .prefetch = {kVector, kWords},
                   .formula = "score + $1",
                   .mmr = Mmr(),
                   .group_by = GroupBy{"title"}};
  return {
      of_query("walk", with(kVector, [](Query& q) { q.plan = Plan::kWalk; })),
      of_query("scan by vector", with(kVector, [](Query& q) { q.plan = Plan::kScan; })),
      of_query("sweep", with(kVector, [](Query& q) { q.plan = Plan::kSweep; })),
      of_query("filtered",
               with(kVector, [](Query& q) { q.filter = "tenant = 't1' AND deep.m < 5"; })),
      of_query("all included", with(kVector, [](Query& q) { q.include.vector = true; })),
      of_query("explained", with(deep, [](Query& q) { q.explain = Explain::kAnalyze; })),
      of_query("tree", deep),
      of_query("words", with(kWords,
                             [](Query& q) {
                               q.include.highlights = true;
                               q.include.passage_bytes = 20;
                             })),
      of_query("language of text", with(kWords,
                                        [](Query& q) {
                                          q.text = "+common \"of the text\" wor* title:titel~1";
                                          q.text_syntax = TextSyntax::kQuery;
                                        })),
      of_query("filtered words", with(kWords, [](Query& q) { q.filter = "n < 90"; })),
      of_query("hybrid", with(kVector, [](Query& q) { q.text = "common word3"; })),
      of_query("listing", {.k = 20, .filter = "share > 2 OR when > '2026-11-15'"}),
      of_query("sparse", {.vector = Vector(SparseVector{100, {3}, {1.0f}}), .field = "words"}),
      of_query("binary", {.vector = Vector(BinaryVector{12, {0xff, 0xf0}}), .field = "bits"}),
      of_query("multi", {.vector = Vector(MultiVector{2, {1, 0}}), .field = "tokens"}),
      of_query("half", {.vector = Vector{1.0f, 1.0f, 1.0f}, .field = "half"}),
      of_query("small", {.vector = Vector{1.0f, 1.0f, 0.0f, 0.0f}, .field = "small"}),
      of_query("groups", with(kVector, [](Query& q) { q.group_by = GroupBy{"tags"}; })),
  };
}

Status unless(Code code, const Status& status) { return status.code() == code ? Status() : status; }

Status difference(const Database& database, const DiffOptions& options) {
  VECSTORE_ASSIGN(Diff diff, database.diff(kSnapshotName, {}, options));
  const Status first = diff.next(10'000).status();
  const Status again = diff.next(10'000).status();  // goes on, or says the same
  return again.to_string() == first.to_string() ? first : again;
}

std::vector<Call> reads_of_database() {
  return {
      {"names", [](Database& database) { return database.list_aliases().status(); }, {}},
      {"stats of all", [](Database& database) { return database.stats().status(); }},
      {"list_snapshots", [](Database& database) { return database.list_snapshots().status(); }},
      {"diff", [](Database& database) { return difference(database, {}); }},
      {"diff behind a record",
       [](Database& database) {
         return difference(database, {.collection = "things", .after = "id30"});
       }},
      {"backup, of a reader too",
       [](Database& database) {
         return unless(Code::kAlreadyExists, database.backup("copies/read").status());
       }},
      {"snapshot",
       [](Database& database) -> Status {
         VECSTORE_ASSIGN(const Database then, database.snapshot(kSnapshotName));
         return on(then, [](Collection& things) { return things.query(kVector).status(); });
       }},
  };
}

}  // namespace

std::vector<Call> reading_calls() {
  return joined(joined(reads_of_records(), queries()), reads_of_database());
}

namespace {

std::vector<Call> writes() {
  return {
      of("upsert", [](Collection& things) { return things.upsert(rich_record(33)).status(); }),
      of("upsert if version",
         [](Collection& things) -> Status {
           VECSTORE_ASSIGN(const Record record, things.get("id34"));
           return things.upsert(rich_record(34), {.if_version = record.version}).status();
         }),
      of("upsert_many",
         [](Collection& things) {
           const std::vector<Record> records = {rich_record(200), rich_record(201), rich_record(1)};
           return things.upsert_many(records).status();
         }),
      of("update",
         [](Collection& things) {
           Update update{.id = "id40"};
           update.metadata_patch = Metadata{{"even", Value()}};
           update.text = "changed";
           update.vectors = {{"half", Vector()}, {"bits", BinaryVector{12, {1, 0x10}}}};
           return things.update(update).status();
         }),
      of("update_where",
         [](Collection& things) {
           Update update;
           update.metadata_patch = Metadata{{"mark", 1}};
           return things.update_where("n < 30", update).status();
         }),
      of("apply",
         [](Collection& things) {
           const std::vector<BatchOperation> steps = {
               BatchOperation::upsert(rich_record(300)), BatchOperation::remove("id41"),
               BatchOperation::soft_delete("id42"), BatchOperation::restore("id42"),
               BatchOperation::change({.id = "id43", .text = "changed"})};
           return things.apply(steps, BatchMode::kEach).status();
         }),
  };
}

std::vector<Call> removals() {
  return {
      of("remove", [](Collection& things) { return things.remove("id44").status(); }),
      of("remove_many",
         [](Collection& things) {
           const std::vector<std::string> ids = {"id45", "id46", "none"};
           return things.remove_many(ids).status();
         }),
      of("remove_where",
         [](Collection& things) { return things.remove_where("deep.m = 4").status(); }),
      of("soft_delete",
         [](Collection& things) {
           return unless(Code::kNotFound, things.soft_delete("id47").status());
         }),
      of("restore",
         [](Collection& things) {
           return unless(Code::kNotFound, things.restore("id6").status());
         }),
      of("purge", [](Collection& things) { return things.purge().status(); }),
      of("set_ttl",
         [](Collection& things) {
           return things.set_ttl("id48", std::chrono::hours(24)).status();
         }),
      of("clear_ttl", [](Collection& things) { return things.clear_ttl("id48").status(); }),
      of("upsert_with_ttl",
         [](Collection& things) {
           return things.upsert_with_ttl(rich_record(49), std::chrono::hours(1)).status();
         }),
  };
}

std::vector<Call> work_behind() {
  return {
      of("set_quantization",
         [](Collection& things) { return things.set_quantization("vector", Quantization::kSq8); }),
      of("set_ef_search", [](Collection& things) { return things.set_ef_search("vector", 77); }),
      of("rollback",
         [](Collection& things) -> Status {
           VECSTORE_ASSIGN(const auto versions, things.versions("id9"));
           return things.rollback("id9", versions.back().sequence).status();
         }),
      of("set_keep_versions", [](Collection& things) { return things.set_keep_versions(1); }),
      of("flush", [](Collection& things) { return things.flush(); }),
      of("compact", [](Collection& things) { return things.compact().status(); }),
  };
}

std::vector<Call> changes_of_database() {
  return {
      {"create and drop",
       [](Database& database) -> Status {
         VECSTORE_TRY(database.get_or_create("new").status());
         return unless(Code::kNotFound, database.drop_collection("new"));
       }},
      {"rename",
       [](Database& database) {
         return unless(Code::kNotFound, database.rename_collection("others", "renamed"));
       }},
      {"aliases",
       [](Database& database) -> Status {
         VECSTORE_TRY(database.set_alias("those", kName));
         return unless(Code::kNotFound, database.drop_alias("those"));
       }},
      {"copy_collection",
       [](Database& database) {
         return unless(Code::kAlreadyExists, database.copy_collection(kName, "copy").status());
       }},
      {"create_snapshot",
       [](Database& database) {
         return unless(Code::kAlreadyExists, database.create_snapshot("now").status());
       }},
      {"restore_snapshot",
       [](Database& database) { return database.restore_snapshot(kSnapshotName); }},
      {"drop_snapshot",
       [](Database& database) {
         return unless(Code::kNotFound, database.drop_snapshot(kSnapshotName));
       }},
      {"backup",
       [](Database& database) {
         return unless(Code::kAlreadyExists, database.backup("copies/folder").status());
       }},
      {"backup to a file",
       [](Database& database) {
         return unless(Code::kAlreadyExists,
                       database.backup("copies/file", {.single_file = true}).status());
       }},
      {"compact of all", [](Database& database) { return database.compact().status(); }},
      {"flush of all", [](Database& database) { return database.flush(); }},
  };
}

}  // namespace

std::vector<Call> changing_calls() {
  return joined(joined(writes(), removals()), joined(work_behind(), changes_of_database()));
}

}  // namespace vecstore::crash
