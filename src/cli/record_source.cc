#include "cli/record_source.h"

#include <algorithm>

#include "cli/csv_source.h"
#include "cli/in_file.h"
#include "cli/json_source.h"
#include "cli/line_reader.h"
#include "cli/parquet_source.h"
#include "cli/vector_file.h"

namespace vecstore {
namespace {

constexpr std::string_view kFormats[] = {"jsonl", "json",  "csv",   "parquet", "npy",
                                         "fvecs", "bvecs", "ivecs", "idx"};

bool is_blank(const std::string& line) { return line.find_first_not_of(" \t") == line.npos; }

class JsonlSource final : public RecordSource {
 public:
  JsonlSource(std::string path, LineReader lines)
      : path_(std::move(path)), lines_(std::move(lines)) {}

  Result<std::optional<Record>> next() override {
    do {
      VECSTORE_ASSIGN(const bool more, lines_.next(line_));
      if (!more) return std::optional<Record>();
    } while (is_blank(line_));
    if (lines_.line() == 1 && line_.starts_with('[')) {
      return Status(Code::kUnknown,
                    path_ + " is a JSON array, not a record per line: give --format json");
    }
    std::uint64_t line = 0;
    VECSTORE_ASSIGN(Record record, parse_record(line_, {lines_.line(), 1}, line));
    return std::optional(std::move(record));
  }
  std::string where() const override { return "line " + std::to_string(lines_.line()); }

 private:
  std::string path_;
  LineReader lines_;
  std::string line_;
};

// Rows of numbers, with ids and metadata from files beside them.
class MatrixSource final : public RecordSource {
 public:
  MatrixSource(VectorFile vectors, std::optional<LineReader> ids,
               std::optional<LineReader> metadata)
      : vectors_(std::move(vectors)), ids_(std::move(ids)), metadata_(std::move(metadata)) {}

  Result<std::optional<Record>> next() override {
    VECSTORE_ASSIGN(const bool more, vectors_.next(row_));
    if (!more) {
      VECSTORE_TRY(at_end(ids_, "ids"));
      VECSTORE_TRY(at_end(metadata_, "metadata"));
      return std::optional<Record>();
    }
    Record record;
    record.id = std::to_string(vectors_.rows_read() - 1);
    std::string metadata = "{}";
    if (ids_) VECSTORE_TRY(side_line(*ids_, "ids", record.id));
    if (metadata_) VECSTORE_TRY(side_line(*metadata_, "metadata", metadata));
    VECSTORE_ASSIGN(std::vector<float> floats, to_floats(row_));
    record.vector = std::move(floats);
    Result<Value> json = Value::parse_json(metadata);
    if (!json.ok()) return json.status().with_context("metadata");
    if (!json->as_object()) return invalid_argument("metadata must be a JSON object");
    record.metadata = *json->as_object();
    return std::optional(std::move(record));
  }
  std::string where() const override { return "row " + std::to_string(vectors_.rows_read() - 1); }
  std::uint64_t total() const override { return vectors_.rows(); }
  bool has_ids() const override { return ids_.has_value(); }

 private:
  Status side_line(LineReader& lines, const char* what, std::string& to) const {
    VECSTORE_ASSIGN(const bool more, lines.next(to));
    if (more) return {};
    return {Code::kUnknown, "the " + std::string(what) + " file has " +
                                std::to_string(lines.line()) + " lines, there are more vectors"};
  }
  Status at_end(std::optional<LineReader>& lines, const char* what) {
    std::string rest;
    while (lines) {
      VECSTORE_ASSIGN(const bool more, lines->next(rest));
      if (!more) return {};
      if (is_blank(rest)) continue;
      return {Code::kUnknown, "the " + std::string(what) + " file goes on after the last of " +
                                  std::to_string(vectors_.rows_read()) + " vectors"};
    }
    return {};
  }

  VectorFile vectors_;
  std::optional<LineReader> ids_, metadata_;
  std::vector<double> row_;
};

Result<std::optional<LineReader>> open_side_file(const std::optional<std::string>& path) {
  if (!path) return std::optional<LineReader>();
  VECSTORE_ASSIGN(LineReader lines, LineReader::open(*path));
  return std::optional(std::move(lines));
}

// "x" of "x.gz".
std::string_view without_gz(std::string_view path) {
  constexpr std::string_view kGz = ".gz";
  if (path.size() > kGz.size() && path.ends_with(kGz)) path.remove_suffix(kGz.size());
  return path;
}

// IDX: two zeros, a type, 1 to 4 dimensions. No text begins so.
bool begins_as_idx(std::string_view head) {
  return head.size() == 6 && head[0] == 0 && head[1] == 0 && head[2] >= 8 && head[2] <= 14 &&
         head[3] >= 1 && head[3] <= 4;
}

// Empty when the first bytes say nothing.
Result<std::string> sniff(const std::string& path) {
  VECSTORE_ASSIGN(InFile file, InFile::open(path));
  std::string head(6, '\0');
  VECSTORE_ASSIGN(const std::size_t got, file.read(head.data(), head.size()));
  head.resize(got);
  if (head == "\x93NUMPY") return std::string("npy");
  if (head.starts_with("PAR1")) return std::string("parquet");
  if (begins_as_idx(head)) return std::string("idx");
  if (head.starts_with('{')) return std::string("jsonl");
  if (head.starts_with('[')) return std::string("json");
  return std::string();
}

}  // namespace

Result<std::string> file_format(const std::string& path, const std::optional<std::string>& asked) {
  const auto known = [](std::string_view name) {
    return std::find(std::begin(kFormats), std::end(kFormats), name) != std::end(kFormats);
  };
  if (asked) {
    if (known(*asked)) return *asked;
    return invalid_argument("unknown format '" + *asked +
                            "': jsonl, json, csv, parquet, npy, fvecs, bvecs, ivecs or idx");
  }
  const std::string_view name = without_gz(path);
  std::string end(name.substr(name.rfind('.') == name.npos ? name.size() : name.rfind('.') + 1));
  std::transform(end.begin(), end.end(), end.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (end == "ndjson") return std::string("jsonl");
  if (end == "tsv") return std::string("csv");
  if (end == "parq") return std::string("parquet");
  if (known(end)) return end;
  if (name.ends_with("-ubyte")) return std::string("idx");
  if (is_read_once(path)) return std::string("jsonl");  // to look at it would take bytes away
  VECSTORE_ASSIGN(std::string format, sniff(path));
  if (!format.empty()) return format;
  return invalid_argument("cannot tell the format of " + path +
                          ": neither its name nor its first bytes are those of JSONL, JSON, CSV, "
                          "Parquet, NPY, fvecs, bvecs or IDX");
}

bool is_vector_format(std::string_view format) {
  constexpr std::string_view kOfRecords[] = {"jsonl", "json", "csv", "parquet"};
  return std::find(std::begin(kOfRecords), std::end(kOfRecords), format) == std::end(kOfRecords);
}

Result<std::unique_ptr<RecordSource>> open_source(const SourceOptions& options) {
  if (!is_vector_format(options.format) && (options.ids || options.metadata)) {
    return invalid_argument("--ids and --metadata go with files of vectors alone, not with " +
                            options.format);
  }
  if (options.format == "csv") return open_csv_source(options.path);
  if (options.format == "parquet") return open_parquet_source(options.path);
  if (options.format == "json") return open_json_source(options.path);
  if (options.format == "jsonl") {
    VECSTORE_ASSIGN(LineReader lines, LineReader::open(options.path));
    return std::unique_ptr<RecordSource>(new JsonlSource(options.path, std::move(lines)));
  }
  VECSTORE_ASSIGN(VectorFile vectors, VectorFile::open(options.path, options.format));
  VECSTORE_ASSIGN(std::optional<LineReader> ids, open_side_file(options.ids));
  VECSTORE_ASSIGN(std::optional<LineReader> metadata, open_side_file(options.metadata));
  return std::unique_ptr<RecordSource>(
      new MatrixSource(std::move(vectors), std::move(ids), std::move(metadata)));
}

}  // namespace vecstore
