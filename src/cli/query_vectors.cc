#include "cli/query_vectors.h"

#include <optional>
#include <utility>

#include "cli/record_source.h"
#include "cli/vector_file.h"

namespace vecstore {

Result<std::vector<std::vector<float>>> read_queries(const std::string& path, std::size_t limit) {
  VECSTORE_ASSIGN(const std::string format, file_format(path, std::nullopt));
  if (!is_vector_format(format))
    return invalid_argument("--queries must be npy, fvecs, bvecs or idx, not " + format);
  VECSTORE_ASSIGN(const auto rows, read_rows(path, format, limit));
  if (rows.empty()) return Status(Code::kUnknown, path + " has no queries");
  std::vector<std::vector<float>> queries;
  for (const std::vector<double>& row : rows) {
    VECSTORE_ASSIGN(std::vector<float> query, to_floats(row));
    queries.push_back(std::move(query));
  }
  return queries;
}

}  // namespace vecstore
