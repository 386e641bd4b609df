// An answer, and how it came about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vecstore/plan.h"
#include "vecstore/record.h"

namespace vecstore {

// How one of the rankings that were fused saw a hit.
struct ArmScore {
  std::size_t rank = 0;  // from 1; 0: it did not find the hit
  double score = 0;      // its own: as if it had been asked alone
  double share = 0;      // what went into the hit's score: a sum's part, else the number that was
                         // compared or averaged
};

// A part of a text, in bytes.
struct Highlight {
  std::string field = {};  // text, or a path in the metadata
  std::size_t item = 0;    // of a list: which of its strings
  std::size_t offset = 0;
  std::size_t length = 0;
};

struct Hit {
  std::string id = {};
  double score = 0;  // larger is better
  std::optional<double> distance =
      {};  // the metric's own value, of the first arm that compared a vector; none where none did
  std::vector<ArmScore> arms =
      {};  // of a fused hit: by the vector and by the text, or by each stage of `prefetch`
  Metadata metadata = {};
  std::optional<std::string> text = {};
  std::optional<Vector> vector = {};
  std::vector<Highlight> highlights =
      {};  // apart from each other, in the order of fields, items and offsets
  std::optional<Highlight> passage = {};  // of the text
  std::optional<Value> group = {};  // of group_by: the value of its field, null where there is none
};

// How one segment of the collection was, or would be, searched.
struct SegmentExplanation {
  std::uint64_t segment = 0;  // the number of its file; 0: rows still in memory
  std::uint64_t rows = 0;
  std::optional<std::uint64_t> matches = {};  // rows that pass the filter, where columns could tell
  Plan plan = Plan::kScan;
  std::string why = {};
  std::size_t ef = 0;  // rows that a walk keeps
  std::uint64_t expected_distances = 0;  // of what the plan compares: vectors, or codes
  std::uint64_t distances = 0;           // of vectors
  std::uint64_t codes = 0;               // compared
  std::uint64_t rows_scanned = 0;
  bool swept = false;  // a walk found too few: it became a sweep
  double filter_ms = 0;  // choosing the plan: the filter over the columns, opening the graph
  double search_ms = 0;         // where segments are scanned side by side: shared out by the work
  std::size_t threads = 0;             // that shared the scan
  FirstReads filter_first_reads = {};  // in filter_ms
  FirstReads first_reads = {};         // in search_ms
};

struct TextExplanation {
  std::optional<std::uint64_t> matches =
      {};  // rows that pass the filter, where columns could tell for all
  std::uint64_t candidates = 0;
  std::uint64_t rows_scored = 0;
  std::uint64_t windows_skipped = 0;  // of 4,096 rows, that could not reach the best
  double filter_ms = 0;  // of a text alone: with a vector it stands in the segments, which share it
  double search_ms = 0;
  FirstReads first_reads = {};  // in both times
};

// What a query did with the rows it had found: max_distance, fusion, formula, min_score, mmr,
// group_by.
struct StepExplanation {
  std::string step = {};  // in words
  std::uint64_t rows_in = 0;
  std::uint64_t rows_out = 0;
  double ms = 0;
  FirstReads first_reads = {};
};

// What one query of a tree did. Of the outermost everything is included: its time is that of the
// whole.
struct Explanation {
  Explain mode = Explain::kAnalyze;
  std::string query = {};                         // in words
  std::vector<Explanation> stages = {};           // of `prefetch`, in their order
  std::vector<SegmentExplanation> segments = {};  // of the ranking by a vector
  std::optional<TextExplanation> by_text = {};    // of the ranking by a text
  std::vector<StepExplanation> steps = {};        // in the order they were done
  std::size_t hits = 0;
  bool partial = false;  // the time was over, or the token called it off, before it was done
  double fetch_ms = 0;   // reading what the hits contain: of the outermost alone
  FirstReads fetch_first_reads = {};
  double took_ms = 0;

  // For people, several lines.
  std::string to_string() const;
};

// The hits, best first, with what it took to find them.
struct Hits {
  std::vector<Hit> hits = {};
  bool partial = false;            // ended by the timeout or the token: better hits may be missing
  std::uint64_t rows_scanned = 0;  // looked at one after the other
  std::uint64_t distances = 0;     // vector comparisons made, those of codes included
  std::uint64_t segments_walked = 0;  // by their graph; of the others all rows were looked at
  double took_ms = 0;
  std::optional<Explanation> explanation = {};  // when the query asks for it

  auto begin() const { return hits.begin(); }
  auto end() const { return hits.end(); }
  std::size_t size() const { return hits.size(); }
  bool empty() const { return hits.empty(); }
  const Hit& operator[](std::size_t i) const { return hits[i]; }
};

}  // namespace vecstore
