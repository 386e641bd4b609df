#include "db/search/check_query.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "db/search/fuse.h"
#include "db/search/group_rows.h"
#include "db/search/score_rows.h"
#include "db/search/text_fields.h"
#include "db/validate.h"
#include "query/formula/formula_parser.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

constexpr double kLeastTargetRecall = 0.5;

std::string number(std::size_t n) { return std::to_string(n); }

Status check_counts(const Query& query) {
  if (query.k < 1 || query.k > kMaxK)
    return invalid_argument("k is " + number(query.k) + ", expected 1 to " + number(kMaxK));
  if (query.offset > kMaxK || query.offset + query.k > kMaxK)
    return invalid_argument("offset + k is " + number(query.offset) + " + " + number(query.k) +
                            ", the limit is " + number(kMaxK));
  if (query.ef > kMaxEf)
    return invalid_argument("ef is " + number(query.ef) + ", the limit is " + number(kMaxEf));
  const std::size_t wanted = query.offset + query.k;
  if (query.candidates != 0 && (query.candidates < wanted || query.candidates > kMaxK))
    return invalid_argument("candidates is " + number(query.candidates) +
                            ", expected offset + k, which is " + number(wanted) + ", to " +
                            number(kMaxK));
  return {};
}

Status check_thresholds(const Query& query) {
  if (query.max_distance && !std::isfinite(*query.max_distance))
    return invalid_argument("max_distance is " + std::to_string(*query.max_distance) +
                            ", expected a finite number");
  if (query.min_score && !std::isfinite(*query.min_score))
    return invalid_argument("min_score is " + std::to_string(*query.min_score) +
                            ", expected a finite number");
  if (query.max_distance && query.vector.empty())
    return invalid_argument("max_distance is for vectors: what a text, a filter or a stage finds " +
                            std::string("has none of this query's"));
  return {};
}

Status check_target_recall(const Query& query) {
  if (query.target_recall == 0) return {};
  if (!(query.target_recall >= kLeastTargetRecall && query.target_recall <= 1))
    return invalid_argument("target_recall is " + std::to_string(query.target_recall) +
                            ", expected 0.5 to 1");
  if (query.vector.empty() || !query.prefetch.empty())
    return invalid_argument("target_recall is for a vector, without prefetch");
  if (query.plan != Plan::kAuto || query.ef != 0 || query.effort != Effort::kBalanced)
    return invalid_argument(
        "target_recall stands instead of effort, ef and plan: give one of them");
  return {};
}

// What would have no effect is not what was meant.
Status check_members_agree(const Query& query) {
  const bool hybrid = !query.vector.empty() && !query.text.empty();
  const bool chooses = hybrid || query.mmr || query.group_by || !query.formula.empty();
  if (query.candidates != 0 && (!chooses || !query.prefetch.empty()))
    return invalid_argument(query.prefetch.empty()
                                ? "candidates is for what chooses from them: a vector with a text, "
                                  "formula, mmr, group_by"
                                : "candidates is what the stages of prefetch find: set their k");
  if (query.text.empty() && !query.text_fields.empty())
    return invalid_argument("text_fields is for a text");
  if (query.autocut > 0 && query.mmr)
    return invalid_argument("autocut needs the order of scores, which mmr leaves");
  VECSTORE_TRY(check_target_recall(query));
  if (query.prefetch.empty()) return {};
  if (query.plan != Plan::kAuto || query.ef != 0 || query.effort != Effort::kBalanced)
    return invalid_argument(std::string(query.plan != Plan::kAuto ? "plan"
                                        : query.ef != 0           ? "ef"
                                                                  : "effort") +
                            " is for a query without prefetch: what its stages find is compared "
                            "exactly");
  return {};
}

Status check_root_members(const Query& query) {
  const auto of_whole = [](const std::string& name) {
    return invalid_argument(name + " is of the whole answer: set it in the outermost query");
  };
  if (query.explain != Explain::kNo) return of_whole("explain");
  if (query.include != Include()) return of_whole("include");
  if (query.timeout.count() != 0) return of_whole("timeout");
  if (query.cancel) return of_whole("cancel");
  return {};
}

Status no_field(std::string_view collection, std::string_view field) {
  return invalid_argument("collection '" + std::string(collection) + "' has no vector field '" +
                          std::string(field) + "'");
}

Status check_vectors(const Query& query, const Schema& schema, std::string_view collection) {
  const auto at = schema.find(query.field);
  if (!at) return no_field(collection, query.field);
  if (query.vector.empty() || schema.fields[*at].dimension == 0) return {};
  return check_vector(schema.fields[*at], collection, query.vector);
}

Status check_mmr(const Mmr& mmr, const Schema& schema, std::string_view collection) {
  if (!(mmr.lambda >= 0 && mmr.lambda <= 1))
    return invalid_argument("mmr: lambda is " + std::to_string(mmr.lambda) + ", expected 0 to 1");
  const auto at = schema.find(mmr.field);
  if (!at) return no_field(collection, mmr.field).with_context("mmr");
  const VectorField& field = schema.fields[*at];
  if (field.kind == VectorKind::kDense) return {};
  return invalid_argument("mmr: field '" + field.name + "' is " +
                          std::string(vector_kind_name(field.kind)) + ", expected dense");
}

Status check_group_by(const GroupBy& group_by) {
  if (group_by.max_hits < 1 || group_by.max_hits > kMaxK)
    return invalid_argument("group_by: max_hits is " + number(group_by.max_hits) +
                            ", expected 1 to " + number(kMaxK));
  return group_path(group_by).status().with_context("group_by");
}

// How many rankings are fused, by the stages or by a vector and a text.
std::size_t fused_by(const Query& query) {
  if (!query.vector.empty() && !query.text.empty()) return 2;
  return query.vector.empty() && query.text.empty() ? query.prefetch.size() : 0;
}

Status check_formula(const Query& query) {
  VECSTORE_ASSIGN(const query::Formula formula, query::parse_formula(query.formula));
  if (formula.stages() <= arms_of(query)) return {};
  return invalid_argument("formula asks for $" + number(formula.stages()) + " of " +
                          number(arms_of(query)) + " stages");
}

Status check_one(const Query& query, const Schema& schema, std::string_view collection) {
  VECSTORE_TRY(check_counts(query));
  VECSTORE_TRY(check_thresholds(query));
  VECSTORE_TRY(check_members_agree(query));
  VECSTORE_TRY(check_fusion(query.fusion, fused_by(query)));
  VECSTORE_TRY(check_vectors(query, schema, collection));
  if (!query.formula.empty()) VECSTORE_TRY(check_formula(query));
  if (!query.text.empty()) {
    VECSTORE_TRY(searched_fields(schema, collection, query).status());
    VECSTORE_TRY(read_text_query(query).status());
  }
  if (query.mmr) VECSTORE_TRY(check_mmr(*query.mmr, schema, collection));
  if (query.group_by) VECSTORE_TRY(check_group_by(*query.group_by));
  return {};
}

class Checker {
 public:
  Checker(const Schema& schema, std::string_view collection)
      : schema_(schema), collection_(collection) {}

  Status check(const Query& query, const std::string& place, std::size_t depth) {
    if (depth > kMaxStageDepth)
      return at_place(invalid_argument("the tree is deeper than " + number(kMaxStageDepth)), place);
    if (++stages_ > kMaxStages)
      return at_place(invalid_argument("the tree has more than " + number(kMaxStages) + " queries"),
                      place);
    if (depth > 1) VECSTORE_TRY(at_place(check_root_members(query), place));
    VECSTORE_TRY(at_place(check_one(query, schema_, collection_), place));
    for (std::size_t i = 0; i < query.prefetch.size(); ++i)
      VECSTORE_TRY(check(query.prefetch[i], stage_place(place, i), depth + 1));
    return {};
  }

 private:
  const Schema& schema_;
  const std::string_view collection_;
  std::size_t stages_ = 0;
};

bool asks_for_text(const Query& query) {
  return !query.text.empty() || std::ranges::any_of(query.prefetch, asks_for_text);
}

}  // namespace

Status check_query(const Query& query, const Schema& schema, std::string_view collection) {
  if (query.timeout.count() < 0)
    return invalid_argument("timeout is " + std::to_string(query.timeout.count()) + " ms");
  VECSTORE_TRY(Checker(schema, collection).check(query, "", 1));
  if ((query.include.highlights || query.include.passage_bytes > 0) && !asks_for_text(query))
    return invalid_argument(
        "include.highlights and passage_bytes are for the words of a text, "
        "and this query looks for none");
  return {};
}

std::string stage_place(std::string_view above, std::size_t position) {
  return (above.empty() ? "" : std::string(above) + ".") + "prefetch[" + number(position) + "]";
}

Status at_place(Status status, std::string_view place) {
  return place.empty() ? status : status.with_context(place);
}

}  // namespace vecstore::db
