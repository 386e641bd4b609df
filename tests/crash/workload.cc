#include "crash/workload.h"

namespace vecstore::crash {
namespace {

constexpr std::uint64_t kIds = 8;

Record make_record(const std::string& id, std::int64_t n) {
  Record record;
  record.id = id;
  record.vector = {static_cast<float>(n), 1.0f};
  record.metadata = Metadata{{"n", n}, {"tags", List{"all", "t" + std::to_string(n % 5)}}};
  record.text = std::string(static_cast<std::size_t>(n % 40), 't');
  return record;
}

}  // namespace

Workload::Workload(std::uint64_t seed, std::size_t steps, std::uint32_t keep_versions) {
  options_.keep_versions = keep_versions;
  Random random(seed);
  State state;
  states_.push_back(state);
  std::int64_t n = 0;
  for (std::size_t i = 0; i < steps; ++i) {
    Step step = make_step(random, n, state);
    for (const auto& [id, value] : step.records) {
      const std::string key = step.collection + "/" + id;
      if (step.kind == Step::Kind::kRemove) {
        state.erase(key);
      } else {
        state[key] = value;
      }
    }
    for (const auto& [id, value] : step.records) step.given.push_back(make_record(id, value));
    if (step.kind == Step::Kind::kUpdate) {
      step.update.id = step.records[0].first;
      step.update.metadata_patch = Metadata{{"n", step.records[0].second}};
    }
    apply_to_snapshot(step.kind, state);
    script_.push_back(std::move(step));
    states_.push_back(state);
  }
}

// "@" alone says that there is a snapshot.
void Workload::apply_to_snapshot(Step::Kind kind, State& state) {
  State kept;
  for (const auto& [key, n] : state) {
    const bool in_snapshot = key.starts_with('@');
    if (kind == Step::Kind::kSnapshot && !in_snapshot) kept["@" + key] = n;
    if (kind == Step::Kind::kRestore && in_snapshot && key != "@") kept[key.substr(1)] = n;
    const bool stays = kind == Step::Kind::kRestore ? in_snapshot : !in_snapshot;
    if (stays || kind < Step::Kind::kSnapshot) kept[key] = n;
  }
  if (kind == Step::Kind::kSnapshot) kept["@"] = 1;
  state = std::move(kept);
}

Workload::Step Workload::make_step(Random& random, std::int64_t& n, const State& state) {
  Step step;
  if (random.below(4) == 0) step.collection = kCollections[1];
  const std::uint64_t dice = random.below(16);
  const auto id = [&] { return "id" + std::to_string(random.below(kIds)); };
  const auto known = state.lower_bound(step.collection + "/");
  if (dice < 5) {
    step.records.push_back({id(), ++n});
  } else if (dice < 7) {
    step.kind = Step::Kind::kBatch;
    std::map<std::string, std::int64_t> batch;
    for (int j = 0; j < 3; ++j) batch[id()] = ++n;
    step.records.assign(batch.begin(), batch.end());
  } else if (dice < 9) {
    step.kind = Step::Kind::kRemove;
    step.records.push_back({id(), 0});
  } else if (dice < 10 && known != state.end() && known->first.starts_with(step.collection)) {
    step.kind = Step::Kind::kUpdate;
    step.records.push_back({known->first.substr(step.collection.size() + 1), ++n});
  } else if (dice >= 13) {
    const bool there = state.contains("@");
    step.kind = !there      ? Step::Kind::kSnapshot
                : dice < 14 ? Step::Kind::kDropSnapshot
                            : Step::Kind::kRestore;
  } else {
    step.kind = dice < 11   ? Step::Kind::kFlush
                : dice < 12 ? Step::Kind::kCompact
                            : Step::Kind::kRecode;
    step.quantization = random.below(2) == 0 ? Quantization::kSq8 : Quantization::kSq4;
  }
  return step;
}

namespace {

// A step may be done again, also when it had succeeded.
Status done_already(const Status& status, Code code) {
  return status.code() == code ? Status() : status;
}

}  // namespace

Status Workload::run(std::size_t at, Database& database) const {
  const Step& step = script_[at];
  VECSTORE_ASSIGN(Collection collection, database.get_or_create(step.collection, options_));
  switch (step.kind) {
    case Step::Kind::kUpsert:
      return collection.upsert(step.given[0]).status();
    case Step::Kind::kBatch:
      return collection.upsert_many(step.given).status();
    case Step::Kind::kRemove:
      return collection.remove(step.given[0].id).status();
    case Step::Kind::kUpdate:
      return collection.update(step.update).status();
    case Step::Kind::kFlush:
      return collection.flush();
    case Step::Kind::kCompact:
      return collection.compact().status();
    case Step::Kind::kRecode:
      return collection.set_quantization("vector", step.quantization);
    case Step::Kind::kSnapshot:
      return done_already(database.create_snapshot(kSnapshotName).status(), Code::kAlreadyExists);
    case Step::Kind::kDropSnapshot:
      return done_already(database.drop_snapshot(kSnapshotName), Code::kNotFound);
    case Step::Kind::kRestore:
      return database.restore_snapshot(kSnapshotName);
  }
  return {};
}

DatabaseOptions small_segments(Durability durability) {
  DatabaseOptions options;
  options.threads = 0;
  options.durability = durability;
  options.seal_rows = 5;
  options.merge_fanout = 2;
  options.memory_map = false;
  options.sync_interval_ms = 1'000'000;
  return options;
}

Result<Database> open_on(std::shared_ptr<io::FileSystem> files, const DatabaseOptions& options,
                         const std::string& path) {
  db::Environment environment;
  environment.files = std::move(files);
  environment.leave_log_bytes = 1024;  // seals begin log files, and old ones are removed
  return DatabaseInternals::open(path, options, environment);
}

namespace {

Status add_state(const std::string& name, const Collection& collection, State& state) {
  VECSTORE_ASSIGN(Scan scan, collection.scan());
  VECSTORE_ASSIGN(const std::vector<Record> records, scan.next(10'000));
  for (const Record& record : records) {
    const Value* n = record.metadata.find("n");
    if (!n || !n->as_int()) return internal_error("a record lost its metadata");
    if (!state.emplace(name + "/" + record.id, *n->as_int()).second)
      return internal_error("a scan gave '" + record.id + "' twice");
  }
  return {};
}

Status add_collections(const Database& database, const std::string& prefix, State& state) {
  for (const std::string name : kCollections) {
    const Result<Collection> collection = database.collection(name);
    if (collection.status().code() == Code::kNotFound) continue;
    VECSTORE_TRY(collection.status());
    VECSTORE_TRY(add_state(prefix + name, *collection, state));
  }
  return {};
}

}  // namespace

Result<State> read_state(const Database& database) {
  State state;
  VECSTORE_TRY(add_collections(database, "", state));
  VECSTORE_ASSIGN(const std::vector<SnapshotInfo> snapshots, database.list_snapshots());
  if (snapshots.empty()) return state;
  state["@"] = 1;
  VECSTORE_ASSIGN(const Database then, database.snapshot(kSnapshotName));
  VECSTORE_TRY(add_collections(then, "@", state));
  return state;
}

namespace {

Status add_versions(const Database& database, const std::string& prefix, std::string& all) {
  for (const std::string name : kCollections) {
    const Result<Collection> collection = database.collection(name);
    if (collection.status().code() == Code::kNotFound) continue;
    VECSTORE_TRY(collection.status());
    for (std::uint64_t i = 0; i < kIds; ++i) {
      const std::string id = "id" + std::to_string(i);
      VECSTORE_ASSIGN(const auto versions, collection->versions(id, true));
      for (const RecordVersion& one : versions) {
        const Value* n = one.record ? one.record->metadata.find("n") : nullptr;
        all += prefix + name + "/" + id + " " + std::to_string(one.sequence) + " " +
               (n ? n->to_json() : "removed") + (one.current ? "*\n" : "\n");
      }
    }
  }
  return {};
}

}  // namespace

Result<std::string> read_versions(const Database& database) {
  std::string all;
  VECSTORE_TRY(add_versions(database, "", all));
  VECSTORE_ASSIGN(const std::vector<SnapshotInfo> snapshots, database.list_snapshots());
  if (snapshots.empty()) return all;
  VECSTORE_ASSIGN(const Database then, database.snapshot(kSnapshotName));
  VECSTORE_TRY(add_versions(then, "@", all));
  return all;
}

}  // namespace vecstore::crash
