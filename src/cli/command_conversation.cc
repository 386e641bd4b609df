// conversation list, show, delete.
#include <memory>

#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "rag/memory/conversations.h"

namespace vecstore {
namespace {

Object info_object(const ConversationInfo& info) {
  return {{"name", info.name},
          {"turns", number(info.turns)},
          {"title", info.title},
          {"began_at", info.began_at},
          {"changed_at", info.changed_at}};
}

// What was never kept is no damage: a database without conversations has none.
Result<std::optional<Conversations>> open_kept(Database& database) {
  Result<Conversations> kept = Conversations::open(database, nullptr, {.create = false});
  if (kept.ok()) return std::optional(*std::move(kept));
  if (kept.status().code() == Code::kNotFound) return std::optional<Conversations>();
  return kept.status();
}

Status none_of(const std::string& name) {
  return not_found("there is no conversation '" + name + "'");
}

Status list_conversations(Session& session) {
  VECSTORE_ASSIGN(Database database, session.open_to_read());
  VECSTORE_ASSIGN(const auto kept, open_kept(database));
  std::vector<Object> rows;
  if (kept) {
    VECSTORE_ASSIGN(const std::vector<ConversationInfo> all, kept->list());
    for (const ConversationInfo& info : all) rows.push_back(info_object(info));
  }
  session.out.print_list("conversations", rows);
  return {};
}

Object turn_object(const ConversationTurn& turn) {
  List messages;
  for (const ChatMessage& message : turn.messages)
    messages.emplace_back(Object{{"role", chat_role_name(message.role)}, {"text", message.text}});
  return {{"turn", number(turn.number)},
          {"said_at", turn.said_at},
          {"messages", std::move(messages)},
          {"about", turn.about}};
}

void print_turn(const Output& out, const ConversationTurn& turn) {
  for (const ChatMessage& message : turn.messages) {
    out.print_line(std::to_string(turn.number) + " " + std::string(chat_role_name(message.role)) +
                   ":");
    out.print_line(wrap(message.text, 96, SIZE_MAX, "    "));
  }
}

void print_summary(const Output& out, const ConversationInfo& info) {
  for (const std::string& text : info.system)
    out.print_line("system:\n" + wrap(text, 96, SIZE_MAX, "    "));
  if (info.summary.empty()) return;
  out.print_line("summary of the first " + counted(info.summarized, "turn") + ":\n" +
                 wrap(info.summary, 96, SIZE_MAX, "    "));
}

Status show_conversation(Session& session, const std::string& name) {
  VECSTORE_ASSIGN(Database database, session.open_to_read());
  VECSTORE_ASSIGN(const auto kept, open_kept(database));
  if (!kept) return none_of(name);
  VECSTORE_ASSIGN(const ConversationInfo info, kept->info(name));
  VECSTORE_ASSIGN(const auto turns, kept->turns(name, 0, info.turns));
  const Output& out = session.out;
  if (out.format() == OutputFormat::kTable || out.format() == OutputFormat::kSimple) {
    print_summary(out, info);
    for (const ConversationTurn& turn : turns) print_turn(out, turn);
    return {};
  }
  std::vector<Object> rows;
  rows.reserve(turns.size());
  for (const ConversationTurn& turn : turns) rows.push_back(turn_object(turn));
  if (out.format() == OutputFormat::kJsonl) return out.print_list("turns", rows), Status();
  Object object = info_object(info);
  object["system"] = List(info.system.begin(), info.system.end());
  object["summary"] = info.summary;
  object["summarized"] = number(info.summarized);
  object["turns"] = List(rows.begin(), rows.end());
  out.print_object(object);
  return {};
}

Status delete_conversation(Session& session, const std::string& name) {
  VECSTORE_ASSIGN(Database database, session.open_to_write());
  VECSTORE_ASSIGN(auto kept, open_kept(database));
  if (!kept) return none_of(name);
  VECSTORE_ASSIGN(const std::uint64_t turns, kept->remove(name));
  session.out.note("conversation '" + printable(name) + "' is gone with its " +
                   counted(turns, "turn"));
  return database.close();
}

}  // namespace

Command conversation_command() {
  auto name = std::make_shared<std::string>();
  const Option named{"name", name.get(), "of the conversation", "", {}, true};
  return {.name = "conversation",
          .summary = "what was said with ask --conversation",
          .description =
              "Examples:\n"
              "  vecstore conversation list\n"
              "  vecstore conversation show backups",
          .subcommands = {
              {.name = "list",
               .summary = "their names, and how they began",
               .description = "Example:\n  vecstore conversation list",
               .run = list_conversations},
              {.name = "show",
               .summary = "every turn; with -o json or jsonl all that is kept",
               .description = "Examples:\n  vecstore conversation show backups\n"
                              "  vecstore conversation show backups -o jsonl > backups.jsonl",
               .options = {named},
               .run = [name](Session& session) { return show_conversation(session, *name); }},
              {.name = "delete",
               .summary = "every turn of one, and its summary",
               .description = "The bytes leave the disk with 'vecstore compact'.\n\n"
                              "Example:\n  vecstore conversation delete backups",
               .options = {named},
               .run = [name](Session& session) { return delete_conversation(session, *name); }}}};
}

}  // namespace vecstore
