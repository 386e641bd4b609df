#include "text/search/plan.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/nearest.h"
#include "base/utf8.h"
#include "text/search/expand.h"

namespace vecstore::text {
namespace {

using Alternative = PlanTerm::Alternative;
using Segments = std::span<const std::span<const FieldView>>;

// Where in the tree a query stands.
struct Place {
  std::uint32_t depth = 0;
  double boost = 1;  // of all the groups around it and of itself
};

class Planner {
 public:
  Planner(std::span<const TextField> fields, Segments segments) : fields_(fields) {
    for (std::size_t f = 0; f < fields.size(); ++f) {
      std::vector<FieldView> views;
      FieldStatistics sum;
      for (const auto& segment : segments) {
        const FieldStatistics part = segment[f].statistics();
        sum.rows += part.rows;
        sum.length += part.length;
        views.push_back(segment[f]);
      }
      statistics_.push_back(sum);
      views_.push_back(std::move(views));
    }
  }

  const FieldStatistics& statistics(std::size_t field) const { return statistics_[field]; }
  // Adds what the query becomes to `out`: nothing where its words are none, as stop words are.
  Status add(const TextQuery& query, bool optional, Place place, std::vector<PlanNode>& out);

 private:
  Status check_numbers(const TextQuery& query, const Place& place);
  Result<std::vector<std::uint32_t>> fields_of(const TextQuery& query) const;
  Status add_words(const TextQuery& query, double boost, std::vector<PlanNode>& out);
  Status add_phrase(const TextQuery& query, std::uint32_t slop, double boost,
                    std::vector<PlanNode>& out);
  Status add_expansions(const TextQuery& query, double boost, std::vector<PlanNode>& out);
  Status add_group(const TextQuery& query, const Place& place, std::vector<PlanNode>& out);
  Status add_term(std::vector<Alternative> alternatives, double boost, std::vector<PlanNode>& out);
  Status count_words(std::size_t words);
  Result<std::uint64_t> rows_of(std::uint32_t field, std::string_view term) const;
  Result<double> phrase_weight(const PlanPhrase& phrase) const;

  std::span<const TextField> fields_;
  std::vector<FieldStatistics> statistics_;
  std::vector<std::vector<FieldView>> views_;  // by field, then segment
  std::size_t words_ = 0;
  std::size_t bytes_ = 0;
  std::size_t expansions_ = 0;
};

Status Planner::check_numbers(const TextQuery& query, const Place& place) {
  bytes_ += query.text.size();
  if (bytes_ > kMaxQueryBytes)
    return invalid_argument("a text query of " + std::to_string(bytes_) + " bytes; the limit is " +
                            std::to_string(kMaxQueryBytes));
  if (place.depth > kMaxQueryDepth)
    return invalid_argument("a text query of groups more than " + std::to_string(kMaxQueryDepth) +
                            " deep");
  if (!(query.boost > 0 && place.boost <= kMaxBoost))
    return invalid_argument("a boost is above 0, and with those around it at most " +
                            std::to_string(static_cast<int>(kMaxBoost)));
  if (query.kind == TextQuery::Kind::kFuzzy && query.edits > kMaxEdits)
    return invalid_argument(std::to_string(query.edits) + " edits; the limit is " +
                            std::to_string(kMaxEdits));
  if (query.slop > kMaxSlop)
    return invalid_argument("a slop of " + std::to_string(query.slop) + "; the limit is " +
                            std::to_string(kMaxSlop));
  return {};
}

Result<std::vector<std::uint32_t>> Planner::fields_of(const TextQuery& query) const {
  std::vector<std::uint32_t> numbers;
  std::vector<std::string_view> names;
  for (std::uint32_t f = 0; f < fields_.size(); ++f) {
    names.push_back(fields_[f].name);
    if (query.field.empty() || query.field == fields_[f].name) numbers.push_back(f);
  }
  if (!numbers.empty()) return numbers;
  return invalid_argument("no text field '" + shorten(query.field) + "' is searched; " +
                          nearest_or_known(query.field, names));
}

Status Planner::count_words(std::size_t words) {
  words_ += words;
  if (words_ <= kMaxQueryWords) return {};
  return invalid_argument("a text query of more than " + std::to_string(kMaxQueryWords) +
                          " different words");
}

Result<std::uint64_t> Planner::rows_of(std::uint32_t field, std::string_view term) const {
  std::uint64_t rows = 0;
  for (const FieldView& view : views_[field]) {
    VECSTORE_ASSIGN(const std::uint32_t part, view.rows_of(term));
    rows += part;
  }
  return rows;
}

Status Planner::add_term(std::vector<Alternative> alternatives, double boost,
                         std::vector<PlanNode>& out) {
  if (alternatives.empty()) return {};
  VECSTORE_TRY(count_words(1));
  std::uint64_t rows = 0, with = 0;
  for (const Alternative& alternative : alternatives) {
    VECSTORE_ASSIGN(const std::uint64_t part, rows_of(alternative.field, alternative.term));
    with = std::max(with, part);
    rows = std::max(rows, statistics_[alternative.field].rows);
  }
  const double weight = boost * inverse_frequency(std::max(rows, with), with);
  out.push_back(PlanTerm{std::move(alternatives), weight});
  return {};
}

// Tokens that different analyzers make of the same bytes of the query are one term.
Status Planner::add_words(const TextQuery& query, double boost, std::vector<PlanNode>& out) {
  VECSTORE_ASSIGN(const auto numbers, fields_of(query));
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Alternative>> by_place;
  Tokens tokens;
  for (const std::uint32_t f : numbers) {
    fields_[f].analyzer->analyze(query.text, tokens);
    for (std::size_t i = 0; i < tokens.size(); ++i)
      by_place[{tokens[i].begin, tokens[i].end}].push_back({f, std::string(tokens.term(i)), 1});
  }
  std::map<std::vector<Alternative>, int> times;
  for (auto& [place, alternatives] : by_place) {
    sort_unique(alternatives);
    ++times[std::move(alternatives)];
  }
  PlanGroup group;
  for (const auto& [alternatives, count] : times)
    VECSTORE_TRY(add_term(alternatives, boost * count, group.optional));
  if (group.optional.size() == 1) {
    out.push_back(std::move(group.optional[0]));
  } else if (!group.optional.empty()) {
    out.push_back(std::move(group));
  }
  return {};
}

// Of the fields' weights the largest; of one field the sum of its words'.
Result<double> Planner::phrase_weight(const PlanPhrase& phrase) const {
  double greatest = 0;
  for (const PlanPhrase::InField& in : phrase.fields) {
    double sum = 0;
    for (const PhrasePlace& place : in.places) {
      std::uint64_t with = 0;
      for (const std::string& term : place.terms) {
        VECSTORE_ASSIGN(const std::uint64_t part, rows_of(in.field, term));
        with = std::max(with, part);
      }
      sum += inverse_frequency(std::max(statistics_[in.field].rows, with), with);
    }
    greatest = std::max(greatest, sum);
  }
  return greatest;
}

Status Planner::add_phrase(const TextQuery& query, std::uint32_t slop, double boost,
                           std::vector<PlanNode>& out) {
  VECSTORE_ASSIGN(const auto numbers, fields_of(query));
  PlanPhrase phrase;
  phrase.slop = slop;
  std::size_t most_places = 0;
  std::vector<Alternative> alternatives;  // in case it is but one word
  for (const std::uint32_t f : numbers) {
    std::vector<PhrasePlace> places = phrase_places(*fields_[f].analyzer, query.text);
    if (places.empty()) continue;
    most_places = std::max(most_places, places.size());
    for (const std::string& term : places[0].terms) alternatives.push_back({f, term, 1});
    phrase.fields.push_back({f, std::move(places)});
  }
  if (most_places < 2) return add_term(std::move(alternatives), boost, out);
  VECSTORE_TRY(count_words(most_places));
  VECSTORE_ASSIGN(const double weight, phrase_weight(phrase));
  phrase.weight = weight * boost;
  out.push_back(std::move(phrase));
  return {};
}

Status Planner::add_expansions(const TextQuery& query, double boost, std::vector<PlanNode>& out) {
  VECSTORE_ASSIGN(const auto numbers, fields_of(query));
  std::vector<Alternative> alternatives;
  bool any_word = false;
  for (const std::uint32_t f : numbers) {
    const bool prefix = query.kind == TextQuery::Kind::kPrefix;
    const Analyzer& analyzer = *fields_[f].analyzer;
    const std::string word =
        prefix ? analyzer.normalize(query.text) : fuzzy_term(analyzer, query.text);
    if (word.empty()) continue;
    any_word = true;
    if (++expansions_ > kMaxQueryExpansions)
      return invalid_argument("a text query of more than " + std::to_string(kMaxQueryExpansions) +
                              " prefixes and misspellings, counted in each field");
    auto expansions =
        prefix ? expand_prefix(views_[f], word) : expand_fuzzy(views_[f], word, query.edits);
    VECSTORE_TRY(expansions.status());
    for (Expansion& expansion : *expansions)
      alternatives.push_back({f, std::move(expansion.term), 1.0 / (1 + expansion.edits)});
  }
  if (!any_word) return {};
  if (!alternatives.empty()) return add_term(std::move(alternatives), boost, out);
  VECSTORE_TRY(count_words(1));
  out.push_back(PlanTerm());  // stands for nothing, and so is nowhere
  return {};
}

// Choices among choices are choices: what a search skips it skips best when all stand side by
// side.
void lift_choices(std::vector<PlanNode>& optional) {
  auto* group = std::get_if<PlanGroup>(&optional.back());
  if (group == nullptr || !group->demanded.empty() || !group->excluded.empty()) return;
  std::vector<PlanNode> inner = std::move(group->optional);
  optional.pop_back();
  for (PlanNode& node : inner) optional.push_back(std::move(node));
}

Status Planner::add_group(const TextQuery& query, const Place& place, std::vector<PlanNode>& out) {
  PlanGroup group;
  for (const TextQuery& clause : query.clauses) {
    std::vector<PlanNode>& into = clause.occur == Occur::kDemanded   ? group.demanded
                                  : clause.occur == Occur::kExcluded ? group.excluded
                                                                     : group.optional;
    const Place inner = {place.depth + 1, place.boost * clause.boost};
    const bool optional = clause.occur == Occur::kOptional;
    const std::size_t before = into.size();
    VECSTORE_TRY(add(clause, optional, inner, into));
    if (optional && into.size() > before) lift_choices(into);
  }
  if (!group.demanded.empty() || !group.optional.empty()) out.push_back(std::move(group));
  return {};
}

Status Planner::add(const TextQuery& query, bool optional, Place place,
                    std::vector<PlanNode>& out) {
  VECSTORE_TRY(check_numbers(query, place));
  switch (query.kind) {
    case TextQuery::Kind::kWords:
      return optional ? add_words(query, place.boost, out) : add_phrase(query, 0, place.boost, out);
    case TextQuery::Kind::kPhrase:
      return add_phrase(query, query.slop, place.boost, out);
    case TextQuery::Kind::kPrefix:
    case TextQuery::Kind::kFuzzy:
      return add_expansions(query, place.boost, out);
    case TextQuery::Kind::kGroup:
      return add_group(query, place, out);
  }
  return {};
}

}  // namespace

Result<QueryPlan> plan_query(const TextQuery& query, const Bm25& bm25,
                             std::span<const TextField> fields, Segments segments) {
  if (!(bm25.k1 >= 0 && bm25.k1 <= 1000 && bm25.b >= 0 && bm25.b <= 1))
    return invalid_argument("of BM25, k1 is 0 to 1000 and b 0 to 1");
  Planner planner(fields, segments);
  QueryPlan plan;
  for (std::size_t f = 0; f < fields.size(); ++f) {
    if (!(fields[f].weight > 0 && fields[f].weight <= kMaxBoost))
      return invalid_argument("the weight of text field '" + std::string(fields[f].name) +
                              "' is not above 0 and at most " +
                              std::to_string(static_cast<int>(kMaxBoost)));
    plan.norms.emplace_back(FieldNorm(bm25, planner.statistics(f), fields[f].weight));
  }
  std::vector<PlanNode> root;
  VECSTORE_TRY(planner.add(query, true, {0, query.boost}, root));
  if (root.empty()) return plan;
  if (auto* group = std::get_if<PlanGroup>(&root[0])) {
    plan.root = std::move(*group);
  } else {
    plan.root.optional = std::move(root);
  }
  return plan;
}

}  // namespace vecstore::text
