#include "rag/query/examples.h"

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

Status add_unit(const Vector& vector, double by, const std::string& id, std::vector<double>& to) {
  const DenseVector* dense = vector.dense();
  if (!dense)
    return invalid_argument("the vector of example '" + shorten(id) +
                            "' is not dense: it has no mean with others");
  double squares = 0;
  for (const float x : *dense) squares += static_cast<double>(x) * static_cast<double>(x);
  to.resize(dense->size());  // all of a field are of one length
  if (squares == 0) return {};
  for (std::size_t i = 0; i < to.size(); ++i)
    to[i] += by / std::sqrt(squares) * static_cast<double>((*dense)[i]);
  return {};
}

Status add_mean(const Collection& collection, const std::vector<std::string>& ids, double by,
                const std::string& field, std::vector<double>& to) {
  for (const std::string& id : ids) {
    const Result<Record> record = collection.get(id);
    if (!record.ok()) return record.status().with_context("example '" + shorten(id) + "'");
    const Vector* vector = vector_of(*record, field);
    if (!vector)
      return not_found("example '" + shorten(id) + "' has no vector in field '" + field + "'");
    VECSTORE_TRY(add_unit(*vector, by / static_cast<double>(ids.size()), id, to));
  }
  return {};
}

Filter without(const Examples& examples) {
  FilterNode node;
  node.op = FilterOp::kNotIn;
  node.path.emplace_back("$id");
  for (const auto* ids : {&examples.like, &examples.unlike})
    for (const std::string& id : *ids) node.values.emplace_back(id);
  return Filter(std::move(node));
}

}  // namespace

Result<Query> query_by_examples(const Collection& collection, const Examples& examples,
                                Query query) {
  if (examples.like.empty())
    return invalid_argument("examples: at least one is needed that the answer is like");
  if (examples.like.size() + examples.unlike.size() > kMaxExamples)
    return invalid_argument("examples: there are more than " + std::to_string(kMaxExamples));
  std::vector<double> sum;
  const double by = examples.unlike.empty() ? 1 : 2;
  VECSTORE_TRY(add_mean(collection, examples.like, by, query.field, sum));
  VECSTORE_TRY(add_mean(collection, examples.unlike, -1, query.field, sum));
  DenseVector vector;
  bool any = false;
  for (const double x : sum) {
    vector.push_back(static_cast<float>(x));
    any = any || std::abs(x) > 1e-6;
  }
  if (!any) return invalid_argument("examples: they cancel each other out, nothing is like them");
  query.vector = std::move(vector);
  query.filter = query.filter.empty() ? without(examples) : query.filter && without(examples);
  return query;
}

}  // namespace vecstore
