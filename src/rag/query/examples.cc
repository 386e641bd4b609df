#include <cmath>
#include <utility>

#include "rag/query/example_vectors.h"
#include "vecstore/recommend.h"

namespace vecstore {
namespace {

Status add_mean(const Collection& collection, const std::vector<std::string>& ids, double by,
                const std::string& field, std::vector<double>& to) {
  for (const std::string& id : ids) {
    VECSTORE_ASSIGN(const std::vector<double> unit, example_vector(collection, id, field));
    to.resize(unit.size());  // all of a field are of one length
    for (std::size_t i = 0; i < to.size(); ++i)
      to[i] += by / static_cast<double>(ids.size()) * unit[i];
  }
  return {};
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
  std::vector<std::string> named = examples.like;
  named.insert(named.end(), examples.unlike.begin(), examples.unlike.end());
  query.filter = without_ids(named, query.filter);
  return query;
}

}  // namespace vecstore
