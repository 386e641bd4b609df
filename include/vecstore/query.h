// A question and its answer.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vecstore/filter.h"
#include "vecstore/record.h"

namespace vecstore {

// Shared between the caller and a running query: cancel() makes it return what it has, flagged partial.
class CancelToken {
 public:
  void cancel() { flag_->store(true, std::memory_order_relaxed); }
  bool cancelled() const { return flag_->load(std::memory_order_relaxed); }

 private:
  std::shared_ptr<std::atomic<bool>> flag_ = std::make_shared<std::atomic<bool>>(false);
};

// What comes back with each hit. Fetched only for the hits returned.
struct Include {
  bool metadata = true;
  bool text = true;
  bool vector = false;  // the queried field, as the user stored it
};

// How hard a query looks where a field has a graph: the rows its walk keeps are half, once or four times the field's ef_search.
// kMaxRecall looks at every vector and is exact.
enum class Effort : unsigned char { kFast, kBalanced, kHighRecall, kMaxRecall };
std::string_view effort_name(Effort effort);  // fast, balanced, high_recall, max_recall
Result<Effort> parse_effort(std::string_view name);

// How a segment is searched. kScan: the vectors of all rows that match are compared, which is exact. kWalk: through the graph, keeping rows
// that match. kSweep: the codes of all rows that match are compared, then the vectors of the best. kAuto: what costs least, by the number
// of rows that match. Segments without a graph are scanned.
enum class Plan : unsigned char { kAuto, kScan, kWalk, kSweep };
std::string_view plan_name(Plan plan);
Result<Plan> parse_plan(std::string_view name);

// How a query's text is read. kWords: any text; records with any of its words, those with more and rarer ones first. kQuery: a
// language: +must -not "side by side"~2 prefix* fuzzy~1 (one OR two)^2.
enum class TextSyntax : unsigned char { kWords, kQuery };
std::string_view text_syntax_name(TextSyntax syntax);  // words, query
Result<TextSyntax> parse_text_syntax(std::string_view name);

// How the two rankings of a hybrid query become one. kRrf: by reciprocal rank (Cormack et al. 2009), 1 / (60 + rank) from each. kMinMax:
// the scores of each, from 0 for its worst candidate to 1 for its best.
enum class FusionMethod : unsigned char { kRrf, kMinMax };
std::string_view fusion_method_name(FusionMethod method);  // rrf, minmax
Result<FusionMethod> parse_fusion_method(std::string_view name);

struct Fusion {
  FusionMethod method = FusionMethod::kRrf;
  double alpha = 0.5;  // the vector's share, 0 to 1; the text has the rest
};

// kPlan: what would be done, and what it is expected to cost; nothing is searched. kAnalyze: what was done besides.
enum class Explain : unsigned char { kNo, kPlan, kAnalyze };

// The fields that are set say what is asked. The nearest records among those that pass the filter: all distances given are exact, and
// exactly min(k, matches) hits come back, but where a graph is walked a few of the nearest may be missing (see Effort). Equal distances
// are ordered by id. A text finds the records whose text has its words, scored by BM25 over the whole collection, at distance 0. With both a
// vector and a text, the best candidates of each, under the same filter, are fused: at least 100, or 4 (offset + k).
struct Query {
  Vector vector = {};  // this and `text` empty: a filter-only listing, ordered by id, score 0
  std::string field = kDefaultField;  // which vector field
  std::string text = {};              // at most 64 KiB
  TextSyntax text_syntax = TextSyntax::kWords;
  std::size_t k = 10;                 // 1 to kMaxK; fewer hits only when fewer match
  Filter filter = {};
  std::size_t offset = 0;             // offset + k is at most kMaxK
  Effort effort = Effort::kBalanced;
  std::size_t ef = 0;                 // rows a walk keeps, at least offset + k of them; up to kMaxEf. 0: by the effort
  Plan plan = Plan::kAuto;
  Fusion fusion = {};
  Explain explain = Explain::kNo;
  std::optional<double> max_distance = {}; // radius, inclusive; of what the vector finds
  std::optional<double> min_score = {};
  Include include = {};
  std::chrono::milliseconds timeout{0};  // 0: none; when it ends the answer is what was found, flagged partial
  std::optional<CancelToken> cancel = {};
};

// How one half of a hybrid query saw a hit.
struct ArmScore {
  std::size_t rank = 0;  // from 1
  double score = 0;      // its own: as if it had been asked alone
  double share = 0;      // what it gave to the hit's score
};

struct Hit {
  std::string id = {};
  double score = 0;     // larger is better
  double distance = 0;  // the metric's own value; 0 where no vector was compared
  std::optional<ArmScore> by_vector = {};  // of a hybrid query, when this half found it
  std::optional<ArmScore> by_text = {};
  Metadata metadata = {};
  std::optional<std::string> text = {};
  std::optional<Vector> vector = {};
};

// How one segment of the collection was, or would be, searched.
struct SegmentExplanation {
  std::uint64_t segment = 0;  // the number of its file; 0: rows still in memory
  std::uint64_t rows = 0;
  std::optional<std::uint64_t> matches = {};  // rows that pass the filter, where columns could tell
  Plan plan = Plan::kScan;
  std::string why = {};
  std::uint64_t expected_distances = 0;
  std::uint64_t distances = 0;
  std::uint64_t rows_scanned = 0;
  bool swept = false;    // a walk found too few: it became a sweep
  double filter_ms = 0;  // choosing the plan: mostly the filter over the columns
  double search_ms = 0;
};

struct TextExplanation {
  std::uint64_t candidates = 0;
  std::uint64_t rows_scored = 0;
  std::uint64_t windows_skipped = 0;  // of 4,096 rows, that could not reach the best
  double search_ms = 0;
};

struct Explanation {
  Explain mode = Explain::kAnalyze;
  std::string query = {};  // in words
  std::vector<SegmentExplanation> segments = {};  // of the vector's half
  std::optional<TextExplanation> by_text = {};  // of the text's
  std::size_t hits = 0;
  double fetch_ms = 0;  // reading what the hits contain
  double took_ms = 0;

  // For people, several lines.
  std::string to_string() const;
};

// The hits, best first, with what it took to find them.
struct Hits {
  std::vector<Hit> hits = {};
  bool partial = false;         // ended by the timeout or the token: better hits may be missing
  std::uint64_t rows_scanned = 0;     // looked at one after the other
  std::uint64_t distances = 0;        // vector comparisons made, those of codes included
  std::uint64_t segments_walked = 0;  // through their graph; the others were scanned
  double took_ms = 0;
  std::optional<Explanation> explanation = {};  // when the query asks for it

  auto begin() const { return hits.begin(); }
  auto end() const { return hits.end(); }
  std::size_t size() const { return hits.size(); }
  bool empty() const { return hits.empty(); }
  const Hit& operator[](std::size_t i) const { return hits[i]; }
};

}  // namespace vecstore
