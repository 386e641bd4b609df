#include "cli/question.h"

#include <algorithm>
#include <cmath>

#include "base/nearest.h"
#include "base/number.h"
#include "base/utf8.h"
#include "cli/question_vectors.h"
#include "cli/read_file.h"
#include "rag/ingest/embedding_model.h"
#include "rag/rerank/rerank_pipeline.h"
#include "vecstore/limits.h"
#include "vecstore/query_json.h"

namespace vecstore {
namespace {

template <typename T>
Result<T> with_context(Result<T> result, const std::string& context) {
  if (!result.ok()) return result.status().with_context(context);
  return result;
}

constexpr std::string_view kModes[] = {"auto", "vector", "text", "hybrid", "sparse"};

}  // namespace

Result<Vector> vector_of_json(const Value& json) {
  VECSTORE_ASSIGN(Record record, Record::from_json(Object{{"id", "query"}, {"vector", json}}));
  if (record.vector.empty()) return invalid_argument("the vector is empty");
  return std::move(record.vector);
}

Result<Vector> parse_vector_argument(const std::string& text) {
  std::string json = text;
  if (text.starts_with('@')) {
    VECSTORE_ASSIGN(json, read_file(text.substr(1)));
  }
  Result<Value> value = Value::parse_json(json);
  if (!value.ok()) return value.status().with_context("--vector");
  return with_context(vector_of_json(*value), "--vector");
}

Result<Mode> parse_mode(const std::string& mode) {
  const auto found = std::find(std::begin(kModes), std::end(kModes), mode);
  if (found != std::end(kModes)) return static_cast<Mode>(found - std::begin(kModes));
  return invalid_argument("unknown mode '" + mode + "', " + nearest_or_known(mode, kModes));
}

std::string_view mode_name(Mode mode) { return kModes[static_cast<std::size_t>(mode)]; }

std::vector<Option> search_arguments(SearchFlags& to) {
  return {
      {"--effort", &to.effort,
       "where there is a graph: fast, balanced, high_recall; max_recall is exact", "EFFORT"},
      {"--ef", &to.ef, "rows that a walk through a graph keeps (by the effort)", "N"},
      {"--recall", &to.recall, "instead: the share of the nearest to be found, 0.5 to 1", "SHARE"},
      {"--plan", &to.plan, "auto, scan, walk or sweep", "PLAN"},
      {"--fusion", &to.fusion,
       "of a hybrid query: relative_score, rrf (by rank) or another of docs/guide/hybrid.md",
       "HOW"},
      {"--alpha", &to.alpha, "of a hybrid query: the vector's share, 0 to 1 (0.3)", "SHARE"},
      {"--syntax", &to.syntax,
       "of words to find: words, or query: +must -not \"a phrase\" begin* fuzy~1", "SYNTAX"},
      {"--text-fields", &to.text_fields, "text fields to search, as in title^3,text (all)",
       "FIELDS"},
      {"--highlight", &to.highlight, "mark the words that were found"},
      {"--autocut", &to.autocut, "end before the N-th jump of the score", "N"},
      {"--candidates", &to.candidates,
       "rows that fusion, --formula, --mmr and --group-by choose from (at least 100)", "N"},
      {"--formula", &to.formula, "a new score, as in \"score * default(weight, 1)\"", "FORMULA"},
      {"--mmr", &to.mmr, "hits unlike each other: 0 (most) to 1 (as they are)", "LAMBDA"},
      {"--group-by", &to.group_by, "at most one hit, or N, with one value of a field",
       "FIELD[:N]"}};
}

bool SearchFlags::any() const {
  return effort || plan || fusion || syntax || formula || group_by || alpha || mmr || ef ||
         recall || candidates || text_fields || autocut || highlight;
}

Explain SearchFlags::explains() const {
  if (analyze) return Explain::kAnalyze;
  return explain ? Explain::kPlan : Explain::kNo;
}

Result<GroupBy> parse_group_by(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const bool counts =
      colon != text.npos && text.find_first_not_of("-0123456789", colon + 1) == text.npos;
  if (!counts) return GroupBy{.field = text};
  const std::optional<std::int64_t> hits = parse_int64(std::string_view(text).substr(colon + 1));
  if (!hits || *hits < 1 || *hits > static_cast<std::int64_t>(kMaxK))
    return invalid_argument("--group-by is FIELD or FIELD:N, N from 1 to " + std::to_string(kMaxK) +
                            ": it is '" + shorten(text) + "'");
  return GroupBy{.field = text.substr(0, colon), .max_hits = static_cast<std::size_t>(*hits)};
}

Result<Query> parse_query_argument(const std::string& text) {
  if (text.empty() || std::string_view("{[\"").find(text[0]) != std::string_view::npos)
    return with_context(query_from_json(text), "--json");
  VECSTORE_ASSIGN(const std::string json, read_file(text));
  return with_context(query_from_json(json), text == "-" ? "standard input" : text);
}

std::vector<Option> explain_arguments(SearchFlags& to) {
  return {{"--explain", &to.explain, "show the plan instead of searching"},
          {"--analyze", &to.analyze, "show the plan, and what it took, before the hits"}};
}

namespace {

constexpr std::size_t kPassageBytes = 300;  // about what the table shows

// What stands between commas.
std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    names.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

}  // namespace

Result<Query> common_query(std::size_t k, const SearchFlags& flags) {
  Query query;
  query.k = k;
  if (flags.effort) {
    VECSTORE_ASSIGN(query.effort, parse_effort(*flags.effort));
  }
  if (flags.ef) {
    VECSTORE_ASSIGN(query.ef, count_argument("--ef", flags.ef, 0, kMaxEf));
  }
  if (flags.recall) query.target_recall = *flags.recall;
  if (flags.plan) {
    VECSTORE_ASSIGN(query.plan, parse_plan(*flags.plan));
  }
  if (flags.fusion) {
    VECSTORE_ASSIGN(query.fusion.method, parse_fusion_method(*flags.fusion));
  }
  if (flags.alpha) query.fusion.alpha = *flags.alpha;
  if (flags.syntax) {
    VECSTORE_ASSIGN(query.text_syntax, parse_text_syntax(*flags.syntax));
  }
  if (flags.text_fields) query.text_fields = names_in(*flags.text_fields);
  if (flags.highlight) query.include = {.highlights = true, .passage_bytes = kPassageBytes};
  if (flags.autocut) {
    VECSTORE_ASSIGN(query.autocut, count_argument("--autocut", flags.autocut, 0, kMaxK));
  }
  if (flags.candidates) {
    VECSTORE_ASSIGN(query.candidates, count_argument("--candidates", flags.candidates, 0, kMaxK));
  }
  if (flags.formula) query.formula = *flags.formula;
  if (flags.mmr) query.mmr = Mmr{.lambda = *flags.mmr};
  if (flags.group_by) {
    VECSTORE_ASSIGN(query.group_by, parse_group_by(*flags.group_by));
  }
  query.explain = flags.explains();
  return query;
}

namespace {

bool has_vectors(const Collection& collection) {
  const CollectionOptions options = collection.options();
  return options.dimension != 0 || options.attributes.find(kEmbeddingAttribute) != nullptr;
}

// What the question is in this collection.
Result<Mode> mode_of(const Question& question, Mode asked, bool vectors, bool texts) {
  if (asked == Mode::kAuto && !question.text) return Mode::kVector;
  if (asked == Mode::kAuto && question.vector) return Mode::kHybrid;
  if (asked == Mode::kAuto && !vectors) return Mode::kText;
  if (asked == Mode::kAuto) return texts ? Mode::kHybrid : Mode::kVector;
  if (asked == Mode::kSparse) return Mode::kVector;
  if (asked != Mode::kVector && !question.text)
    return invalid_argument("--mode text and --mode hybrid need a text");
  if (asked == Mode::kText && question.vector)
    return invalid_argument("--mode text has no use for a vector");
  return asked;
}

}  // namespace

Result<std::vector<Query>> make_queries(Session& session, const Collection& collection,
                                        const std::vector<Question>& questions, const Query& common,
                                        Mode mode) {
  if (mode == Mode::kSparse && collection.options().kind != VectorKind::kSparse) {
    return failed_precondition("--mode sparse: the vectors of collection '" + collection.name() +
                               "' are " + std::string(vector_kind_name(collection.options().kind)));
  }
  const bool vectors = has_vectors(collection);
  const bool searchable = searches_texts(collection.options().text);
  std::vector<std::string> texts;
  std::vector<Query> queries;
  std::vector<std::size_t> to_embed;
  for (const Question& question : questions) {
    VECSTORE_ASSIGN(const Mode is, mode_of(question, mode, vectors, searchable));
    if (common.include.highlights && is == Mode::kVector)
      return invalid_argument(
          "--highlight marks words of a TEXT that is looked for with --mode text or hybrid");
    Query query = common;
    if (session.rerank_pipeline && session.rerank_pipeline->reads_vectors())
      query.include.vector = true;
    query.filter = question.filter;
    if (question.vector) query.vector = *question.vector;
    if (is == Mode::kText || is == Mode::kHybrid) query.text = *question.text;
    if (is != Mode::kText && question.text && !question.vector) {
      to_embed.push_back(queries.size());
      texts.push_back(*question.text);
    }
    queries.push_back(std::move(query));
  }
  VECSTORE_ASSIGN(std::vector<Vector> embedded, embed_questions(session, collection, texts));
  for (std::size_t i = 0; i < to_embed.size(); ++i)
    queries[to_embed[i]].vector = std::move(embedded[i]);
  return queries;
}

}  // namespace vecstore
