#include "rag/query/example_vectors.h"

#include <cmath>
#include <utility>

#include "base/utf8.h"

namespace vecstore {
namespace {

const Vector* vector_of(const Record& record, const std::string& field) {
  if (field == kDefaultField) return record.vector.empty() ? nullptr : &record.vector;
  for (const auto& [name, vector] : record.vectors)
    if (name == field) return &vector;
  return nullptr;
}

}  // namespace

std::vector<double> unit_length(std::span<const float> vector) {
  double squares = 0;
  for (const float x : vector) squares += static_cast<double>(x) * static_cast<double>(x);
  std::vector<double> unit;
  unit.reserve(vector.size());
  for (const float x : vector)
    unit.push_back(squares == 0 ? 0 : static_cast<double>(x) / std::sqrt(squares));
  return unit;
}

Result<std::vector<double>> example_vector(const Collection& collection, const std::string& id,
                                           const std::string& field) {
  const Result<Record> record = collection.get(id);
  if (!record.ok()) return record.status().with_context("example '" + shorten(id) + "'");
  const Vector* vector = vector_of(*record, field);
  if (!vector)
    return not_found("example '" + shorten(id) + "' has no vector in field '" + field + "'");
  const DenseVector* dense = vector->dense();
  if (!dense)
    return invalid_argument("the vector of example '" + shorten(id) +
                            "' is not dense: it has no mean with others");
  return unit_length(*dense);
}

Filter without_ids(const std::vector<std::string>& ids, const Filter& also) {
  if (ids.empty()) return also;
  FilterNode node;
  node.op = FilterOp::kNotIn;
  node.path.emplace_back("$id");
  for (const std::string& id : ids) node.values.emplace_back(id);
  Filter others(std::move(node));
  return also.empty() ? others : also && others;
}

}  // namespace vecstore
