#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "base/clock.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/in_file.h"
#include "cli/interrupt.h"
#include "cli/new_collection.h"
#include "cli/record_source.h"
#include "cli/session.h"
#include "cli/settle.h"
#include "cli/terminal.h"

namespace vecstore {
namespace {

constexpr std::size_t kBatchRecords = 1000;
constexpr std::size_t kBatchBytes = 8u << 20;

struct ImportArguments {
  std::string file = {};
  std::optional<std::string> format = {}, ids = {}, metadata = {};
  bool skip_errors = false, skip_existing = false;
  NewCollection collection = {};
};

struct Batch {
  std::vector<Record> records = {};
  std::vector<std::uint64_t> positions = {};  // in the source, counted from 0
  std::vector<std::string> places = {};       // "line 7"
  std::size_t bytes = 0;
};

std::size_t rough_bytes(const Record& record) {
  std::size_t bytes = record.id.size() + 64 + 4 * record.vector.dimension();
  if (const MultiVector* multi = record.vector.multi()) bytes += 4 * multi->values.size();
  for (const NamedVector& named : record.vectors) bytes += 4 * named.vector.dimension();
  return bytes + (record.text ? record.text->size() : 0) + 32 * record.metadata.size();
}

// Puts records through the rules of the engine without keeping them: into a collection in memory, a
// new one for every batch.
class Checker {
 public:
  explicit Checker(CollectionOptions options) : options_(std::move(options)) {}

  // One status per record.
  Result<std::vector<Status>> check(const std::vector<Record>& records) {
    VECSTORE_ASSIGN(Collection scratch, VecStore::in_memory(options_));
    std::vector<BatchOperation> operations;
    for (const Record& record : records) operations.push_back(BatchOperation::upsert(record));
    VECSTORE_ASSIGN(BatchResult result, scratch.apply(operations, BatchMode::kEach));
    options_ = scratch.options();  // with the dimension of the first vector
    return std::move(result.steps);
  }

 private:
  CollectionOptions options_;
};

class Import {
 public:
  Import(Session& session, const ImportArguments& given, std::string format)
      : session_(session), given_(given), progress_(!session.out.quiet()) {
    source_options_ = {given.file, std::move(format), given.ids, given.metadata};
  }

  Status run();

 private:
  using Each = std::function<Status(Batch&)>;

  bool read_once() const;
  Status prepare();
  Status open_database();
  Status each_batch(const char* doing, const Each& each);
  Status check_batch(Batch& batch);
  Status check_repeated(const Batch& batch, std::size_t i);
  Status write_batch(Batch& batch);
  Status write_all(const std::vector<Record>& records);
  Status write_absent(std::vector<Record> records);
  Status reject(std::uint64_t position, const std::string& where, const Status& why);
  std::string kept() const;
  Status stopped() const;
  void report(double seconds) const;

  Session& session_;
  const ImportArguments& given_;
  SourceOptions source_options_;
  Progress progress_;
  CollectionOptions options_;
  std::optional<Checker> checker_;
  std::optional<Database> database_;
  std::optional<Collection> collection_;
  std::unordered_set<std::uint64_t> rejected_;
  std::unordered_map<std::string, std::string> seen_;  // id: where
  bool repeats_possible_ = true;
  std::uint64_t total_ = 0, written_ = 0, inserted_ = 0, replaced_ = 0, existing_ = 0;
};

bool Import::read_once() const {
  const auto once = [](const std::optional<std::string>& file) {
    return file && is_read_once(*file);
  };
  return once(given_.file) || once(given_.ids) || once(given_.metadata);
}

// With the database there already, its collection decides; a conflict is told before reading.
Status Import::prepare() {
  VECSTORE_ASSIGN(options_, new_collection_options(session_, given_.collection));
  Result<Database> opened = session_.open_to_write();
  if (opened.ok()) {
    database_ = *std::move(opened);
    Result<Collection> there = database_->collection(session_.collection_name());
    if (there.ok()) {
      VECSTORE_TRY(open_database());
      options_ = collection_->options();
    } else if (there.status().code() != Code::kNotFound) {
      return there.status();
    }
  } else if (opened.status().code() != Code::kNotFound) {
    return opened.status();
  }
  checker_.emplace(options_);
  return {};
}

Status Import::open_database() {
  if (!database_) {
    VECSTORE_ASSIGN(database_, session_.open_to_write(true));
  }
  if (!collection_) {
    VECSTORE_ASSIGN(collection_, open_or_make(*database_, session_, given_.collection));
  }
  return {};
}

std::string Import::kept() const {
  const std::uint64_t there = written_ + existing_;
  return counted(there, "record") + (there == 1 ? " is imported" : " are imported");
}

Status Import::stopped() const {
  if (written_ + existing_ == 0) return cancelled("stopped before anything was written");
  return cancelled("stopped after " + counted(written_ + existing_, "record") +
                   "; they are kept, and the same command completes the import (with "
                   "--skip-existing it writes the rest alone)");
}

Status Import::reject(std::uint64_t position, const std::string& where, const Status& why) {
  const Status status = file_content_error(why).with_context(given_.file + ": " + where);
  if (!given_.skip_errors) return status;
  progress_.clear();
  session_.out.warn("skipped: " + printable(status.message()));
  rejected_.insert(position);
  return {};
}

// Reads the source once, batch by batch; records rejected earlier are left out.
Status Import::each_batch(const char* doing, const Each& each) {
  VECSTORE_ASSIGN(const std::unique_ptr<RecordSource> source, open_source(source_options_));
  repeats_possible_ = source->has_ids();
  Batch batch;
  for (std::uint64_t position = 0;; ++position) {
    Result<std::optional<Record>> next = source->next();
    const bool end = next.ok() && !next->has_value();
    if (end || batch.records.size() == kBatchRecords || batch.bytes >= kBatchBytes) {
      if (interrupted()) return stopped();
      VECSTORE_TRY(each(batch));
      batch = {};
      progress_.update(position, std::max(total_, source->total()), doing);
    }
    if (end) {
      total_ = position;
      return {};
    }
    if (rejected_.contains(position)) continue;
    if (!next.ok()) {
      if (next.status().code() == Code::kCancelled) return stopped();
      if (next.status().code() != Code::kInvalidArgument) return next.status();
      VECSTORE_TRY(reject(position, source->where(), next.status()));
      continue;
    }
    batch.bytes += rough_bytes(**next);
    batch.records.push_back(**std::move(next));
    batch.positions.push_back(position);
    batch.places.push_back(source->where());
  }
}

Status Import::check_repeated(const Batch& batch, std::size_t i) {
  if (!repeats_possible_) return {};
  const auto [at, is_new] = seen_.emplace(batch.records[i].id, batch.places[i]);
  if (is_new) return {};
  return invalid_argument("id '" + shorten(at->first) + "' was on " + at->second + " already");
}

Status Import::check_batch(Batch& batch) {
  VECSTORE_ASSIGN(const std::vector<Status> steps, checker_->check(batch.records));
  Batch good;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    Status status = steps[i];
    if (status.ok()) status = check_repeated(batch, i);
    if (!status.ok()) {
      VECSTORE_TRY(reject(batch.positions[i], batch.places[i], status));
      continue;
    }
    good.records.push_back(std::move(batch.records[i]));
  }
  batch = std::move(good);
  return {};
}

Status Import::write_batch(Batch& batch) {
  VECSTORE_TRY(open_database());
  if (batch.records.empty()) return {};
  const Status status =
      given_.skip_existing ? write_absent(std::move(batch.records)) : write_all(batch.records);
  const std::string before =
      written_ == 0 ? "nothing was written"
                    : "stopped after " + counted(written_, "record") + ", which are kept";
  return status.with_context(before);
}

Status Import::write_all(const std::vector<Record>& records) {
  VECSTORE_ASSIGN(const WriteResult result, collection_->upsert_many(records));
  written_ += records.size();
  inserted_ += result.inserted;
  replaced_ += result.replaced;
  return {};
}

Status Import::write_absent(std::vector<Record> records) {
  std::vector<BatchOperation> operations;
  for (Record& record : records) {
    operations.push_back(BatchOperation::upsert(std::move(record)));
    operations.back().condition.if_absent = true;
  }
  VECSTORE_ASSIGN(const BatchResult result, collection_->apply(operations, BatchMode::kEach));
  for (const Status& step : result.steps) {
    if (!step.ok() && step.code() != Code::kAborted) return step;
    ++(step.ok() ? written_ : existing_);
  }
  inserted_ += result.total.inserted;
  return {};
}

void Import::report(double seconds) const {
  const auto number = [](std::uint64_t n) { return Value(static_cast<std::int64_t>(n)); };
  if (session_.out.format() != OutputFormat::kTable) {
    return session_.out.print_object({{"imported", number(written_)},
                                      {"inserted", number(inserted_)},
                                      {"replaced", number(replaced_)},
                                      {"existing", number(existing_)},
                                      {"skipped", number(rejected_.size())},
                                      {"seconds", seconds}});
  }
  std::string line = counted(written_, "record") + " imported in " + format_duration(seconds);
  if (replaced_ > 0) line += ", " + format_count(replaced_) + " of them replaced what was there";
  if (existing_ > 0) line += ", " + format_count(existing_) + " were there already";
  if (!rejected_.empty()) line += ", " + format_count(rejected_.size()) + " skipped";
  session_.out.print_line(line);
}

// A file is read twice: for errors first, so that a bad one changes nothing. Standard input and
// pipes can be read once: each batch is checked and written.
Status Import::run() {
  const double begun = monotonic_ms();
  VECSTORE_TRY(prepare());
  watch_interrupts();
  if (read_once()) {
    VECSTORE_TRY(each_batch("records", [this](Batch& batch) {
      VECSTORE_TRY(check_batch(batch));
      return write_batch(batch);
    }));
  } else {
    VECSTORE_TRY(
        each_batch("records checked", [this](Batch& batch) { return check_batch(batch); }));
    seen_ = {};
    VECSTORE_TRY(each_batch("records", [this](Batch& batch) { return write_batch(batch); }));
  }
  progress_.clear();
  VECSTORE_TRY(settle(session_, *database_, written_, kept()));
  VECSTORE_TRY(database_->close());
  report((monotonic_ms() - begun) / 1000);
  return {};
}

// Two of them from standard input would each get a part of it.
Status check_files(const ImportArguments& given) {
  const int dashes = (given.file == "-") + (given.ids == "-") + (given.metadata == "-");
  return dashes < 2 ? Status() : invalid_argument("'-' is given for two files");
}

Status run_import(Session& session, const ImportArguments& given) {
  VECSTORE_TRY(check_files(given));
  VECSTORE_ASSIGN(std::string format, file_format(given.file, given.format));
  return Import(session, given, std::move(format)).run();
}

}  // namespace

Command import_command() {
  auto to = std::make_shared<ImportArguments>();
  Command command{
      .name = "import",
      .summary = "records from JSONL, JSON, CSV, Parquet, NPY, fvecs or IDX",
      .description =
          "The file is checked as a whole before anything is written; from standard input ('-')\n"
          "or a pipe the unit is a batch. Ctrl-C stops after a batch. The same command again "
          "replaces every\n"
          "record by what it is already; with --skip-existing it writes the missing ones alone.\n\n"
          "JSONL: {\"id\",\"vector\"?,\"text\"?,\"metadata\"?} per line, as export writes it.\n"
          "JSON: an array of such records, or one after the other.\n"
          "CSV: columns id, text, vector (JSON); all others become metadata.\n"
          "Parquet: the same, with vector a list of numbers and metadata of any type.\n"
          "NPY, fvecs, bvecs, IDX: a vector per row; without --ids the id is the row number.\n"
          "All of them also as gzip leaves them.\n\n"
          "Examples:\n"
          "  vecstore import records.jsonl\n"
          "  vecstore import vectors.npy --ids ids.txt --metadata meta.jsonl --metric euclidean\n"
          "  vecstore import big.jsonl.gz --skip-errors\n"
          "  vecstore import train-images-idx3-ubyte.gz --metric euclidean\n"
          "  cat records.jsonl | vecstore import - --skip-existing",
      .options = {{"file", &to->file, "the file; '-' is standard input", "", {}, true},
                  {"--format", &to->format,
                   "jsonl, json, csv, parquet, npy, fvecs, bvecs, ivecs or idx", "NAME"},
                  {"--ids", &to->ids, "an id per line, for vectors", "FILE"},
                  {"--metadata", &to->metadata, "a JSON object per line, for vectors", "FILE"},
                  {"--skip-errors", &to->skip_errors, "report wrong records and go on"},
                  {"--skip-existing", &to->skip_existing, "leave records whose id is there"}},
      .run = [to](Session& session) { return run_import(session, *to); }};
  for (Option& option : new_collection_arguments(to->collection)) {
    command.options.push_back(std::move(option));
  }
  return command;
}

}  // namespace vecstore
