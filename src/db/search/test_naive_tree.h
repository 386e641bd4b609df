// For tests: a query tree answered in the plainest way, over a map of records: what
// docs/design/008-query-tree.md says, by full lists, sorts and loops. Vectors are compared here;
// how well a text fits, how lists are fused and where scores jump is given (those have oracles of
// their own).
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "db/search/autocut.h"
#include "db/search/fuse.h"
#include "query/filter/filter_tree.h"
#include "query/filter/test_naive_filter.h"
#include "vecstore/options.h"
#include "vecstore/query.h"

namespace vecstore::db {

// A formula of the random trees, and what it means.
struct NaiveFormula {
  std::string text;
  std::size_t stages = 0;
  std::function<double(double score, const std::vector<double>& stages, const Value* n)> value;
};

class NaiveTree {
 public:
  using Rows = std::vector<RankedRow>;  // `row` counts the records in the order of ids
  using Filters = std::vector<const Filter*>;

  const std::map<std::string, Record>& records;
  const std::vector<VectorField>& fields;
  const std::vector<NaiveFormula>& formulas;
  std::function<std::map<std::string, double>(const std::string& text)> text_scores;

  Rows answer(const Query& query, Filters filters = {}) const {
    filters.push_back(&query.filter);
    std::vector<Rows> stages;
    for (const Query& stage : query.prefetch) stages.push_back(answer(stage, filters));
    const std::size_t wanted = query.offset + query.k;
    Rows rows;
    if (query.prefetch.empty()) {
      bool more = true;
      for (std::size_t k = candidates(query); more && rows.size() < wanted; k *= 2) {
        more = false;
        rows = chosen(query, ranked(query, passing(filters), k, more), {});
        more = more && query.group_by;
      }
    } else {
      bool more = false;
      rows = chosen(query, again(query, stages, more), stages);
    }
    if (rows.size() > wanted) rows.resize(wanted);
    if (query.autocut > 0) rows.resize(rows_before_jump(rows, query.autocut));
    rows.erase(rows.begin(), rows.begin() + static_cast<int>(std::min(query.offset, rows.size())));
    return rows;
  }

  static double distance(Metric metric, const DenseVector& a, const DenseVector& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const double x = static_cast<double>(a[i]), y = static_cast<double>(b[i]);
      sum += metric == Metric::kDot ? -x * y : (x - y) * (x - y);
    }
    return metric == Metric::kDot ? sum : static_cast<double>(std::sqrt(static_cast<float>(sum)));
  }

  Value group_of(const Query& query, const std::string& id) const {
    const Value* value = records.at(id).metadata.find(query.group_by->field);
    return value == nullptr ? Value() : *value;
  }

 private:
  static std::size_t candidates(const Query& query) {
    if (query.candidates > 0) return query.candidates;
    const bool hybrid = !query.vector.empty() && !query.text.empty();
    const std::size_t wanted = query.offset + query.k;
    if (!hybrid && query.formula.empty() && !query.mmr && !query.group_by) return wanted;
    return std::max<std::size_t>(100, 4 * wanted);
  }

  const VectorField& field(const std::string& name) const {
    return *std::ranges::find(fields, name, &VectorField::name);
  }
  const DenseVector* vector_of(const std::string& id, const std::string& name) const {
    const Record& record = records.at(id);
    if (name == kDefaultField) return record.vector.empty() ? nullptr : record.vector.dense();
    for (const auto& other : record.vectors)
      if (other.field == name) return other.vector.dense();
    return nullptr;
  }

  std::vector<std::string> passing(const Filters& filters) const {
    std::vector<std::string> ids;
    for (const auto& [id, record] : records) {
      const query::naive::Subject subject{record.metadata, id, record.text};
      if (std::ranges::all_of(filters, [&](const Filter* filter) {
            return query::naive::evaluate(*filter->node().value(), subject) == query::Truth::kTrue;
          }))
        ids.push_back(id);
    }
    return ids;
  }

  RankedRow row_of(const std::string& id, double score, std::optional<double> distance = {}) const {
    const auto at = std::distance(records.begin(), records.find(id));
    return {.row = static_cast<std::uint32_t>(at), .id = id, .score = score, .distance = distance};
  }

  static void cut(Rows& rows, std::size_t k, bool& more) {
    more = more || rows.size() > k;
    rows.resize(std::min(rows.size(), k));
  }

  Rows by_vector(const Query& query, const std::vector<std::string>& ids, std::size_t k,
                 bool& more) const {
    const Metric metric = field(query.field).metric;
    Rows rows;
    for (const std::string& id : ids) {
      const DenseVector* vector = vector_of(id, query.field);
      if (vector == nullptr) continue;
      const double away = distance(metric, *vector, *query.vector.dense());
      rows.push_back(row_of(id, score_of_distance(metric, away), away));
    }
    std::ranges::sort(rows, [](const RankedRow& a, const RankedRow& b) {
      return a.distance != b.distance ? a.distance < b.distance : a.id < b.id;
    });
    cut(rows, k, more);
    std::erase_if(rows, [&](const RankedRow& row) {
      return query.max_distance && row.distance > *query.max_distance;
    });
    return rows;
  }

  static void sort_by_score(Rows& rows) {
    std::ranges::sort(rows, [](const RankedRow& a, const RankedRow& b) {
      return a.score != b.score ? a.score > b.score : a.id < b.id;
    });
  }

  Rows by_text(const Query& query, const std::vector<std::string>& ids, std::size_t k,
               bool& more) const {
    const std::map<std::string, double> scores = text_scores(query.text);
    Rows rows;
    for (const std::string& id : ids)
      if (scores.contains(id)) rows.push_back(row_of(id, scores.at(id)));
    sort_by_score(rows);
    cut(rows, k, more);
    return rows;
  }

  Rows ranked(const Query& query, const std::vector<std::string>& ids, std::size_t k,
              bool& more) const {
    if (query.vector.empty() && query.text.empty()) {
      Rows rows;
      for (const std::string& id : ids) rows.push_back(row_of(id, 0));
      cut(rows, k, more);
      return rows;
    }
    if (query.text.empty()) return by_vector(query, ids, k, more);
    if (query.vector.empty()) return by_text(query, ids, k, more);
    std::vector<Rows> arms = {by_vector(query, ids, k, more), by_text(query, ids, k, more)};
    return fuse(hybrid_fusion(query.fusion), arms);
  }

  // What the stages found, ranked again.
  Rows again(const Query& query, const std::vector<Rows>& stages, bool& more) const {
    if (query.vector.empty() && query.text.empty()) {
      std::vector<Rows> arms = stages;
      return arms.size() == 1 ? arms[0] : fuse(query.fusion, arms);
    }
    std::vector<std::string> ids;
    for (const auto& [id, record] : records)
      for (const Rows& stage : stages)
        if (std::ranges::find(stage, id, &RankedRow::id) != stage.end()) {
          ids.push_back(id);
          break;
        }
    return ranked(query, ids, 1'000'000, more);
  }

  Rows chosen(const Query& query, Rows rows, const std::vector<Rows>& stages) const {
    if (!query.formula.empty()) {
      for (RankedRow& row : rows) row.score = scored(query, row, stages);
      sort_by_score(rows);
    }
    std::erase_if(rows, [&](const RankedRow& row) {
      return query.min_score && row.score < *query.min_score;
    });
    if (query.mmr) rows = diverse(query, std::move(rows));
    if (!query.group_by) return rows;
    Rows kept;
    for (const RankedRow& row : rows) {
      const Value group = group_of(query, row.id);
      const auto alike = std::ranges::count_if(kept, [&](const RankedRow& other) {
        return compare_values(group_of(query, other.id), group) == 0;
      });
      if (static_cast<std::size_t>(alike) < query.group_by->max_hits) kept.push_back(row);
    }
    return kept;
  }

  double scored(const Query& query, const RankedRow& row, const std::vector<Rows>& stages) const {
    std::vector<double> scores;
    for (const Rows& stage : stages) {
      const auto at = std::ranges::find(stage, row.id, &RankedRow::id);
      scores.push_back(at == stage.end() ? 0 : at->score);
    }
    if (stages.empty())
      for (const ArmScore& arm : row.arms) scores.push_back(arm.rank == 0 ? 0 : arm.score);
    const auto formula = std::ranges::find(formulas, query.formula, &NaiveFormula::text);
    return formula->value(row.score, scores, records.at(row.id).metadata.find("n"));
  }

  // The definition: each pick looks at every row left and every row picked.
  Rows diverse(const Query& query, Rows rows) const {
    const bool own = !query.vector.empty() && query.text.empty() && query.formula.empty() &&
                     query.field == query.mmr->field;
    const Metric metric = field(query.mmr->field).metric;
    std::vector<double> fits;
    for (const RankedRow& row : rows) fits.push_back(row.score);
    if (!own && !fits.empty()) {
      const auto [low, high] = std::ranges::minmax(fits);
      for (double& fit : fits) fit = high > low ? (fit - low) / (high - low) : 1;
    }
    Rows picked;
    std::vector<bool> taken(rows.size());
    while (picked.size() < rows.size()) {
      std::size_t best = rows.size();
      double most = 0;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (taken[i]) continue;
        const double alike = most_alike(query.mmr->field, metric, rows[i].id, picked);
        const double value = query.mmr->lambda * fits[i] - (1 - query.mmr->lambda) * alike;
        if (best < rows.size() && value <= most) continue;
        best = i;
        most = value;
      }
      taken[best] = true;
      picked.push_back(rows[best]);
    }
    return picked;
  }

  double most_alike(const std::string& in, Metric metric, const std::string& id,
                    const Rows& picked) const {
    const DenseVector* mine = vector_of(id, in);
    bool any = false;
    double most = 0;
    for (const RankedRow& row : picked) {
      const DenseVector* other = vector_of(row.id, in);
      if (mine == nullptr || other == nullptr) continue;
      const double alike = score_of_distance(metric, distance(metric, *mine, *other));
      most = any ? std::max(most, alike) : alike;
      any = true;
    }
    return most;
  }
};

}  // namespace vecstore::db
