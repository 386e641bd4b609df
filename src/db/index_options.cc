#include "db/index_options.h"

#include <limits>
#include <string>

#include "index/code_choice.h"
#include "index/l2_space.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

constexpr std::uint32_t kMaxM = 128;
constexpr std::uint32_t kMaxEfConstruction = 4096;

// The numbers by their names, in one place.
struct Number {
  const char* name;
  std::uint32_t HnswOptions::*member;
};
constexpr Number kNumbers[] = {{"m", &HnswOptions::m},
                               {"ef_construction", &HnswOptions::ef_construction},
                               {"ef_search", &HnswOptions::ef_search},
                               {"min_rows", &HnswOptions::min_rows}};

Status check_within(const VectorField& field, const char* option, std::uint64_t value,
                    std::uint64_t least, std::uint64_t most) {
  if (value >= least && value <= most) return {};
  return invalid_argument("field '" + field.name + "': " + option + " is " + std::to_string(value) +
                          ", expected " + std::to_string(least) + " to " + std::to_string(most));
}

Status different(std::string_view collection, const VectorField& field, std::string_view option,
                 std::string_view stored, std::string_view wanted) {
  const std::string which = field.name == kDefaultField ? "" : "field '" + field.name + "' ";
  return failed_precondition("collection '" + std::string(collection) + "' has " + which +
                             std::string(option) + " " + std::string(stored) + ", not " +
                             std::string(wanted));
}

}  // namespace

bool can_have_graph(const VectorField& field) {
  return field.kind == VectorKind::kDense && index::has_l2_space(field.metric);
}

bool has_graph(const VectorField& field) {
  return field.index != IndexKind::kFlat && can_have_graph(field);
}

Status check_quantization(const VectorField& field) {
  if (field.quantization == Quantization::kAuto) return {};
  const std::string refused = "field '" + field.name + "' cannot have " +
                              std::string(quantization_name(field.quantization)) + " codes: ";
  if (!can_have_graph(field))
    return invalid_argument(refused + "there is no graph for " +
                            std::string(vector_kind_name(field.kind)) + " vectors under " +
                            std::string(metric_name(field.metric)));
  if (!has_graph(field))
    return invalid_argument(refused + "its index is flat, which compares the vectors themselves");
  const std::uint32_t least = index::least_dimension(field.quantization);
  if (field.dimension != 0 && field.dimension < least)
    return invalid_argument(refused + "they need vectors of " + std::to_string(least) +
                            " components or more, not " + std::to_string(field.dimension));
  return {};
}

Result<std::vector<Quantization>> quantizations_of(const VectorField& field) {
  VectorField given = field;
  given.index = IndexKind::kAuto;
  std::vector<Quantization> possible;
  Status refused;
  for (const Quantization one :
       {Quantization::kSq8, Quantization::kSq4, Quantization::kSq2, Quantization::kRabitq1}) {
    given.quantization = one;
    const Status status = check_quantization(given);
    if (status.ok()) possible.push_back(one);
    if (refused.ok()) refused = status;
  }
  if (possible.empty()) return refused;
  return possible;
}

Status check_index(const VectorField& field) {
  VECSTORE_TRY(check_quantization(field));
  if (field.index == IndexKind::kHnsw && !can_have_graph(field))
    return invalid_argument("field '" + field.name + "': there is no hnsw index for " +
                            std::string(vector_kind_name(field.kind)) + " vectors under " +
                            std::string(metric_name(field.metric)) + "; flat and auto scan");
  const HnswOptions& hnsw = field.hnsw;
  VECSTORE_TRY(check_within(field, "m", hnsw.m, 2, kMaxM));
  VECSTORE_TRY(
      check_within(field, "ef_construction", hnsw.ef_construction, hnsw.m, kMaxEfConstruction));
  VECSTORE_TRY(check_within(field, "ef_search", hnsw.ef_search, 1, kMaxEf));
  return check_within(field, "min_rows", hnsw.min_rows, 1,
                      std::numeric_limits<std::uint32_t>::max());
}

Status check_same_index(std::string_view collection, const VectorField& stored,
                        const VectorField& wanted) {
  const HnswOptions defaults;
  if (wanted.index != IndexKind::kAuto && wanted.index != stored.index)
    return different(collection, wanted, "index", index_kind_name(stored.index),
                     index_kind_name(wanted.index));
  if (wanted.quantization != Quantization::kAuto && wanted.quantization != stored.quantization)
    return different(collection, wanted, "quantization", quantization_name(stored.quantization),
                     quantization_name(wanted.quantization));
  for (const Number& number : kNumbers) {
    const std::uint32_t asked = wanted.hnsw.*number.member;
    const std::uint32_t there = stored.hnsw.*number.member;
    if (asked != defaults.*number.member && asked != there)
      return different(collection, wanted, number.name, std::to_string(there),
                       std::to_string(asked));
  }
  if (wanted.hnsw.seed != defaults.seed && wanted.hnsw.seed != stored.hnsw.seed)
    return different(collection, wanted, "seed", std::to_string(stored.hnsw.seed),
                     std::to_string(wanted.hnsw.seed));
  return {};
}

void put_index(const VectorField& field, Object& object) {
  object["index"] = index_kind_name(field.index);
  for (const Number& number : kNumbers) object[number.name] = field.hnsw.*number.member;
  object["seed"] = static_cast<std::int64_t>(field.hnsw.seed);
  if (field.quantization != Quantization::kAuto)
    object["quantization"] = quantization_name(field.quantization);
}

Status get_index(const Object& object, VectorField& field) {
  const Value* kind = object.find("index");
  if (kind != nullptr && kind->as_string() == nullptr)
    return data_loss("field '" + field.name + "' has an index that is no name");
  if (kind != nullptr) {
    VECSTORE_ASSIGN(field.index, parse_index_kind(*kind->as_string()));
  }
  const Value* quantization = object.find("quantization");
  if (quantization != nullptr && quantization->as_string() == nullptr)
    return data_loss("field '" + field.name + "' has a quantization that is no name");
  if (quantization != nullptr) {
    VECSTORE_ASSIGN(field.quantization, parse_quantization(*quantization->as_string()));
  }
  for (const Number& number : kNumbers) {
    const Value* value = object.find(number.name);
    if (value == nullptr) continue;
    const std::int64_t* stored = value->as_int();
    if (!stored || *stored < 0 || *stored > std::numeric_limits<std::uint32_t>::max())
      return data_loss("field '" + field.name + "' has no valid " + number.name);
    field.hnsw.*number.member = static_cast<std::uint32_t>(*stored);
  }
  const Value* seed = object.find("seed");
  if (seed != nullptr && seed->as_int() == nullptr)
    return data_loss("field '" + field.name + "' has no valid seed");
  if (seed != nullptr) field.hnsw.seed = static_cast<std::uint64_t>(*seed->as_int());
  return {};
}

}  // namespace vecstore::db
