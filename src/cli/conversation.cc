#include "cli/conversation.h"

#include <chrono>
#include <set>
#include <thread>

#include "base/clock.h"
#include "cli/answering_settings.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"
#include "rag/memory/follow_up.h"

namespace vecstore {
namespace {

constexpr double kWaitMs = 10'000;  // another `ask` writes for milliseconds, an ingest for hours

// Who embeds what is said: the model of a collection that has one, else nobody.
Result<std::shared_ptr<const Embedder>> embedder_of(Session& session, const Collection& asked) {
  const CollectionOptions options = asked.options();
  if (options.kind != VectorKind::kDense || options.dimension == 0)
    return std::shared_ptr<const Embedder>();
  return session.embedder(&asked);
}

List sources_of(const Answer* answer, const Hits& shown) {
  std::set<std::string> ids;
  if (answer) {
    for (const Citation& one : answer->checked.citations)
      ids.insert(answer->context.passages[one.passage].id);
  } else {
    for (const Hit& hit : shown) ids.insert(hit.id);
  }
  return List(ids.begin(), ids.end());
}

// The database is not held while the model thinks.
Status sum_up_talk(const Session& session, const Talk& talk, const ChatModel& model,
                   const ChatOptions& chat) {
  std::optional<ConversationSummary> made;
  {
    VECSTORE_ASSIGN(Database database, session.open_to_read());
    VECSTORE_ASSIGN(const Conversations kept,
                    Conversations::open(database, nullptr, {.create = false}));
    VECSTORE_ASSIGN(made, sum_up_forgotten(model, kept, talk.name, talk.options, chat));
  }
  if (!made) return {};
  VECSTORE_ASSIGN(Database database, wait_to_write(session));
  VECSTORE_ASSIGN(Conversations kept, Conversations::open(database, nullptr, {.create = false}));
  VECSTORE_TRY(kept.keep_summary(talk.name, made->text, made->turns));
  session.out.note("the first " + counted(made->turns, "turn") + " are summed up");
  return database.close();
}

}  // namespace

Result<Database> wait_to_write(const Session& session) {
  const double begun_ms = monotonic_ms();
  while (true) {
    Result<Database> opened = session.open_to_write();
    if (opened.ok() || opened.status().code() != Code::kUnavailable) return opened;
    if (interrupted() || monotonic_ms() - begun_ms > kWaitMs) return opened;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

Result<Talk> begin_talk(Session& session, OpenCollection& open, const std::string& name,
                        const std::string& question, const ChatModel* model,
                        const ChatOptions& chat) {
  Talk talk{.name = name, .searched_for = question};
  VECSTORE_ASSIGN(talk.options, history_options(session.settings));
  VECSTORE_ASSIGN(talk.embedder, embedder_of(session, open.collection));
  Result<Conversations> kept = Conversations::open(open.database, talk.embedder, {.create = false});
  if (!kept.ok() && kept.status().code() == Code::kNotFound) return talk;
  VECSTORE_TRY(kept.status());
  VECSTORE_ASSIGN(talk.history, read_history(*kept, name, talk.options));
  if (model) {
    Result<std::string> alone = standalone_question(*model, talk.history, question, chat);
    if (!alone.ok()) return alone.status().with_context("rewriting the question");
    talk.searched_for = *std::move(alone);
  }
  if (talk.searched_for != question)
    session.out.note("searched for: " + printable(talk.searched_for));
  VECSTORE_TRY(recall_into(talk.history, *kept, name, talk.searched_for, talk.options));
  return talk;
}

Status keep_turn(const Session& session, const Talk& talk, const std::string& question,
                 const Answer* answer, const Hits& shown, const ChatModel* model,
                 const ChatOptions& chat) {
  Object about;
  if (model) about["model"] = model->name();
  if (talk.searched_for != question) about["searched_for"] = talk.searched_for;
  about["sources"] = sources_of(answer, shown);
  std::vector<ChatMessage> said = {{ChatRole::kUser, question}};
  if (answer) said.push_back({ChatRole::kAssistant, answer->text});
  Result<Database> database = wait_to_write(session);
  if (!database.ok()) return database.status().with_context("this turn was not kept");
  VECSTORE_ASSIGN(Conversations kept, Conversations::open(*database, talk.embedder));
  VECSTORE_TRY(kept.append(talk.name, said, about).status().with_context("this turn was not kept"));
  VECSTORE_TRY(database->close());
  if (!model || !*session.settings.value("answering.summarize").as_bool()) return {};
  return sum_up_talk(session, talk, *model, chat).with_context("the turn is kept; summing up");
}

}  // namespace vecstore
