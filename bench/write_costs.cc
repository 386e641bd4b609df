// What writing costs beyond the records themselves: bytes written and syncs, counted at the file
// system; bytes on the disk; and what an open costs after the process died, per GB of log. Prints
// the rows of the tables in docs/guide/durability.md.
//
//   write_costs [--rows N] [--dimension D] [--seal-rows N] [--log-rows N] [--seed SEED]
//
// The vectors are random. About three minutes on two cores with 100,000 rows of 384 components.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "db/handle.h"
#include "db/store_files.h"
#include "vecstore/vecstore.h"

namespace vecstore {
namespace {

struct Options {
  std::uint64_t rows = 100'000, dimension = 384, log_rows = 100'000, seal_rows = 0, seed = 1;
};

enum Kind { kLog, kSegments, kIndexes, kOther, kKinds };

Kind kind_of(const std::string& path) {
  if (path.ends_with(".log")) return kLog;
  if (path.ends_with(".seg") || path.ends_with(".del")) return kSegments;
  return path.ends_with(".idx") ? kIndexes : kOther;
}

struct Counts {
  std::array<std::atomic<std::uint64_t>, kKinds> bytes = {};
  std::atomic<std::uint64_t> syncs = 0, log_syncs = 0;
};

class CountedFile : public io::WritableFile {
 public:
  CountedFile(Counts& counts, Kind kind, std::unique_ptr<io::WritableFile> inner)
      : counts_(counts), kind_(kind), inner_(std::move(inner)) {}
  Status append(std::span<const std::byte> data) override {
    counts_.bytes[kind_] += data.size();
    return inner_->append(data);
  }
  Status sync() override {
    ++counts_.syncs;
    if (kind_ == kLog) ++counts_.log_syncs;
    return inner_->sync();
  }
  Status truncate(std::uint64_t size) override { return inner_->truncate(size); }
  std::uint64_t size() const override { return inner_->size(); }
  Status close() override { return inner_->close(); }

 private:
  Counts& counts_;
  const Kind kind_;
  std::unique_ptr<io::WritableFile> inner_;
};

// The disk, with what is written to it counted.
class CountedFiles : public io::FileSystem {
 public:
  explicit CountedFiles(io::FileSystem& disk) : disk_(disk) {}
  Counts counts;

  Result<std::unique_ptr<io::WritableFile>> create(const std::string& path,
                                                   io::Create mode) override {
    VECSTORE_ASSIGN(auto file, disk_.create(path, mode));
    return std::unique_ptr<io::WritableFile>(
        new CountedFile(counts, kind_of(path), std::move(file)));
  }
  Status sync_folder(const std::string& folder) override {
    ++counts.syncs;
    return disk_.sync_folder(folder);
  }
  Result<std::unique_ptr<io::ReadableFile>> open(const std::string& path,
                                                 io::Access access) override {
    return disk_.open(path, access);
  }
  Result<std::uint64_t> file_size(const std::string& path) override {
    return disk_.file_size(path);
  }
  Result<bool> exists(const std::string& path) override { return disk_.exists(path); }
  Result<std::vector<std::string>> list(const std::string& folder) override {
    return disk_.list(folder);
  }
  Status make_folder(const std::string& folder) override { return disk_.make_folder(folder); }
  Status rename(const std::string& from, const std::string& to) override {
    return disk_.rename(from, to);
  }
  Status remove(const std::string& path) override { return disk_.remove(path); }
  Result<std::unique_ptr<io::FileLock>> lock(const std::string& path) override {
    return disk_.lock(path);
  }

 private:
  io::FileSystem& disk_;
};

void must(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.to_string().c_str());
  std::exit(1);
}
template <typename T>
T must(Result<T> result) {
  must(result.status());
  return *std::move(result);
}

class Data {
 public:
  Data(std::uint64_t seed, std::uint64_t dimension) : random_(seed), dimension_(dimension) {}
  Random& random() { return random_; }
  Record record(std::uint64_t i) {
    Record made;
    made.id = "record-" + std::to_string(i);
    DenseVector vector(dimension_);
    for (float& x : vector) x = static_cast<float>(random_.normal());
    made.vector = std::move(vector);
    made.metadata = Metadata{{"number", static_cast<std::int64_t>(i)}, {"source", "bench"}};
    return made;
  }
  // Of an id, a vector in f32 and the metadata as JSON.
  static std::uint64_t bytes_of(const Record& record, std::uint64_t dimension) {
    return record.id.size() + 4 * dimension + Value(record.metadata).to_json().size();
  }

 private:
  Random random_;
  const std::uint64_t dimension_;
};

std::string fresh_folder(const char* name) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("vecstore-costs-" + std::to_string(::getpid()) + "-" + name);
  std::filesystem::remove_all(path);
  return path.string();
}

struct Counted {
  std::shared_ptr<CountedFiles> files =
      std::make_shared<CountedFiles>(*must(db::files_of(nullptr)));
  std::string path;
  Database database;

  Counted(const char* name, const DatabaseOptions& options)
      : path(fresh_folder(name)), database(open(options)) {}
  ~Counted() {
    must(database.close());
    std::filesystem::remove_all(path);
  }
  Database open(const DatabaseOptions& options) const {
    db::Environment environment;
    environment.files = files;
    return must(DatabaseInternals::open(path, options, environment));
  }
};

// One row of the table: what was written since `before`, as multiples of `records`.
void report_writes(const char* what, Counted& counted,
                   const std::array<std::uint64_t, kKinds>& before, double records, double live,
                   double seconds) {
  double of[kKinds] = {}, all = 0;
  for (int kind = 0; kind < kKinds; ++kind) {
    const auto at = static_cast<std::size_t>(kind);
    of[kind] = static_cast<double>(counted.files->counts.bytes[at] - before[at]) / records;
    all += of[kind];
  }
  const double disk = static_cast<double>(must(counted.database.stats()).file_bytes);
  std::printf("| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.0f s |\n", what, all, of[kLog],
              of[kSegments], of[kIndexes], disk / live, seconds);
  std::fflush(stdout);
}

std::array<std::uint64_t, kKinds> bytes_now(const Counted& counted) {
  std::array<std::uint64_t, kKinds> now;
  for (std::size_t i = 0; i < kKinds; ++i) now[i] = counted.files->counts.bytes[i];
  return now;
}

void write_amplification(const Options& options) {
  std::printf(
      "| written for each byte of a record | all | log | segments | graphs | on the disk, "
      "for each byte of a live record | |\n|---|---|---|---|---|---|---|\n");
  DatabaseOptions wanted;
  if (options.seal_rows > 0) wanted.seal_rows = static_cast<std::uint32_t>(options.seal_rows);
  Counted counted("writes", wanted);
  Collection things = must(counted.database.get_or_create(
      "things", {.dimension = static_cast<std::uint32_t>(options.dimension)}));
  Data data(options.seed, options.dimension);
  double live = 0;
  const auto phase = [&](const char* what, std::uint64_t writes, const auto& write) {
    const auto before = bytes_now(counted);
    const double begin = monotonic_ms();
    double records = 0;
    for (std::uint64_t i = 0; i < writes; ++i) {
      const Record record = data.record(write(i));
      records += static_cast<double>(Data::bytes_of(record, options.dimension));
      must(things.upsert(record).status());
    }
    must(counted.database.flush());
    must(counted.database.wait_for_background());
    if (live == 0) live = records;
    report_writes(what, counted, before, records, live, (monotonic_ms() - begin) / 1000);
  };
  phase("ingest, with seals, merges and graphs", options.rows, [](std::uint64_t i) { return i; });
  phase("as many updates of random records", options.rows,
        [&](std::uint64_t) { return data.random().below(options.rows); });
  const auto before = bytes_now(counted);
  const double begin = monotonic_ms();
  must(things.compact().status());
  report_writes("then compact()", counted, before, live, live, (monotonic_ms() - begin) / 1000);
}

double syncs_per_write(Durability durability, int threads) {
  constexpr int kWrites = 1'000;
  Counted counted("syncs", {.durability = durability});
  Collection things = must(counted.database.get_or_create("things", {.dimension = 16}));
  const std::uint64_t before = counted.files->counts.log_syncs;
  std::vector<std::thread> writers;
  for (int t = 0; t < threads; ++t)
    writers.emplace_back([&, t] {
      Data data(static_cast<std::uint64_t>(t), 16);
      for (std::uint64_t i = 0; i < kWrites; ++i)
        must(things.upsert(data.record(static_cast<std::uint64_t>(t) * kWrites + i)).status());
    });
  for (std::thread& writer : writers) writer.join();
  return static_cast<double>(counted.files->counts.log_syncs - before) / (threads * kWrites);
}

void syncs() {
  std::printf("\n| syncs of the log for each write | 1 thread | 8 threads |\n|---|---|---|\n");
  for (const Durability durability : {Durability::kFull, Durability::kNormal, Durability::kOff})
    std::printf("| `%s` | %.3f | %.3f |\n", std::string(durability_name(durability)).c_str(),
                syncs_per_write(durability, 1), syncs_per_write(durability, 8));
}

// A process that writes and dies before anything is sealed.
void leave_log(const std::string& path, std::uint64_t rows, std::uint64_t dimension, bool text) {
  const pid_t child = ::fork();
  if (child != 0) {
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0) must(internal_error("the writer failed"));
    return;
  }
  Database database =
      must(Database::open(path, {.seal_bytes = 64ull << 30, .seal_rows = 1u << 31}));
  Collection things =
      must(database.get_or_create("things", {.dimension = static_cast<std::uint32_t>(dimension)}));
  Data data(1, dimension);
  for (std::uint64_t i = 0; i < rows; ++i) {
    Record record = data.record(i);
    if (text) {
      std::string words;
      for (int w = 0; w < 60; ++w)
        words += "word" + std::to_string(data.random().below(20'000)) + " ";
      record.text = std::move(words);
    }
    must(things.upsert(record).status());
  }
  ::_exit(0);
}

void recovery(const char* what, std::uint64_t rows, std::uint64_t dimension, bool text) {
  const std::string path = fresh_folder("recovery");
  leave_log(path, rows, dimension, text);
  constexpr int kTimes = 3;
  double best = 1e12, bytes = 0;
  for (int i = 0; i < kTimes; ++i) {  // by a reader: it changes nothing
    const double begin = monotonic_ms();
    Database database = must(Database::open(path, {.read_only = true}));
    best = std::min(best, (monotonic_ms() - begin) / 1000);
    bytes = static_cast<double>(must(database.stats()).log_bytes);
  }
  std::filesystem::remove_all(path);
  std::printf("| %s | %.0f MB | %.2f s | %.1f s | %.1f µs |\n", what, bytes / 1e6, best,
              best / bytes * 1e9, best / static_cast<double>(rows) * 1e6);
  std::fflush(stdout);
}

int run(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
    const std::string name = argv[i];
    if (name == "--rows") options.rows = value;
    if (name == "--dimension") options.dimension = value;
    if (name == "--log-rows") options.log_rows = value;
    if (name == "--seal-rows") options.seal_rows = value;
    if (name == "--seed") options.seed = value;
  }
  if (options.rows > 0) write_amplification(options);
  syncs();
  if (options.log_rows == 0) return 0;
  std::printf(
      "\n| open after a crash | log | open | for each GB of log | for each record |\n"
      "|---|---|---|---|---|\n");
  recovery("records of 384 components", options.log_rows, 384, false);
  recovery("records of 16 components", 4 * options.log_rows, 16, false);
  recovery("16 components and 60 words of text", options.log_rows / 2, 16, true);
  return 0;
}

}  // namespace
}  // namespace vecstore

int main(int argc, char** argv) { return vecstore::run(argc, argv); }
