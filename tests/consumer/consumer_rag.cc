// Uses the toolkit as its users do, with an embedder and a writer of its own: ingest, retrieve,
// ask, ask for more like it.
#include <vecstore/rag.h>
#include <vecstore/recommend.h>

#include <cstdio>
#include <string>
#include <vector>

namespace {

// Words by their first letters: enough to tell pumps from fences.
class LetterEmbedder final : public vecstore::Embedder {
 public:
  const vecstore::EmbedderInfo& info() const override { return info_; }
  vecstore::Result<std::vector<float>> embed_batch(
      std::span<const std::string> texts) const override {
    std::vector<float> rows;
    for (const std::string& text : texts) {
      std::vector<float> row(info_.dimension, 0.1F);
      for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == 0 || text[i - 1] == ' ')
          row[static_cast<unsigned char>(text[i]) % row.size()] += 1;
      }
      rows.insert(rows.end(), row.begin(), row.end());
    }
    return rows;
  }

 private:
  vecstore::EmbedderInfo info_{"letters", 16, "sum", ""};
};

vecstore::Status use(const std::string& path, const std::string& docs) {
  VECSTORE_ASSIGN(auto db, vecstore::Database::open(path));
  VECSTORE_ASSIGN(auto rag, vecstore::Rag::open(db, "notes", std::make_shared<LetterEmbedder>()));
  VECSTORE_ASSIGN(const auto report, rag.ingest({.paths = {docs}}));
  if (report.added != 1) return {vecstore::Code::kInternal, "not one file was added"};
  vecstore::RagAskOptions options;
  options.writer = {"echo", [](std::span<const vecstore::RagMessage>, const auto&) {
                      return vecstore::Result<std::string>("It is oiled on Mondays [1].");
                    }};
  VECSTORE_ASSIGN(const auto answer, rag.ask("when is the pump oiled", options));
  if (answer.citations.size() != 1 || !answer.problems.empty())
    return {vecstore::Code::kInternal, "the answer has not one citation without problems"};
  std::printf("%s from %s\n", answer.text.c_str(), answer.passages[0].id.c_str());
  VECSTORE_ASSIGN(const auto notes, db.collection("notes"));
  VECSTORE_ASSIGN(const auto query,
                  vecstore::query_by_examples(notes, {.like = {answer.passages[0].id}}, {}));
  VECSTORE_ASSIGN(const auto others, notes.query(query));
  if (!others.hits.empty()) return {vecstore::Code::kInternal, "the example is in its own answer"};
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const vecstore::Status status = use(argv[1], argv[2]);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.to_string().c_str());
  return status.ok() ? 0 : 1;
}
