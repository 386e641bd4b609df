// From what was typed to the Query that is run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/session.h"
#include "vecstore/query.h"

namespace vecstore {

// A text, a vector or both, and a filter for it.
struct Question {
  std::optional<std::string> text = {};
  std::optional<Vector> vector = {};
  Filter filter = {};
};

// What a text is for. kAuto: for both halves of a hybrid query where a vector is given too; else
// for its words where the collection has no vectors; else it is embedded. kSparse is kVector, of a
// collection with sparse vectors alone.
enum class Mode { kAuto, kVector, kText, kHybrid, kSparse };

// How to look, and how hard, by flags.
struct SearchFlags {
  std::optional<std::string> effort = {}, plan = {}, fusion = {}, syntax = {};
  std::optional<std::string> formula = {}, group_by = {};
  std::optional<std::string> text_fields = {};
  std::optional<std::int64_t> autocut = {};
  bool highlight = false;
  std::optional<double> alpha = {}, mmr = {}, recall = {};
  std::optional<std::int64_t> ef = {}, candidates = {};
  bool explain = false, analyze = false;

  // True when there is more than explain and analyze.
  bool any() const;
  Explain explains() const;
};
std::vector<Option> search_arguments(SearchFlags& to);
std::vector<Option> explain_arguments(SearchFlags& to);

// What all queries of a command have in common.
Result<Query> common_query(std::size_t k, const SearchFlags& flags);

// JSON in the forms of the canonical record, or @FILE with such JSON.
Result<Vector> parse_vector_argument(const std::string& text);
Result<Vector> vector_of_json(const Value& json);

// FIELD, or FIELD:N for at most N hits of one value.
Result<GroupBy> parse_group_by(const std::string& text);

// A whole query: JSON itself, which begins with '{', else the file that holds it; '-' is standard
// input.
Result<Query> parse_query_argument(const std::string& text);

Result<Mode> parse_mode(const std::string& mode);
std::string_view mode_name(Mode mode);

// Like `common`, in the same order as the questions, texts embedded in one call.
// kFailedPrecondition when the collection's vectors come from another model than the session's.
Result<std::vector<Query>> make_queries(Session& session, const Collection& collection,
                                        const std::vector<Question>& questions, const Query& common,
                                        Mode mode = Mode::kAuto);

}  // namespace vecstore
