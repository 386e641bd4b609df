// Records from a JSON file: an array of them, or one after the other, each over any number of
// lines.
#pragma once

#include <memory>
#include <string>

#include "cli/record_source.h"

namespace vecstore {

// Holds one record at a time. Its places are lines of the file.
Result<std::unique_ptr<RecordSource>> open_json_source(const std::string& path);

// Of a file, both from 1; columns are bytes.
struct LinePlace {
  std::uint64_t line = 1, column = 1;
};

// The record in `text`, which begins at `begins` in its file. `line` becomes the record's own, or
// that of an error of syntax, whose column is in the message.
Result<Record> parse_record(const std::string& text, LinePlace begins, std::uint64_t& line);

}  // namespace vecstore
