#include "cli/record_source.h"

#include <algorithm>
#include <cstdio>

#include "cli/csv_source.h"
#include "cli/line_reader.h"
#include "cli/read_file.h"
#include "cli/vector_file.h"

namespace vecstore {
namespace {

constexpr std::string_view kFormats[] = {"jsonl", "csv", "npy", "fvecs", "bvecs", "ivecs", "idx"};

bool is_blank(const std::string& line) { return line.find_first_not_of(" \t") == line.npos; }

class JsonlSource final : public RecordSource {
 public:
  explicit JsonlSource(LineReader lines) : lines_(std::move(lines)) {}

  Result<std::optional<Record>> next() override {
    do {
      VECSTORE_ASSIGN(const bool more, lines_.next(line_));
      if (!more) return std::optional<Record>();
    } while (is_blank(line_));
    VECSTORE_ASSIGN(const Value json, Value::parse_json(line_));
    VECSTORE_ASSIGN(Record record, Record::from_json(json));
    return std::optional(std::move(record));
  }
  std::string where() const override { return "line " + std::to_string(lines_.line()); }

 private:
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

Result<std::string> sniff(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (!file) return system_error("read", path);
  std::string head(6, '\0');
  head.resize(std::fread(head.data(), 1, head.size(), file));
  std::fclose(file);
  if (head == "\x93NUMPY") return std::string("npy");
  if (head.starts_with('{')) return std::string("jsonl");
  return invalid_argument("cannot tell the format of " + path +
                          " from its name: give --format jsonl, csv, npy, fvecs, bvecs or idx");
}

}  // namespace

Result<std::string> file_format(const std::string& path, const std::optional<std::string>& asked) {
  const auto known = [](std::string_view name) {
    return std::find(std::begin(kFormats), std::end(kFormats), name) != std::end(kFormats);
  };
  if (asked) {
    if (known(*asked)) return *asked;
    return invalid_argument("unknown format '" + *asked +
                            "': jsonl, csv, npy, fvecs, bvecs, ivecs or idx");
  }
  if (path == "-") return std::string("jsonl");
  std::string end = path.substr(path.rfind('.') == path.npos ? path.size() : path.rfind('.') + 1);
  std::transform(end.begin(), end.end(), end.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (end == "ndjson") return std::string("jsonl");
  if (end == "tsv") return std::string("csv");
  if (known(end)) return end;
  if (path.ends_with("-ubyte")) return std::string("idx");
  return sniff(path);
}

Result<std::unique_ptr<RecordSource>> open_source(const SourceOptions& options) {
  const bool matrix = options.format != "jsonl" && options.format != "csv";
  if (!matrix && (options.ids || options.metadata)) {
    return invalid_argument("--ids and --metadata go with files of vectors alone, not with " +
                            options.format);
  }
  if (options.format == "csv") return open_csv_source(options.path);
  if (options.format == "jsonl") {
    VECSTORE_ASSIGN(LineReader lines, LineReader::open(options.path));
    return std::unique_ptr<RecordSource>(new JsonlSource(std::move(lines)));
  }
  VECSTORE_ASSIGN(VectorFile vectors, VectorFile::open(options.path, options.format));
  VECSTORE_ASSIGN(std::optional<LineReader> ids, open_side_file(options.ids));
  VECSTORE_ASSIGN(std::optional<LineReader> metadata, open_side_file(options.metadata));
  return std::unique_ptr<RecordSource>(
      new MatrixSource(std::move(vectors), std::move(ids), std::move(metadata)));
}

}  // namespace vecstore
