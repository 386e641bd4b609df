// What include/vecstore/rag.h promises, of the parts of the toolkit.
#include "vecstore/rag.h"

#include <filesystem>

#include "embed/heads/late_interaction.h"
#include "embed/load_embedder.h"
#include "embed/model_files.h"
#include "embed/model_kind.h"
#include "rag/answer/answer_question.h"
#include "rag/answer/remote_chat.h"
#include "rag/cache/answer_cache.h"
#include "rag/ingest/embedding_model.h"
#include "rag/ingest/ingest.h"
#include "rag/memory/follow_up.h"
#include "rag/pipeline/callback_model.h"
#include "rag/pipeline/find_passages.h"
#include "rag/query/rewrite.h"

namespace vecstore {
namespace {

// "model/" is the folder "model".
std::filesystem::path without_slash(const std::string& folder) {
  const std::filesystem::path path(folder);
  return path.has_filename() ? path : path.parent_path();
}

void take_answer(const Answer& answer, RagAnswer& to) {
  to.text = answer.text;
  to.passages = answer.context.passages;
  to.problems = answer.checked.problems;
  for (const Citation& one : answer.checked.citations) {
    to.citations.push_back(
        {one.begin, one.end, one.passage, one.quote_begin, one.quote_end, one.support});
  }
}

}  // namespace

struct Rag::State {
  Database* database;
  std::string collection;
  std::shared_ptr<const Embedder> embedder;
};

Result<std::shared_ptr<const Embedder>> embedder_from(const std::string& folder) {
  const std::filesystem::path path = without_slash(folder);
  if (path.filename() == kBuiltinModel) return load_builtin_embedder(path.parent_path().string());
  return load_embedder(path.string());
}

Result<std::shared_ptr<const Reranker>> reranker_from(const std::string& folder) {
  const std::string path = without_slash(folder).string();
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return not_found("there is no folder " + path);
  VECSTORE_ASSIGN(const ModelKind kind, model_kind(path));
  if (kind == ModelKind::kTokens) {
    VECSTORE_ASSIGN(auto tokens, load_token_embedder(path));
    VECSTORE_ASSIGN(auto made, LateInteraction::make(std::move(tokens)));
    return std::shared_ptr<const Reranker>(std::move(made));
  }
  VECSTORE_ASSIGN(auto model, load_reranker(path));
  return std::shared_ptr<const Reranker>(std::move(model));
}

Result<std::vector<std::string>> other_questions(const RagWriter& writer, std::string_view question,
                                                 std::string_view way, std::size_t count) {
  RewriteOptions options;
  VECSTORE_ASSIGN(options.how, parse_rewriting(way));
  if (options.how == Rewriting::kHyde)
    return invalid_argument("hyde makes a passage up, not questions");
  options.count = count;
  VECSTORE_ASSIGN(Rewritten made, rewrite_question(CallbackModel(writer), question, options));
  return std::move(made.texts);
}

Result<RagWriter> writer_on_server(const RagServer& server) {
  RemoteOptions options = chat_defaults();
  options.provider = server.provider;
  options.model = server.model;
  options.address = server.address;
  options.key = Secret(server.key);
  options.cancel = server.cancel;
  VECSTORE_ASSIGN(auto model, RemoteChat::make(std::move(options)));
  ChatOptions chat;
  chat.max_tokens = server.max_tokens;
  chat.temperature = server.temperature;
  chat.cancel = server.cancel;
  return writer_of(std::move(model), chat);
}

Rag::Rag(std::unique_ptr<State> state) : state_(std::move(state)) {}
Rag::Rag(Rag&&) noexcept = default;
Rag& Rag::operator=(Rag&&) noexcept = default;
Rag::~Rag() = default;

Result<Rag> Rag::open(Database& database, std::string_view collection,
                      std::shared_ptr<const Embedder> embedder) {
  if (!embedder) return invalid_argument("there is no embedder");
  const Result<Collection> there = database.collection(collection);
  if (!there.ok() && there.status().code() != Code::kNotFound) return there.status();
  if (there.ok()) VECSTORE_TRY(check_model(*there, embedder->info()));
  return Rag(
      std::make_unique<State>(State{&database, std::string(collection), std::move(embedder)}));
}

Result<RagIngestReport> Rag::ingest(const RagIngestOptions& options) {
  IngestOptions to;
  to.paths = options.paths;
  to.include = options.include;
  to.exclude = options.exclude;
  to.gitignore = options.gitignore;
  to.late_chunking = options.late_chunking;
  to.splitter = options.splitter;
  to.splitting.chunk_size = options.chunk_size;
  to.splitting.chunk_overlap = options.chunk_overlap;
  to.changed = options.changed;
  to.dry_run = options.dry_run;
  to.cancel = options.cancel;
  if (options.progress)
    to.progress = [&](const IngestProgress& at) {
      options.progress(at.files_done, at.files_total);
    };
  VECSTORE_ASSIGN(const IngestReport done,
                  vecstore::ingest(*state_->database, state_->collection, *state_->embedder, to));
  RagIngestReport report{
      done.files,  done.added,   done.changed,        done.unchanged, done.empty, done.skipped,
      done.failed, done.removed, done.chunks_written, done.cancelled, {}};
  for (const IngestNote& one : done.problems) report.problems.emplace_back(one.source, one.status);
  return report;
}

Result<Hits> Rag::retrieve(std::string_view question, const RagRetrieveOptions& options) const {
  VECSTORE_ASSIGN(const Collection docs, state_->database->collection(state_->collection));
  VECSTORE_ASSIGN(const Vector vector, question_vector(*state_->embedder, question));
  VECSTORE_ASSIGN(const auto finder, PassageFinder::make(state_->embedder, options));
  return finder.find(docs, std::string(question), vector);
}

namespace {

// One question on its way; each step fills what the next needs.
struct Asking {
  Database& database;
  const std::string& collection;
  const std::shared_ptr<const Embedder>& embedder;
  const RagAskOptions& options;
  std::string question;
  std::optional<CallbackModel> model = {};
  std::optional<Conversations> conversations = {};
  HistoryOptions shown = {};
  AnswerOptions how = {};
  bool goes_on = false;  // something was said before, shown or not
  RagAnswer answer = {};

  Status remember_what_was_said() {
    if (options.conversation.empty()) return {};
    VECSTORE_ASSIGN(conversations, Conversations::open(database, embedder));
    VECSTORE_TRY(check_conversation_name(options.conversation));
    VECSTORE_ASSIGN(History history, read_history(*conversations, options.conversation, shown));
    if (model) {
      VECSTORE_ASSIGN(answer.searched_for, standalone_question(*model, history, question, {}));
    }
    VECSTORE_TRY(
        recall_into(history, *conversations, options.conversation, answer.searched_for, shown));
    how.history = history.messages();
    goes_on = !history.empty();
    return {};
  }

  Status find_and_answer() {
    VECSTORE_ASSIGN(const Collection docs, database.collection(collection));
    VECSTORE_ASSIGN(const Vector vector, question_vector(*embedder, answer.searched_for));
    VECSTORE_ASSIGN(const auto finder, PassageFinder::make(embedder, options.retrieve));
    const auto search = [&](const std::string& text, const Vector& by) {
      return finder.find(docs, text, by);
    };
    if (!model) {
      VECSTORE_ASSIGN(answer.passages, search(answer.searched_for, vector));
      return {};
    }
    std::optional<AnswerCache> cache;
    CacheLookup lookup;
    const std::string key = answer_key(*model, how, retrieval_words(collection, options.retrieve));
    if (options.cache && !goes_on) {
      VECSTORE_ASSIGN(cache, AnswerCache::open(database, embedder->info(), {}));
      VECSTORE_ASSIGN(lookup, cache->find(key, question, vector, how, search));
    }
    if (lookup.hit) {
      answer.cached = true;
      take_answer(lookup.hit->answer, answer);
      if (options.on_text) options.on_text(answer.text);
      return cache->used(*lookup.hit);
    }
    VECSTORE_ASSIGN(const Hits hits, search(answer.searched_for, vector));
    VECSTORE_ASSIGN(const Answer said, answer_question(*model, question, hits, how));
    take_answer(said, answer);
    return cache ? cache->keep(key, question, vector, said, lookup.stale) : Status();
  }

  Status keep_what_is_said() {
    if (!conversations) return {};
    std::vector<ChatMessage> said = {{ChatRole::kUser, question}};
    if (model) said.push_back({ChatRole::kAssistant, answer.text});
    List sources;
    for (const Hit& hit : answer.passages) sources.emplace_back(hit.id);
    return conversations->append(options.conversation, said, {{"sources", std::move(sources)}})
        .status();
  }
};

}  // namespace

Result<RagAnswer> Rag::ask(std::string_view question, const RagAskOptions& options) {
  Asking asking{*state_->database, state_->collection, state_->embedder, options,
                std::string(question)};
  if (options.writer.write) asking.model.emplace(options.writer);
  asking.shown.max_tokens = options.max_history_tokens;
  asking.how.max_context_tokens = options.max_context_tokens;
  asking.how.chat.on_text = options.on_text;
  if (!options.instructions.empty()) asking.how.instructions = options.instructions;
  asking.answer.searched_for = asking.question;
  VECSTORE_TRY(asking.remember_what_was_said());
  VECSTORE_TRY(asking.find_and_answer());
  VECSTORE_TRY(asking.keep_what_is_said());
  return std::move(asking.answer);
}

}  // namespace vecstore
