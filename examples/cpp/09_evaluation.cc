// How well questions are answered by words, by meaning and by both, on questions that people
// judged; how sure that is, and which differences are more than chance.
//   09_evaluation MODEL DATABASE FOLDER QUESTIONS [REPORT]
// A line of QUESTIONS is {"id": "wal", "text": "can readers go on while ..", "relevant":
// {"sqlite/wal.html": 2}}: documents and how good they are, from 1 on. Ask what your readers ask.
// REPORT is a page to look into where it ends in .html, else JSON with the values of every question.
#include <vecstore/evaluation.h>
#include <vecstore/rag.h>

#include <algorithm>
#include <fstream>

#include "console.h"

namespace {

using vecstore::Collection;
using vecstore::Embedder;
using vecstore::Evaluation;
using vecstore::JudgedQuery;
using vecstore::Query;
using vecstore::RankedRun;
using vecstore::Result;
using vecstore::Status;

// Documents are judged, passages are found: each document counts where its best passage is.
Result<RankedRun> ask(const Collection& docs, const Embedder& embedder,
                      const std::vector<JudgedQuery>& questions, const std::string& way) {
  RankedRun run{.name = way};
  for (const JudgedQuery& question : questions) {
    Query query{.k = 20, .group_by = vecstore::GroupBy{"source", 1}};
    if (way != "words") {
      VECSTORE_ASSIGN(query.vector, embedder.embed_query(question.text));
    }
    if (way != "vectors") query.text = question.text;
    VECSTORE_ASSIGN(const auto hits, docs.query(query));
    run.took_ms += hits.took_ms;
    run.rankings.emplace_back();
    for (const vecstore::Hit& hit : hits)
      run.rankings.back().push_back({console::member(hit.metadata, "source"), hit.score});
  }
  return run;
}

// A metric of one's own: whether the best document there is comes first.
double best_first(std::span<const std::string> ranking, const vecstore::Grades& grades) {
  int most = 0;
  for (const auto& [document, grade] : grades) most = std::max(most, grade);
  const auto found = ranking.empty() ? grades.end() : grades.find(ranking[0]);
  return found != grades.end() && found->second == most ? 1 : 0;
}

void print(const Evaluation& found) {
  std::printf("%-10s", "");
  for (const std::string& metric : found.metrics) std::printf("%-26s", metric.c_str());
  for (const auto& run : found.runs) {
    std::printf("\n%-10s", run.name.c_str());
    for (std::size_t m = 0; m < found.metrics.size(); ++m)
      std::printf("%.4f (%.3f to %.3f)   ", run.means[m], run.intervals[m].low,
                  run.intervals[m].high);
  }
  std::printf("\n\n");
  for (const auto& one : found.comparisons) {
    std::printf("%s: %s over %s %+.4f, by chance with p = %.4f\n",
                found.metrics[one.metric].c_str(), found.runs[one.a].name.c_str(),
                found.runs[one.b].name.c_str(), one.test.difference, one.p);
  }
  // Means do not say what to mend. The questions that the last way answers worst do.
  std::printf("\nwhat is furthest from right by %s:\n", found.runs.back().name.c_str());
  std::vector<std::size_t> worst(found.queries.size());
  for (std::size_t i = 0; i < worst.size(); ++i) worst[i] = i;
  const std::vector<double>& values = found.runs.back().values[0];
  std::ranges::stable_sort(worst, {}, [&](std::size_t i) { return values[i]; });
  for (std::size_t i = 0; i < std::min<std::size_t>(3, worst.size()); ++i) {
    const auto& hits = found.runs.back().hits[worst[i]];
    std::printf("  %.4f %s: %s; first was %s\n", values[worst[i]],
                found.queries[worst[i]].id.c_str(), found.queries[worst[i]].text.c_str(),
                hits.empty() ? "nothing" : hits[0].id.c_str());
  }
}

Status run(const std::vector<std::string>& asked) {
  VECSTORE_ASSIGN(const auto questions, vecstore::read_judged_queries(asked[3]));
  VECSTORE_ASSIGN(const auto embedder, vecstore::embedder_from(asked[0]));
  VECSTORE_ASSIGN(auto db, vecstore::Database::open(asked[1]));
  VECSTORE_ASSIGN(auto rag, vecstore::Rag::open(db, "documents", embedder));
  VECSTORE_TRY(rag.ingest({.paths = {asked[2]}}).status());
  VECSTORE_ASSIGN(const auto docs, db.collection("documents"));

  VECSTORE_ASSIGN(auto metrics, vecstore::ranking_metrics("ndcg@10,mrr@10,recall@20"));
  metrics.push_back({"best_first", best_first});
  std::vector<RankedRun> runs;
  for (const char* way : {"words", "vectors", "both"}) {
    VECSTORE_ASSIGN(auto one, ask(docs, *embedder, questions, way));
    runs.push_back(std::move(one));
  }
  VECSTORE_ASSIGN(const Evaluation found, vecstore::evaluate(questions, runs, metrics));
  std::printf("%zu questions\n\n", questions.size());
  print(found);
  if (asked.size() > 4) {
    const bool page = asked[4].ends_with(".html");
    std::ofstream file(asked[4]);
    file << (page ? html_report(found) : vecstore::Value(evaluation_object(found)).to_json());
    if (!file.flush()) return vecstore::unavailable("cannot write " + asked[4]);
  }
  return db.close();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) {
    std::fprintf(stderr, "usage: 09_evaluation MODEL DATABASE FOLDER QUESTIONS [REPORT]\n");
    return 2;
  }
  return console::end(run({argv + 1, argv + argc}));
}
