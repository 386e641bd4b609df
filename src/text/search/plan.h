// A query made ready for any segment: words into terms by the fields' analyzers, and the numbers of
// all segments into weights.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "text/analysis/analyzer.h"
#include "text/index/field_view.h"
#include "text/search/bm25.h"
#include "text/search/leaf_terms.h"
#include "text/search/text_query.h"

namespace vecstore::text {

// A field that is searched.
struct TextField {
  std::string_view name;
  const Analyzer* analyzer = nullptr;  // the one that made its terms
  double weight = 1;                   // above 0, at most kMaxBoost
};

struct PlanTerm;
struct PlanPhrase;
struct PlanGroup;
using PlanNode = std::variant<PlanTerm, PlanPhrase, PlanGroup>;

// One idea to be found: a word in every field, or what a prefix stands for. Counts as one term.
struct PlanTerm {
  struct Alternative {
    std::uint32_t field = 0;
    std::string term = {};
    double closeness = 1;  // of a misspelling less
    auto operator<=>(const Alternative&) const = default;
  };
  std::vector<Alternative> alternatives;  // by field and term
  double weight = 0;
};

struct PlanPhrase {
  struct InField {
    std::uint32_t field = 0;
    std::vector<PhrasePlace> places = {};
  };
  std::vector<InField> fields;
  std::uint32_t slop = 0;
  double weight = 0;
};

struct PlanGroup {
  std::vector<PlanNode> demanded;
  std::vector<PlanNode> optional;
  std::vector<PlanNode> excluded;
};

struct QueryPlan {
  std::vector<NormTable> norms;  // of each field
  PlanGroup root;
};

// `segments[s][f]` is field f in segment s. kInvalidArgument for a field that is not searched, and
// for what exceeds a limit of text_query.h.
Result<QueryPlan> plan_query(const TextQuery& query, const Bm25& bm25,
                             std::span<const TextField> fields,
                             std::span<const std::span<const FieldView>> segments);

}  // namespace vecstore::text
