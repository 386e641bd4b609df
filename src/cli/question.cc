#include "cli/question.h"

#include <algorithm>
#include <cmath>

#include "base/nearest.h"
#include "cli/read_file.h"
#include "rag/ingest/embedding_model.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr std::string_view kModes[] = {"auto", "vector", "text", "hybrid", "sparse"};

Result<std::vector<Vector>> embed_texts(Session& session, const Collection& collection,
                                        const std::vector<std::string>& texts) {
  std::vector<Vector> vectors;
  if (texts.empty()) return vectors;
  VECSTORE_ASSIGN(const std::shared_ptr<const Embedder> embedder, session.embedder());
  VECSTORE_TRY(check_model(collection, embedder->info()));
  VECSTORE_ASSIGN(const std::vector<float> rows, embedder->embed_batch(texts));
  const std::size_t dimension = embedder->info().dimension;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::span<const float> row = std::span(rows).subspan(i * dimension, dimension);
    if (std::all_of(row.begin(), row.end(), [](float x) { return x == 0; })) {
      return invalid_argument("there is nothing to search for in '" + texts[i] + "'");
    }
    vectors.emplace_back(row);
  }
  return vectors;
}

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
  Result<Vector> vector = vector_of_json(*value);
  if (!vector.ok()) return vector.status().with_context("--vector");
  return vector;
}

Status check_mode(const std::string& mode) {
  if (mode == "auto" || mode == "vector") return {};
  if (std::find(std::begin(kModes), std::end(kModes), mode) != std::end(kModes)) {
    return unimplemented("--mode " + mode + ": this version searches by vector only");
  }
  const std::string_view near = nearest_name(mode, kModes);
  return invalid_argument("unknown mode '" + mode + "'" +
                          (near.empty() ? "" : ", did you mean '" + std::string(near) + "'?"));
}

std::vector<Option> search_arguments(SearchFlags& to) {
  return {{"--effort", &to.effort,
           "where there is a graph: fast, balanced, high_recall; max_recall is exact", "EFFORT"},
          {"--ef", &to.ef, "rows that a walk through a graph keeps (by the effort)", "N"},
          {"--plan", &to.plan, "auto, scan, walk or sweep", "PLAN"},
          {"--explain", &to.explain, "show the plan instead of searching"},
          {"--analyze", &to.analyze, "show the plan, and what it took, before the hits"}};
}

Result<Query> common_query(std::size_t k, const SearchFlags& flags) {
  Query query;
  query.k = k;
  if (flags.effort) {
    VECSTORE_ASSIGN(query.effort, parse_effort(*flags.effort));
  }
  if (flags.ef) {
    VECSTORE_ASSIGN(query.ef, count_argument("--ef", flags.ef, 0, kMaxEf));
  }
  if (flags.plan) {
    VECSTORE_ASSIGN(query.plan, parse_plan(*flags.plan));
  }
  if (flags.explain) query.explain = Explain::kPlan;
  if (flags.analyze) query.explain = Explain::kAnalyze;
  return query;
}

Result<std::vector<Query>> make_queries(Session& session, const Collection& collection,
                                        const std::vector<Question>& questions,
                                        const Query& common) {
  std::vector<std::string> texts;
  for (const Question& question : questions) {
    if (question.text && !question.vector) texts.push_back(*question.text);
  }
  VECSTORE_ASSIGN(const std::vector<Vector> embedded, embed_texts(session, collection, texts));
  std::vector<Query> queries;
  std::size_t next = 0;
  for (const Question& question : questions) {
    Query query = common;
    query.filter = question.filter;
    if (question.vector) {
      query.vector = *question.vector;
    } else if (question.text) {
      query.vector = embedded[next++];
    }
    queries.push_back(std::move(query));
  }
  return queries;
}

}  // namespace vecstore
