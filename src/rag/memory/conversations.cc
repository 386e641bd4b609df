#include "rag/memory/conversations.h"

#include <algorithm>

#include "base/utf8.h"
#include "rag/ingest/embedding_model.h"
#include "rag/memory/turn_record.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr const char* kMark = "conversations";  // attribute of the collection: the layout's version
constexpr std::int64_t kLayout = 1;
constexpr std::size_t kReadAtOnce = 256;
constexpr int kMostTries = 1000;  // each lost one is a turn that somebody else kept

CollectionOptions options_of(const Embedder* embedder) {
  CollectionOptions options = embedder ? options_for(embedder->info()) : CollectionOptions();
  options.description = "conversations, a record for each turn";
  options.attributes[kMark] = kLayout;
  return options;
}

// Another thread or process may make it between the look and the making.
Result<Collection> open_or_make(Database& database, const ConversationOptions& options,
                                const Embedder* embedder) {
  Result<Collection> there = database.collection(options.collection);
  if (there.ok() || there.status().code() != Code::kNotFound || !options.create) return there;
  Result<Collection> made = database.create_collection(options.collection, options_of(embedder));
  if (made.ok() || made.status().code() != Code::kAlreadyExists) return made;
  return database.collection(options.collection);
}

bool made_for(const Collection& collection, const EmbedderInfo& model) {
  return collection.options().attributes.find(kEmbeddingAttribute) &&
         check_model(collection, model).ok();
}

Result<Filter> filter_for(std::string_view name) {
  return Filter::parse("conversation = :name", {{"name", name}});
}

std::string title_of(std::span<const ChatMessage> messages) {
  for (const ChatMessage& message : messages) {
    if (message.role == ChatRole::kUser) return shorten(message.text);
  }
  return "";
}

}  // namespace

Status check_conversation_name(std::string_view name) {
  const bool control = std::ranges::any_of(name, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
  if (!name.empty() && name.size() <= kMaxNameBytes && !control && is_valid_utf8(name)) return {};
  return invalid_argument("the name of a conversation is UTF-8 of 1 to " +
                          std::to_string(kMaxNameBytes) +
                          " bytes without control characters, not '" + shorten(name) + "'");
}

// `version` 0: there is none yet.
struct Conversations::Head {
  ConversationInfo info = {};
  std::uint64_t version = 0;

  WriteCondition unchanged() const {
    if (version == 0) return {.if_absent = true};
    return {.if_version = version};
  }
};

Result<Conversations> Conversations::open(Database& database,
                                          std::shared_ptr<const Embedder> embedder,
                                          const ConversationOptions& options) {
  VECSTORE_ASSIGN(Collection records, open_or_make(database, options, embedder.get()));
  const CollectionOptions stored = records.options();
  const Value* mark = stored.attributes.find(kMark);
  if (!mark || !mark->as_int())
    return failed_precondition("collection '" + records.name() +
                               "' has the name of the conversations and keeps none");
  if (*mark->as_int() > kLayout)
    return failed_precondition("the conversations in collection '" + records.name() +
                               "' are of layout " + std::to_string(*mark->as_int()) +
                               ", this version knows " + std::to_string(kLayout));
  if (embedder && !made_for(records, embedder->info())) embedder = nullptr;
  return Conversations(std::move(records), std::move(embedder));
}

// Empty when there is nothing to embed.
Result<Vector> Conversations::vector_of(const std::string& text, bool question) const {
  if (!embedder_) return Vector();
  VECSTORE_ASSIGN(const std::vector<float> row,
                  question ? embedder_->embed_query(text) : embedder_->embed(text));
  if (std::ranges::all_of(row, [](float x) { return x == 0; })) return Vector();
  return Vector(row);
}

Result<Conversations::Head> Conversations::head(std::string_view name) const {
  VECSTORE_TRY(check_conversation_name(name));
  const Result<Record> record = records_.get(conversation_id(name));
  if (!record.ok() && record.status().code() == Code::kNotFound) {
    Head none;
    none.info.name = name;
    return none;
  }
  VECSTORE_TRY(record.status());
  VECSTORE_ASSIGN(ConversationInfo info, info_of_record(*record));
  return Head{std::move(info), record->version};
}

Result<std::uint64_t> Conversations::append(std::string_view name,
                                            std::span<const ChatMessage> messages,
                                            const Object& about) {
  VECSTORE_TRY(check_conversation_name(name));
  VECSTORE_TRY(check_chat(messages, {}));
  ConversationTurn turn;
  turn.about = about;
  std::vector<std::string> system;
  for (const ChatMessage& message : messages) {
    if (message.role == ChatRole::kSystem) {
      system.push_back(message.text);
    } else {
      turn.messages.push_back(message);
    }
  }
  Record record = record_of_turn(name, turn);
  VECSTORE_ASSIGN(record.vector, vector_of(*record.text, false));
  for (int tries = 0;; ++tries) {
    VECSTORE_ASSIGN(Head at, head(name));
    turn.number = at.info.turns;
    record.id = turn_id(name, turn.number);
    record.metadata["turn"] = static_cast<std::int64_t>(turn.number);
    if (at.info.title.empty()) at.info.title = title_of(messages);
    at.info.system.insert(at.info.system.end(), system.begin(), system.end());
    std::vector<BatchOperation> steps = {BatchOperation::upsert(Record())};
    if (!turn.messages.empty()) {
      ++at.info.turns;
      steps.push_back(BatchOperation::upsert(record));
      steps.back().condition.if_absent = true;
    }
    steps.front().record = record_of_info(at.info);
    steps.front().condition = at.unchanged();
    const Result<BatchResult> written = records_.apply(steps);
    if (written.ok()) return turn.number;
    if (written.status().code() != Code::kAborted || tries == kMostTries) return written.status();
  }
}

Result<ConversationInfo> Conversations::info(std::string_view name) const {
  VECSTORE_ASSIGN(Head at, head(name));
  if (at.version == 0) return not_found("there is no conversation '" + std::string(name) + "'");
  return std::move(at.info);
}

Result<std::vector<ConversationInfo>> Conversations::list() const {
  VECSTORE_ASSIGN(Scan scan,
                  records_.scan({.filter = "turns IS NOT NULL", .include_vectors = false}));
  std::vector<ConversationInfo> all;
  while (true) {
    VECSTORE_ASSIGN(const std::vector<Record> records, scan.next());
    if (records.empty()) break;
    for (const Record& record : records) {
      VECSTORE_ASSIGN(ConversationInfo info, info_of_record(record));
      all.push_back(std::move(info));
    }
  }
  std::ranges::sort(all, {}, &ConversationInfo::name);
  return all;
}

Result<std::vector<ConversationTurn>> Conversations::turns(std::string_view name,
                                                           std::uint64_t begin,
                                                           std::uint64_t end) const {
  VECSTORE_ASSIGN(const Head at, head(name));
  std::vector<ConversationTurn> turns;
  end = std::min(end, at.info.turns);
  for (std::uint64_t from = begin; from < end; from += kReadAtOnce) {
    std::vector<std::string> ids;
    for (std::uint64_t i = from; i < std::min<std::uint64_t>(end, from + kReadAtOnce); ++i)
      ids.push_back(turn_id(name, i));
    VECSTORE_ASSIGN(const std::vector<Record> records, records_.get_many(ids));
    for (const Record& record : records) {
      VECSTORE_ASSIGN(ConversationTurn turn, turn_of_record(record));
      turns.push_back(std::move(turn));
    }
  }
  return turns;
}

Result<std::vector<ConversationTurn>> Conversations::recall(std::string_view name,
                                                            const std::string& text,
                                                            std::size_t count,
                                                            std::uint64_t before) const {
  VECSTORE_TRY(check_conversation_name(name));
  std::vector<ConversationTurn> turns;
  if (count == 0 || before == 0) return turns;
  Query query;
  query.k = count;
  VECSTORE_ASSIGN(query.filter,
                  Filter::parse("conversation = :name AND turn < :before",
                                {{"name", name}, {"before", static_cast<std::int64_t>(before)}}));
  VECSTORE_ASSIGN(query.vector, vector_of(text, true));
  if (query.vector.empty()) query.text = text;
  query.include = {.metadata = false, .text = false};
  VECSTORE_ASSIGN(const Hits hits, records_.query(query));
  for (const Hit& hit : hits) {
    const Result<Record> record = records_.get(hit.id);
    if (!record.ok() && record.status().code() == Code::kNotFound) continue;  // went meanwhile
    VECSTORE_TRY(record.status());
    VECSTORE_ASSIGN(ConversationTurn turn, turn_of_record(*record));
    turns.push_back(std::move(turn));
  }
  return turns;
}

Status Conversations::keep_summary(std::string_view name, std::string_view summary,
                                   std::uint64_t turns) {
  for (int tries = 0;; ++tries) {
    VECSTORE_ASSIGN(Head at, head(name));
    if (at.version == 0) return not_found("there is no conversation '" + std::string(name) + "'");
    if (turns > at.info.turns)
      return invalid_argument("a summary of " + std::to_string(turns) +
                              " turns, of which there are " + std::to_string(at.info.turns));
    if (turns <= at.info.summarized) return {};
    at.info.summary = summary;
    at.info.summarized = turns;
    Status written = records_.upsert(record_of_info(at.info), at.unchanged()).status();
    if (written.code() != Code::kAborted || tries == kMostTries) return written;
  }
}

Result<std::uint64_t> Conversations::remove(std::string_view name) {
  VECSTORE_ASSIGN(const ConversationInfo known, info(name));
  VECSTORE_ASSIGN(const Filter all, filter_for(name));
  VECSTORE_ASSIGN(const WriteResult gone, records_.remove_where(all));
  if (gone.replaced == 0) return not_found("there is no conversation '" + std::string(name) + "'");
  return gone.replaced - 1;
}

}  // namespace vecstore
