// The toolkit: files in, passages and cited answers out. Link vecstore::rag and write:
//
//   auto db    = vecstore::Database::open("notes.db").value();
//   auto words = vecstore::embedder_from("models/wordllama-256").value();
//   auto rag   = vecstore::Rag::open(db, "notes", words).value();
//   rag.ingest({.paths = {"notes"}}).value();
//   auto hits  = rag.retrieve("how do I restore a backup").value();
//   auto who   = vecstore::writer_on_server({.provider = "ollama", .model = "llama3.2"}).value();
//   auto said  = rag.ask("how do I restore a backup", {.writer = who, .conversation = "backups"}).value();
//
// What each step does: docs/guide/ingest.md, docs/guide/answers.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vecstore/cancel.h"
#include "vecstore/database.h"
#include "vecstore/embedder.h"
#include "vecstore/reranker.h"

namespace vecstore {

// A model that runs here, from its folder: a static table or a sentence transformer. kNotFound and kUnimplemented say which file.
Result<std::shared_ptr<const Embedder>> embedder_from(const std::string& folder);
// A cross-encoder or a ColBERT, which read the question beside each text. kInvalidArgument for another kind of model.
Result<std::shared_ptr<const Reranker>> reranker_from(const std::string& folder);

struct RagMessage {
  std::string role = {};  // system, user, assistant
  std::string text = {};  // UTF-8
};

// Who writes: a model behind a call of your own, or writer_on_server(). Called on the thread that asks. `on_text`, where it is set, is
// given the pieces as they come; the whole is returned.
struct RagWriter {
  std::string name = {};  // answers that are kept are this writer's
  std::function<Result<std::string>(std::span<const RagMessage> messages, const std::function<void(std::string_view)>& on_text)> write = {};
};

// A server that speaks like OpenAI's chat completions.
struct RagServer {
  std::string provider = {};  // openai, mistral, ollama, compatible
  std::string model = {};
  std::string address = {};  // empty: the provider's own; "https://host/v1"
  std::string key = {};      // shown nowhere
  std::size_t max_tokens = 1024;
  std::optional<double> temperature = {};
  CancelToken cancel = {};
};
// Sends nothing. kUnimplemented in a build without HTTP.
Result<RagWriter> writer_on_server(const RagServer& server);

struct RagIngestOptions {
  std::vector<std::string> paths = {};  // files and folders
  std::vector<std::string> include = {}, exclude = {};  // patterns, for what is found in folders
  bool gitignore = true;
  std::string splitter = "heading";  // character, code, heading, html, json, markdown, recursive, semantic, sentence, token
  std::size_t chunk_size = 1000;
  std::size_t chunk_overlap = 150;
  bool late_chunking = false;  // passages are embedded within their document: docs/guide/ingest.md
  std::set<std::string> changed = {};  // read these alone, of what is found; canonical paths; empty: all
  bool dry_run = false;
  std::function<void(std::size_t files_done, std::size_t files_total)> progress = {};
  CancelToken cancel = {};
};

struct RagIngestReport {
  std::size_t files = 0, added = 0, changed = 0, unchanged = 0, empty = 0, skipped = 0, failed = 0, removed = 0;
  std::uint64_t passages_written = 0;
  bool cancelled = false;                                        // what is counted is done and stays
  std::vector<std::pair<std::string, Status>> problems = {};     // each failed file
};

// Other ways to ask a question, by a writer: "multi_query" (in other words), "decompose" (the questions that it is made of) or "step_back"
// (the one behind it). At most `count`, 1 to 10. None where the writer says nothing of use: then the question is asked as it is.
Result<std::vector<std::string>> other_questions(const RagWriter& writer, std::string_view question,
                                                 std::string_view way = "multi_query", std::size_t count = 3);

// A new score for a hit at its rank, from 1: finite, larger is better.
using RagScore = std::function<Result<double>(std::string_view question, const Hit& hit, std::size_t rank)>;

struct RagRetrieveOptions {
  std::size_t passages = 8;
  Filter filter = {};
  bool words_too = true;  // hybrid: by the vector and by the words
  std::vector<std::string> others = {};  // searched, too, and fused with the question by rank
  // Steps for the best `candidates`, in the words of docs/guide/retrieval.md: "model(k=20) | mmr(lambda=0.7)". `model` is the reranker, `function`
  // one of the scores. Empty: the reranker, or where there is none the order of the search.
  std::string rerank = {};
  std::shared_ptr<const Reranker> reranker = {};
  std::map<std::string, RagScore> scores = {};  // answers that are kept know them by their names alone
  std::size_t candidates = 50;
  // Of the search, not of models: then what was found, flagged partial. 0: none.
  std::chrono::milliseconds timeout{0};
  CancelToken cancel = {};
};

struct RagAskOptions {
  RagRetrieveOptions retrieve = {};
  RagWriter writer = {};          // none: passages alone
  std::string conversation = {};  // goes on with what was said under this name, and keeps what is said; empty: neither
  std::size_t max_context_tokens = 3000;
  std::size_t max_history_tokens = 1000;
  bool cache = false;  // an answer to a question that means the same is given again while its passages are the same
  std::string instructions = {};  // empty: to use and name the passages alone
  std::function<void(std::string_view)> on_text = {};
};

// A statement of the answer and the passage that it names; what is checked: docs/guide/answers.md.
struct RagCitation {
  std::size_t begin = 0, end = 0;              // bytes of the answer
  std::size_t passage = 0;                     // of RagAnswer::passages, from 0
  std::size_t quote_begin = 0, quote_end = 0;  // bytes of its text
  double support = 0;                          // share of the statement's words that the passage has
};

struct RagAnswer {
  std::string searched_for = {};  // the question, rewritten by the writer where it goes on with a conversation
  Hits passages = {};             // as the writer was shown them: the first is [1]
  std::string text = {};          // empty without a writer
  std::vector<RagCitation> citations = {};
  std::vector<std::string> problems = {};  // what the check found
  bool cached = false;
};

// A collection with its embedder. Move-only, safe from many threads; the database outlives it.
class Rag {
 public:
  // The collection is made by the first ingest. kFailedPrecondition when its vectors come from another model.
  static Result<Rag> open(Database& database, std::string_view collection, std::shared_ptr<const Embedder> embedder);

  Rag(Rag&&) noexcept;
  Rag& operator=(Rag&&) noexcept;
  ~Rag();

  // Only what changed; goes on where the last one stopped. One file's failure is in the report.
  Result<RagIngestReport> ingest(const RagIngestOptions& options);
  // Best first, with text and metadata.
  Result<Hits> retrieve(std::string_view question, const RagRetrieveOptions& options = {}) const;
  // kNotFound when there is no passage for a writer.
  Result<RagAnswer> ask(std::string_view question, const RagAskOptions& options = {});

 private:
  struct State;
  explicit Rag(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vecstore
