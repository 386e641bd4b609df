// SQL (.sql), dumps above all: the text is that of the statements, a document for each table with
// its name as "title", "table" and heading.
//
// A table's document begins at its CREATE TABLE, or at its first rows. Long runs of digits and
// letters, as pictures in hex or base64, are left out with a remark. Offsets are the file's own
// when it is UTF-8 and nothing of the table was left out.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

// Longer runs without a space or sign are left out.
inline constexpr std::size_t kMaxSqlRun = 256;

class SqlLoader : public Loader {
 public:
  std::string_view name() const override { return "sql"; }
  std::span<const std::string_view> extensions() const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
