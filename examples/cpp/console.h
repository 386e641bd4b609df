// What the programs of the cookbook share: how passages are shown, and how a program ends.
#pragma once

#include <vecstore/vecstore.h>

#include <cstdio>
#include <string>
#include <string_view>

namespace console {

// What the metadata have at `key`, as people read it; empty when there is nothing.
inline std::string member(const vecstore::Metadata& metadata, std::string_view key) {
  const vecstore::Value* value = metadata.find(key);
  if (!value || value->is_null()) return {};
  return value->as_string() ? *value->as_string() : value->to_json();
}

// "Atomic Commit In SQLite › 3. Single File Commit": the document and the headings above a passage.
inline std::string heading(const vecstore::Hit& hit) {
  std::string path = member(hit.metadata, "title");
  const vecstore::Value* above = hit.metadata.find("headings");
  if (!above || !above->as_list()) return path;
  for (const vecstore::Value& one : *above->as_list()) {
    if (one.as_string() && *one.as_string() != path) path += " › " + *one.as_string();
  }
  return path;
}

// The beginning of a text on one line, cut between words.
inline std::string one_line(std::string_view text, std::size_t bytes = 240) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (blank && line.size() >= bytes) return line + " ...";
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  return line;
}

// Which bytes of which file: `vecstore extract FILE --bytes BEGIN-END` prints them.
inline std::string place(const vecstore::Hit& hit) {
  return member(hit.metadata, "source") + ", bytes " + member(hit.metadata, "start") + "-" +
         member(hit.metadata, "end");
}

inline void print(const vecstore::Hits& hits) {
  for (std::size_t i = 0; i < hits.size(); ++i) {
    std::printf("\n%zu. %.3f  %s\n   %s\n   %s\n", i + 1, hits[i].score, heading(hits[i]).c_str(),
                place(hits[i]).c_str(), one_line(hits[i].text.value_or("")).c_str());
  }
  if (hits.empty()) std::printf("\nnothing was found\n");
}

// The exit code of a program.
inline int end(const vecstore::Status& status) {
  if (!status.ok()) std::fprintf(stderr, "error: %s\n", status.message().c_str());
  return status.ok() ? 0 : 1;
}

}  // namespace console
