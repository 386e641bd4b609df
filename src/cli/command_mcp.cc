#include <csignal>
#include <filesystem>
#include <memory>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/question.h"
#include "cli/question_vectors.h"
#include "cli/server_settings.h"
#include "cli/session.h"
#include "rag/ingest/embedding_model.h"
#include "server/mcp/stdio.h"

namespace vecstore {
namespace {

struct McpArguments {
  bool read_only = false;
  std::vector<std::string> collections = {};
};

bool has_model(const Collection& collection) {
  return collection.options().attributes.find(kEmbeddingAttribute) != nullptr;
}

// Where nothing is known of a model words are looked for if they can be.
Mode mode_of(const Collection& collection, const McpQuestion& asked) {
  switch (asked.mode) {
    case McpMode::kText:
      return Mode::kText;
    case McpMode::kVector:
      return Mode::kVector;
    case McpMode::kHybrid:
      return Mode::kHybrid;
    case McpMode::kAuto:
      break;
  }
  const bool by_words = asked.text && !asked.vector && !has_model(collection) &&
                        searches_texts(collection.options().text);
  return by_words ? Mode::kText : Mode::kAuto;
}

Result<Query> make_query(Session& session, const Collection& collection, const McpQuestion& asked) {
  const Question question{asked.text, asked.vector, asked.common.filter};
  VECSTORE_ASSIGN(std::vector<Query> made, make_queries(session, collection, {question},
                                                        asked.common, mode_of(collection, asked)));
  return std::move(made.front());
}

// Of collections whose vectors are a model's: others have theirs from whoever writes them.
Result<std::size_t> embed_records(Session& session, const Collection& collection,
                                  std::vector<Record>& records) {
  if (!has_model(collection)) return std::size_t{0};
  std::vector<std::size_t> places;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!records[i].vector.empty() || !records[i].text) continue;
    places.push_back(i);
    texts.push_back(*records[i].text);
  }
  VECSTORE_ASSIGN(std::vector<Vector> vectors, embed_texts(session, collection, texts, false));
  std::size_t embedded = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!vectors[i].empty()) ++embedded;
    records[places[i]].vector = std::move(vectors[i]);
  }
  return embedded;
}

McpOptions mcp_options(Session& session, const McpArguments& given) {
  std::error_code ignored;
  McpOptions options;
  options.role = given.read_only ? Role::kViewer : Role::kEditor;
  options.collections = given.collections;
  options.collection = session.collection_name();
  options.follows = given.read_only && !session.global.snapshot &&
                    std::filesystem::is_directory(session.database_path(), ignored);
  options.version = VECSTORE_VERSION;
  options.texts.query = [&session](const Collection& collection, const McpQuestion& asked) {
    return make_query(session, collection, asked);
  };
  options.texts.embed = [&session](const Collection& collection, std::vector<Record>& records) {
    return embed_records(session, collection, records);
  };
  return options;
}

Status serve_client(Session& session, const McpArguments& given) {
  VECSTORE_ASSIGN(ServerSettings settings, server_settings(session.settings));
  const std::string audit = audit_folder(session.settings);
  VECSTORE_TRY(check_outside(audit, session.database_path()));
  VECSTORE_ASSIGN(Database database,
                  given.read_only ? session.open_to_read() : session.open_to_write());
  ServiceParts parts{.database = std::move(database)};
  // A log has one writer: who only reads leaves it to a server beside it, unless reads are noted.
  if (settings.audited && (!given.read_only || settings.service.audit_reads)) {
    VECSTORE_ASSIGN(parts.audit, AuditLog::open(audit, settings.audit));
  }
  parts.log = [out = session.out](LogLevel, std::string_view message) { out.warn(message); };
  Service service(std::move(parts), settings.service);
  const McpOptions options = mcp_options(session, given);
  McpSession client(service, options);
  std::signal(SIGPIPE, SIG_IGN);  // a client that has gone is an error of writing
  const CancelToken stop = watch_interrupts();
  service.note("mcp.start", Severity::kNotice, session.database_path());
  session.out.note("a client may speak the Model Context Protocol on standard input");
  const Status status =
      serve_mcp(client, {.max_line_bytes = service.limits().max_body_bytes}, stop);
  service.note("mcp.stop", Severity::kNotice, session.database_path());
  VECSTORE_TRY(service.database().close());
  return status;
}

}  // namespace

Command mcp_command() {
  auto to = std::make_shared<McpArguments>();
  return {
      .name = "mcp",
      .summary = "let a language model's program use the database (MCP)",
      .description =
          "Speaks the Model Context Protocol on standard input and output, for a program that\n"
          "starts it: an assistant or an editor. Its tools are search, get, upsert and list; they\n"
          "work on --collection where the model names no other. Without --read-only nobody else\n"
          "can write the database meanwhile. Ends when standard input does.\n"
          "docs/guide/mcp.md shows how a client is told of it.\n\n"
          "Examples:\n"
          "  vecstore --db notes.db mcp --read-only\n"
          "  vecstore mcp --for docs --for notes",
      .options = {{"--read-only", &to->read_only,
                   "without upsert; another process may write, and its writes are seen"},
                  {"--for", &to->collections, "only this collection; may be given several times",
                   "NAME"}},
      .run = [to](Session& session) { return serve_client(session, *to); }};
}

}  // namespace vecstore
