// A question: a vector, a text, a filter, or a tree of such.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "vecstore/cancel.h"
#include "vecstore/filter.h"
#include "vecstore/fusion.h"
#include "vecstore/hits.h"
#include "vecstore/plan.h"
#include "vecstore/record.h"

namespace vecstore {

// What comes back with each hit. Fetched only for the hits returned.
struct Include {
  bool metadata = true;
  bool text = true;
  bool vector = false;      // the queried field, as the user stored it
  bool highlights = false;  // where the words of `text`, and of those of the stages, are; the first
                            // kMaxHighlights of a hit, in the first kMaxHighlightBytes of a text;
                            // left out when the time is over. Costs analysing the hits' texts again
  std::size_t passage_bytes =
      0;  // above 0: the part of the record's text, at most so long, that has the most of them
  bool operator==(const Include&) const = default;
};

// How hard a query looks where a field has a graph: the rows its walk keeps are half, once or four
// times the field's ef_search. kMaxRecall looks at every vector and is exact.
enum class Effort : unsigned char { kFast, kBalanced, kHighRecall, kMaxRecall };
std::string_view effort_name(Effort effort);  // fast, balanced, high_recall, max_recall
Result<Effort> parse_effort(std::string_view name);

// How a query's text is read. kWords: any text; records with any of its words, those with more and
// rarer ones first. kQuery: a language: +must -not "side by side"~2 prefix* fuzzy~1 (one OR two)^2.
enum class TextSyntax : unsigned char { kWords, kQuery };
std::string_view text_syntax_name(TextSyntax syntax);  // words, query
Result<TextSyntax> parse_text_syntax(std::string_view name);

// Each pick of the best of: lambda times how well a row fits, less (1 - lambda) times how alike it
// is to the most alike row picked before (maximal marginal relevance, Carbonell and Goldstein
// 1998). Both are the metric's score where the query's own vector ranks in the same field;
// otherwise the fit is the row's score, from 0 for the worst candidate to 1 for the best. A row
// without the vector is like no other. Of equally good ones the better ranked is picked. Hits keep
// their scores. Cost: candidates x (offset + k) comparisons.
struct Mmr {
  double lambda = 0.5;                // 0 to 1; 1: the ranking as it is
  std::string field = kDefaultField;  // dense
};

// At most `max_hits` of the records with one value of a metadata field, the best ones. Records
// without the field, or with null, are one group, equal numbers are one, and a list or an object is
// a value like others.
struct GroupBy {
  std::string field = {};  // a path of keys and positions; unlike in a filter it does not enter
                           // lists, which group as a whole
  std::size_t max_hits = 1;
};

// The fields that are set say what is asked. The nearest records among those that pass the filter:
// all distances given are exact, and exactly min(k, matches) hits come back, but where a graph is
// walked a few of the nearest may be missing (see Effort). Equal distances are ordered by id. A
// text finds the records whose text has its words, scored by BM25 over the whole collection, at
// distance 0. With both a vector and a text, the best candidates of each, under the same filter,
// are fused. In what order the members act: docs/design/008-query-tree.md.
struct Query {
  Vector vector = {};  // this and `text` empty: a filter-only listing, ordered by id, score 0
  std::string field = kDefaultField;  // which vector field
  std::string text = {};              // at most 64 KiB
  TextSyntax text_syntax = TextSyntax::kWords;
  std::vector<std::string> text_fields = {};  // "title", or "title^3" with another boost than the
                                              // field's own; empty: all of the collection
  std::size_t k = 10;                         // 1 to kMaxK; fewer hits only when fewer match
  Filter filter = {};
  std::size_t offset = 0;  // offset + k is at most kMaxK
  Effort effort = Effort::kBalanced;
  std::size_t ef =
      0;  // rows a walk keeps, at least offset + k of them; up to kMaxEf. 0: by the effort
  // 0.5 to 1, instead of effort, ef and plan: the share of the nearest that is to be found. Every
  // segment's walk is as wide as was measured when its graph was built, with rows held out of it;
  // where no walk is known to find so many, or there are no measurements (graphs of fewer than 2,048
  // rows, or of earlier versions), the codes of all rows are compared. 1: every vector, exact.
  // Queries unlike all rows may find less. 0: by effort and ef.
  double target_recall = 0;
  Plan plan = Plan::kAuto;
  Fusion fusion = {};
  std::optional<double> max_distance =
      {};  // radius, inclusive; of what the vector finds, so only with one
  std::optional<double> min_score = {};  // of the final score
  std::size_t autocut = 0;  // ends before this many jumps: falls of the score that are over thrice
                            // the mean of the others. 0: does not

  // Stages, each a query of its own whose hits are this one's candidates. This one's filter holds
  // for them too. With a vector or text here they are ranked again, exactly (no plan, ef or
  // effort); else they are fused. At most kMaxStages in a tree, kMaxStageDepth deep.
  std::vector<Query> prefetch = {};
  std::string formula = {};  // a new score from `score`, $1 (in the first stage), metadata and
                             // functions: docs/guide/query-tree.md
  std::optional<Mmr> mmr = {};
  std::optional<GroupBy> group_by = {};
  // Rows that fusion, formula, mmr and group_by choose from, without prefetch: offset + k to kMaxK.
  // 0: at least 100, or 4 (offset + k).
  std::size_t candidates = 0;

  // Of the whole answer: not for a stage of `prefetch`.
  Explain explain = Explain::kNo;
  Include include = {};
  std::chrono::milliseconds timeout{
      0};  // 0: none; when it ends the answer is what was found, flagged partial
  std::optional<CancelToken> cancel = {};
};

}  // namespace vecstore
