// Where the words of a query are in the records it found.
#pragma once

#include <vector>

#include "db/search/query_run.h"
#include "db/search/text_fields.h"
#include "query/segment.h"
#include "text/search/highlight.h"
#include "vecstore/query.h"

namespace vecstore::db {

// Of a query and all its stages. What it was made of must outlive it.
class Highlighter {
 public:
  static Result<Highlighter> make(const QueryRun& run, const Query& query);

  // Fills in the hit's highlights, and its passage when that is asked for; neither once the run is
  // stopped.
  Status mark(const query::Segment& segment, query::Row row, Hit& hit) const;

 private:
  struct Text {
    text::TextQuery query;
    SearchedFields searched;
  };
  explicit Highlighter(const QueryRun& run, const Include& include)
      : run_(&run), include_(include) {}
  Status add(const QueryRun& run, const Query& query);
  std::vector<text::TextSpan> spans_of(std::uint32_t field, std::string_view text) const;
  void mark_string(std::uint32_t field, std::size_t item, std::string_view text, Hit& hit) const;

  const QueryRun* run_;
  Include include_;
  std::vector<Text> texts_;
};

}  // namespace vecstore::db
