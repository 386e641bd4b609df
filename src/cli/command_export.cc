#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/out_file.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/vector_file.h"

namespace vecstore {
namespace {

constexpr std::string_view kFormats[] = {"jsonl", "csv", "npy", "fvecs"};

struct ExportArguments {
  std::string file = {};
  std::optional<std::string> format = {}, filter = {}, ids = {}, metadata = {};
};

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",;\t|\"\r\n") == text.npos) return text;
  std::string cell = "\"";
  for (const char c : text) cell += c == '"' ? std::string("\"\"") : std::string(1, c);
  return cell + "\"";
}

std::string csv_row(const Record& record) {
  Record only_vector;
  only_vector.id = "x";
  only_vector.vector = record.vector;
  std::string vector;
  const Result<Value> json = Value::parse_json(only_vector.to_json());
  if (json.ok() && json->as_object()->find("vector")) {
    vector = json->as_object()->find("vector")->to_json();
  }
  const std::string metadata = record.metadata.empty() ? "" : Value(record.metadata).to_json();
  return csv_cell(record.id) + "," + csv_cell(record.text.value_or("")) + "," + csv_cell(vector) +
         "," + csv_cell(metadata) + "\n";
}

template <typename T>
std::string_view bytes_of(const T& items) {
  return {reinterpret_cast<const char*>(items.data()), items.size() * sizeof(items[0])};
}

class Export {
 public:
  Export(Session& session, const ExportArguments& given, std::string format, Filter filter)
      : session_(session), given_(given), format_(std::move(format)), filter_(std::move(filter)) {}

  Status run() {
    VECSTORE_ASSIGN(OpenCollection open, read_collection(session_));
    VECSTORE_ASSIGN(total_, open.collection.count(filter_));
    columns_ = open.collection.options().dimension;
    VECSTORE_TRY(out_.open(given_.file));
    if (given_.ids) VECSTORE_TRY(ids_.open(*given_.ids));
    if (given_.metadata) VECSTORE_TRY(metadata_.open(*given_.metadata));
    if (format_ == "npy") VECSTORE_TRY(out_.write(npy_header(total_, columns_)));
    if (format_ == "csv") VECSTORE_TRY(out_.write("id,text,vector,metadata\n"));
    VECSTORE_TRY(write_all(open.collection));
    VECSTORE_TRY(out_.finish());
    VECSTORE_TRY(ids_.finish());
    VECSTORE_TRY(metadata_.finish());
    session_.out.note(counted(written_, "record") + " exported");
    return {};
  }

 private:
  Status write_all(const Collection& collection) {
    watch_interrupts();
    Progress progress(!session_.out.quiet());
    VECSTORE_ASSIGN(Scan scan, collection.scan({.filter = filter_}));
    for (;;) {
      VECSTORE_ASSIGN(const std::vector<Record> records, scan.next());
      if (records.empty()) break;
      if (interrupted()) return cancelled("stopped; nothing was left behind");
      for (const Record& record : records) VECSTORE_TRY(write(record));
      written_ += records.size();
      progress.update(written_, total_, "records");
    }
    if (format_ != "npy" || written_ == total_) return {};
    return aborted("records expired while they were exported; run it again");
  }

  Status write(const Record& record) {
    if (ids_.is_open()) VECSTORE_TRY(ids_.write(record.id + "\n"));
    if (metadata_.is_open()) VECSTORE_TRY(metadata_.write(Value(record.metadata).to_json() + "\n"));
    if (format_ == "jsonl") return out_.write(record.to_json() + "\n");
    if (format_ == "csv") return out_.write(csv_row(record));
    const DenseVector* dense = record.vector.dense();
    if (!dense || dense->size() != columns_) {
      return Status(Code::kFailedPrecondition,
                    "record '" + record.id + "' has no dense vector of " +
                        std::to_string(columns_) +
                        " components: export to jsonl, or add a --filter");
    }
    if (format_ == "fvecs") {
      const std::vector<std::uint32_t> head = {static_cast<std::uint32_t>(dense->size())};
      VECSTORE_TRY(out_.write(bytes_of(head)));
    }
    return out_.write(bytes_of(*dense));
  }

  Session& session_;
  const ExportArguments& given_;
  std::string format_;
  Filter filter_;
  OutFile out_, ids_, metadata_;
  std::uint64_t total_ = 0, written_ = 0;
  std::size_t columns_ = 0;
};

Result<std::string> export_format(const ExportArguments& given) {
  const std::string name = given.file.substr(given.file.rfind('/') + 1);  // npos + 1 is 0
  const std::size_t dot = name.rfind('.');
  const std::string end = dot == name.npos ? "" : name.substr(dot + 1);
  for (const std::string_view format : kFormats) {
    if (given.format ? *given.format == format : end == format) return std::string(format);
  }
  if (given.format) {
    return invalid_argument("unknown format '" + *given.format + "': jsonl, csv, npy or fvecs");
  }
  if (end.empty() || end == "ndjson") return std::string("jsonl");
  return invalid_argument("no format is named by '." + end +
                          "': give --format jsonl, csv, npy or fvecs" +
                          (end == "gz" ? ", or pipe: vecstore export - | gzip" : ""));
}

// Two of them in one file would write over one another.
Status check_files(const ExportArguments& given) {
  std::vector<std::string> files = {given.file};
  if (given.ids) files.push_back(*given.ids);
  if (given.metadata) files.push_back(*given.metadata);
  std::sort(files.begin(), files.end());
  if (files.front().empty()) return invalid_argument("the name of a file is empty");
  const auto twice = std::adjacent_find(files.begin(), files.end());
  if (twice == files.end()) return {};
  return invalid_argument("'" + *twice + "' is given for two files");
}

Status run_export(Session& session, const ExportArguments& given) {
  VECSTORE_TRY(check_files(given));
  VECSTORE_ASSIGN(std::string format, export_format(given));
  VECSTORE_ASSIGN(Filter filter, filter_argument(given.filter));
  return Export(session, given, std::move(format), std::move(filter)).run();
}

}  // namespace

Command export_command() {
  auto to = std::make_shared<ExportArguments>();
  return {.name = "export",
          .summary = "records to JSONL, CSV, NPY or fvecs",
          .description =
              "JSONL keeps everything and import reads it back; CSV has id, text, vector and\n"
              "metadata; NPY and fvecs have the vectors alone, in the order of the ids.\n\n"
              "Examples:\n"
              "  vecstore export all.jsonl\n"
              "  vecstore export vectors.npy --ids ids.txt --metadata meta.jsonl\n"
              "  vecstore export - --filter 'year = 2024' | gzip > 2024.jsonl.gz",
          .options = {{"file", &to->file, "the file; '-' is standard output", "", {}, true},
                      {"--format", &to->format, "jsonl, csv, npy or fvecs", "NAME"},
                      {"--filter", &to->filter, "only records that pass", "FILTER"},
                      {"--ids", &to->ids, "also an id per line", "FILE"},
                      {"--metadata", &to->metadata, "also a JSON object per line", "FILE"}},
          .run = [to](Session& session) { return run_export(session, *to); }};
}

}  // namespace vecstore
