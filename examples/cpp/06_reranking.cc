// A second look at what a search finds: passages read sentence by sentence, two orders made into
// one, and near copies left out.
//   06_reranking MODEL DATABASE FOLDER QUESTION [RERANKER]
//   06_reranking ~/.cache/vecstore/models/wordllama-256 notes.db ~/notes "who keeps the key"
// RERANKER is the folder of a cross-encoder or ColBERT, which take the place of the class below.
#include <vecstore/rag.h>

#include <algorithm>
#include <map>

#include "console.h"

namespace {

using vecstore::Embedder;
using vecstore::Hits;
using vecstore::RankedText;
using vecstore::Result;
using vecstore::Status;

constexpr std::size_t kCandidates = 30;  // that the steps choose from

// A text is as good as its best sentence: one that answers is not averaged away by its neighbours.
class BestSentence final : public vecstore::Reranker {
 public:
  explicit BestSentence(std::shared_ptr<const Embedder> embedder)
      : embedder_(std::move(embedder)) {}

  const std::string& name() const override { return name_; }

  Result<std::vector<RankedText>> rerank(std::string_view question,
                                         std::span<const std::string> texts,
                                         std::size_t count) const override {
    VECSTORE_ASSIGN(const std::vector<float> asked, embedder_->embed_query(question));
    std::vector<RankedText> ranked;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      VECSTORE_ASSIGN(const double score, best_of(texts[i], asked));
      ranked.push_back({i, score});
    }
    std::ranges::stable_sort(
        ranked, [](const RankedText& a, const RankedText& b) { return a.score > b.score; });
    ranked.resize(std::min(count, ranked.size()));
    return ranked;
  }

 private:
  Result<double> best_of(std::string_view text, const std::vector<float>& asked) const {
    std::vector<std::string> sentences;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find_first_of(".?!\n"), text.size() - 1) + 1;
      if (end > 20) sentences.emplace_back(text.substr(0, end));
      text.remove_prefix(end);
    }
    VECSTORE_ASSIGN(const std::vector<float> rows, embedder_->embed_batch(sentences));
    double best = -1;
    for (std::size_t row = 0; row < rows.size(); row += asked.size()) {
      double cosine = 0;  // the model's rows have length 1
      for (std::size_t i = 0; i < asked.size(); ++i)
        cosine += static_cast<double>(rows[row + i]) * static_cast<double>(asked[i]);
      best = std::max(best, cosine);
    }
    return best;
  }

  std::string name_ = "best-sentence";
  std::shared_ptr<const Embedder> embedder_;
};

// With the places that the passages had before.
void print(const std::string& title, const Hits& hits,
           const std::map<std::string, std::size_t>& found) {
  std::printf("\n%s\n", title.c_str());
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const std::size_t before = found.at(hits[i].id);
    const std::string was = before == i + 1 ? "" : "(was " + std::to_string(before) + ")";
    std::printf("%2zu. %-9s %s: %s\n", i + 1, was.c_str(), hits[i].id.c_str(),
                console::one_line(hits[i].text.value_or(""), 60).c_str());
  }
}

Status run(const std::string& model, const std::string& database, const std::string& folder,
           const std::string& question, const std::string& reranker) {
  VECSTORE_ASSIGN(const auto embedder, vecstore::embedder_from(model));
  std::shared_ptr<const vecstore::Reranker> reader = std::make_shared<BestSentence>(embedder);
  if (!reranker.empty()) {
    VECSTORE_ASSIGN(reader, vecstore::reranker_from(reranker));
  }
  VECSTORE_ASSIGN(auto db, vecstore::Database::open(database));
  VECSTORE_ASSIGN(auto rag, vecstore::Rag::open(db, "documents", embedder));
  VECSTORE_TRY(rag.ingest({.paths = {folder}}).status());

  // Where each passage is in the order of the search, beyond the five that are shown.
  VECSTORE_ASSIGN(const Hits first, rag.retrieve(question, {.passages = kCandidates}));
  std::map<std::string, std::size_t> found;
  for (const vecstore::Hit& hit : first) found.try_emplace(hit.id, found.size() + 1);
  for (const char* steps : {"found", "model", "rrf(found, model)", "model | mmr(lambda=0.5)"}) {
    vecstore::RagRetrieveOptions options{.passages = 5, .rerank = steps};
    options.candidates = kCandidates;
    if (std::string_view(steps) != "found") options.reranker = reader;
    VECSTORE_ASSIGN(const Hits hits, rag.retrieve(question, options));
    print(steps, hits, found);
  }
  return db.close();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) {
    std::fprintf(stderr, "usage: 06_reranking MODEL DATABASE FOLDER QUESTION [RERANKER]\n");
    return 2;
  }
  return console::end(run(argv[1], argv[2], argv[3], argv[4], argc == 6 ? argv[5] : ""));
}
