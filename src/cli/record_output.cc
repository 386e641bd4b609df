#include "cli/record_output.h"

#include <cstdio>

#include "cli/terminal.h"

namespace vecstore {
namespace {

std::string vector_summary(const Record& record) {
  std::string text;
  if (!record.vector.empty()) {
    text = std::string(vector_kind_name(record.vector.kind())) + " " +
           std::to_string(record.vector.dimension());
  }
  for (const NamedVector& named : record.vectors) {
    text +=
        (text.empty() ? "" : ", ") + named.field + " " + std::to_string(named.vector.dimension());
  }
  return text;
}

Object table_row(const Record& record) {
  return {{"id", record.id},
          {"vector", vector_summary(record)},
          {"metadata", record.metadata},
          {"text", record.text.value_or("")}};
}

}  // namespace

void RecordStream::print(std::span<const Record> records) {
  std::vector<Object> rows;
  for (const Record& record : records) {
    switch (out_.format()) {
      case OutputFormat::kJson:
        std::fputs(begun_ ? "," : "{\"records\":[", stdout);
        begun_ = true;
        std::fputs(record.to_json().c_str(), stdout);
        break;
      case OutputFormat::kJsonl:
        out_.print_line(record.to_json());
        break;
      case OutputFormat::kSimple:
        out_.print_line(escaped(record.id));
        break;
      case OutputFormat::kTable:
        rows.push_back(table_row(record));
    }
  }
  if (!rows.empty()) out_.print_list("records", rows);
}

void RecordStream::finish() {
  if (out_.format() != OutputFormat::kJson) return;
  out_.print_line(begun_ ? "]}" : "{\"records\":[]}");
}

void print_records(const Output& out, std::span<const Record> records) {
  RecordStream stream(out);
  stream.print(records);
  stream.finish();
}

}  // namespace vecstore
