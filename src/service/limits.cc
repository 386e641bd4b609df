#include "service/limits.h"

#include <algorithm>
#include <string>

namespace vecstore {
namespace {

Status above(const std::string& what, std::size_t is, std::size_t most, const char* name) {
  return invalid_argument(what + " is " + std::to_string(is) + ", this server allows " +
                          std::to_string(most) + " (" + name + ")");
}

}  // namespace

Status check_query(const Query& query, const ServiceLimits& limits) {
  // Beyond it the engine says what is wrong; here the sum must not overflow.
  const std::size_t offset = std::min(query.offset, 2 * kMaxK), k = std::min(query.k, 2 * kMaxK);
  if (offset + k > limits.max_k) return above("offset + k", offset + k, limits.max_k, "max_k");
  if (query.ef > limits.max_ef) return above("ef", query.ef, limits.max_ef, "max_ef");
  if (query.candidates > limits.max_k)
    return above("candidates", query.candidates, limits.max_k, "max_k");
  if (query.vector.dimension() > limits.max_dimension)
    return above("the query's dimension", query.vector.dimension(), limits.max_dimension,
                 "max_dimension");
  for (const Query& stage : query.prefetch) VECSTORE_TRY(check_query(stage, limits));
  return {};
}

Status check_collection(const CollectionOptions& options, const ServiceLimits& limits) {
  if (options.dimension > limits.max_dimension)
    return above("dimension", options.dimension, limits.max_dimension, "max_dimension");
  for (const VectorField& field : options.fields)
    if (field.dimension > limits.max_dimension)
      return above("the dimension of '" + field.name + "'", field.dimension, limits.max_dimension,
                   "max_dimension");
  return {};
}

Status check_count(std::size_t count, std::size_t max, const char* what, const char* name) {
  if (count <= max) return {};
  return invalid_argument("these are " + std::to_string(count) + " " + what +
                          ", this server allows " + std::to_string(max) + " (" + name + ")");
}

}  // namespace vecstore
