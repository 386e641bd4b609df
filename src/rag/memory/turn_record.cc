#include "rag/memory/turn_record.h"

#include <algorithm>

namespace vecstore {
namespace {

constexpr std::size_t kDigits = 10;

Status not_ours(const Record& record) {
  return data_loss("record '" + record.id + "' is no part of a conversation");
}

const std::string* text_at(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  return value ? value->as_string() : nullptr;
}

// Negative: there is none.
std::int64_t count_at(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  return value && value->as_int() ? *value->as_int() : -1;
}

const List* list_at(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  return value ? value->as_list() : nullptr;
}

std::optional<ChatRole> role_of(const Value& name) {
  for (const ChatRole role : {ChatRole::kSystem, ChatRole::kUser, ChatRole::kAssistant}) {
    if (name.as_string() && *name.as_string() == chat_role_name(role)) return role;
  }
  return std::nullopt;
}

}  // namespace

std::string conversation_id(std::string_view name) { return std::string(name) + "#"; }

std::string turn_id(std::string_view name, std::uint64_t number) {
  const std::string digits = std::to_string(number);
  const std::size_t zeros = kDigits - std::min(kDigits, digits.size());
  return conversation_id(name) + std::string(zeros, '0') + digits;
}

Record record_of_turn(std::string_view name, const ConversationTurn& turn) {
  Record record;
  record.id = turn_id(name, turn.number);
  std::string text;
  List roles, ends;
  for (const ChatMessage& message : turn.messages) {
    if (!roles.empty()) text += "\n\n";
    text += message.text;
    roles.emplace_back(chat_role_name(message.role));
    ends.emplace_back(static_cast<std::int64_t>(text.size()));
  }
  record.text = std::move(text);
  record.metadata = {{"conversation", name},
                     {"turn", static_cast<std::int64_t>(turn.number)},
                     {"roles", std::move(roles)},
                     {"ends", std::move(ends)}};
  if (!turn.about.empty()) record.metadata["about"] = turn.about;
  return record;
}

Result<ConversationTurn> turn_of_record(const Record& record) {
  const std::int64_t number = count_at(record.metadata, "turn");
  const List* roles = list_at(record.metadata, "roles");
  const List* ends = list_at(record.metadata, "ends");
  if (number < 0 || !roles || !ends || roles->size() != ends->size() || !record.text)
    return not_ours(record);
  ConversationTurn turn{static_cast<std::uint64_t>(number), {}, {}, record.created_at};
  std::size_t begin = 0;
  for (std::size_t i = 0; i < roles->size(); ++i) {
    const std::optional<ChatRole> role = role_of((*roles)[i]);
    const std::int64_t* end = (*ends)[i].as_int();
    if (i > 0) begin += 2;  // the empty line between
    if (!role || !end || *end < 0 || static_cast<std::uint64_t>(*end) < begin ||
        static_cast<std::uint64_t>(*end) > record.text->size())
      return not_ours(record);
    const auto to = static_cast<std::size_t>(*end);
    turn.messages.push_back({*role, record.text->substr(begin, to - begin)});
    begin = to;
  }
  if (const Value* about = record.metadata.find("about"); about && about->as_object())
    turn.about = *about->as_object();
  return turn;
}

Record record_of_info(const ConversationInfo& info) {
  Record record;
  record.id = conversation_id(info.name);
  record.metadata = {
      {"conversation", info.name}, {"turns", static_cast<std::int64_t>(info.turns)},
      {"title", info.title},       {"system", List(info.system.begin(), info.system.end())},
      {"summary", info.summary},   {"summarized", static_cast<std::int64_t>(info.summarized)}};
  return record;
}

Result<ConversationInfo> info_of_record(const Record& record) {
  const std::int64_t turns = count_at(record.metadata, "turns");
  const std::int64_t summarized = count_at(record.metadata, "summarized");
  const std::string* name = text_at(record.metadata, "conversation");
  const std::string* title = text_at(record.metadata, "title");
  const std::string* summary = text_at(record.metadata, "summary");
  const List* system = list_at(record.metadata, "system");
  if (turns < 0 || summarized < 0 || summarized > turns || !name || !title || !summary || !system)
    return not_ours(record);
  ConversationInfo info{*name,
                        *title,
                        static_cast<std::uint64_t>(turns),
                        {},
                        *summary,
                        static_cast<std::uint64_t>(summarized),
                        record.created_at,
                        record.updated_at};
  for (const Value& text : *system) {
    if (!text.as_string()) return not_ours(record);
    info.system.push_back(*text.as_string());
  }
  return info;
}

}  // namespace vecstore
