#include <algorithm>

#include "base/utf8.h"
#include "server/mcp/tools.h"

namespace vecstore {
namespace {

// An answer is read by a model, whole, and lies in memory several times meanwhile.
constexpr std::size_t kMaxAnswerBytes = 4u << 20;

Value count(std::uint64_t n) { return static_cast<std::int64_t>(n); }

Result<ToolAnswer> answered(const Object& answer, std::size_t things, std::string_view what) {
  ToolAnswer made{.json = Value(answer).to_json(),
                  .detail = std::to_string(things) + " " + std::string(what)};
  if (made.json.size() <= kMaxAnswerBytes) return made;
  return resource_exhausted("the answer has " + std::to_string(made.json.size()) +
                            " bytes, at most " + std::to_string(kMaxAnswerBytes) +
                            " are given at once: ask for fewer " + std::string(what) +
                            " or less of them");
}

// The first `most` bytes, less where a character would be cut.
std::string_view beginning(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}

// The part of a text that is shown; how long it is where that is not all.
void add_text(Object& to, std::string_view text, std::size_t at, std::size_t most) {
  const std::string_view shown = beginning(text.substr(at), most);
  to["text"] = shown;
  if (shown.size() < text.size()) to["text_bytes"] = count(text.size());
}

Object hit_object(const Hit& hit, std::size_t text_bytes) {
  Object object{{"id", hit.id}, {"score", hit.score}};
  if (hit.text) add_text(object, *hit.text, hit.passage ? hit.passage->offset : 0, text_bytes);
  if (!hit.metadata.empty()) object["metadata"] = hit.metadata;
  return object;
}

// Without anybody who embeds.
Result<Query> plain_query(const McpQuestion& asked) {
  Query query = asked.common;
  if (asked.text && (asked.mode == McpMode::kVector || asked.mode == McpMode::kHybrid) &&
      !asked.vector)
    return failed_precondition("there is no model here to embed the text with: mode \"text\"");
  if (asked.text && asked.mode != McpMode::kVector) query.text = *asked.text;
  if (asked.vector && asked.mode != McpMode::kText) query.vector = *asked.vector;
  return query;
}

Status check_question(const McpQuestion& asked) {
  if (!asked.text && !asked.vector && asked.common.filter.empty())
    return invalid_argument("give 'text', 'vector' or 'filter'");
  if (!asked.text && (asked.mode == McpMode::kText || asked.mode == McpMode::kHybrid))
    return invalid_argument("this mode needs 'text'");
  if (asked.vector && asked.mode == McpMode::kText)
    return invalid_argument("mode \"text\" has no use for 'vector'");
  if (asked.vector && asked.text && asked.mode == McpMode::kVector)
    return invalid_argument("mode \"vector\" takes 'text' or 'vector', not both");
  return {};
}

// What is told of a collection: enough to choose one and to ask it well.
Result<Object> collection_object(const Collection& collection) {
  const CollectionOptions options = collection.options();
  VECSTORE_ASSIGN(const std::uint64_t records, collection.count());
  Object object{{"name", collection.name()}, {"records", count(records)}};
  if (!options.description.empty()) object["description"] = options.description;
  if (options.dimension > 0) {
    object["dimension"] = count(options.dimension);
    object["vectors"] = vector_kind_name(options.kind);
  }
  object["words"] = options.text.analyzer != "none" || !options.text.fields.empty();
  return object;
}

Result<ToolAnswer> list_all(const ToolCall& call) {
  const ToolArguments& asked = call.arguments;
  if (!asked.question.common.filter.empty())
    return invalid_argument("'filter' is for records: name their 'collection'");
  VECSTORE_ASSIGN(const std::vector<std::string> names,
                  list_collections(call.service, call.admission));
  auto at = std::upper_bound(names.begin(), names.end(), asked.cursor);
  if (asked.cursor.empty()) at = names.begin();
  List collections;
  for (; at != names.end() && collections.size() < asked.limit; ++at) {
    const Result<Collection> one = call.service.database().collection(*at);
    if (one.status().code() == Code::kNotFound) continue;  // dropped meanwhile
    VECSTORE_TRY(one.status());
    VECSTORE_ASSIGN(Object object, collection_object(*one));
    collections.emplace_back(std::move(object));
  }
  const std::size_t shown = collections.size();
  Object answer{{"collections", std::move(collections)}};
  if (at != names.end()) answer["next_cursor"] = *(at - 1);
  return answered(answer, shown, "collections");
}

}  // namespace

Result<ToolAnswer> run_search(const ToolCall& call) {
  VECSTORE_TRY(check_question(call.arguments.question));
  VECSTORE_ASSIGN(const Collection collection, collection_of(call.service, call.admission));
  const auto& make = call.options.texts.query;
  VECSTORE_ASSIGN(Query asked, make ? make(collection, call.arguments.question)
                                    : plain_query(call.arguments.question));
  if (!asked.text.empty()) asked.include.passage_bytes = call.arguments.text_bytes;
  VECSTORE_ASSIGN(const Hits hits, query(call.service, call.admission, std::move(asked)));
  List shown;
  for (const Hit& hit : hits) shown.emplace_back(hit_object(hit, call.arguments.text_bytes));
  return answered({{"hits", std::move(shown)}, {"partial", hits.partial}}, hits.size(), "hits");
}

Result<ToolAnswer> run_get(const ToolCall& call) {
  VECSTORE_ASSIGN(const Collection collection, collection_of(call.service, call.admission));
  const std::vector<std::string>& ids = call.arguments.ids;
  VECSTORE_ASSIGN(std::vector<Record> found, collection.get_many(ids, call.admission.cancel()));
  List records, missing;
  std::size_t next = 0;  // they come in the order asked, without those that are not there
  for (const std::string& id : ids) {
    if (next == found.size() || found[next].id != id) {
      missing.emplace_back(id);
      continue;
    }
    Record& record = found[next++];
    if (!call.arguments.vectors) {
      record.vector = {};
      record.vectors.clear();
    }
    VECSTORE_ASSIGN(Value json, Value::parse_json(record.to_json()));
    records.push_back(std::move(json));
  }
  return answered({{"records", std::move(records)}, {"missing", std::move(missing)}}, found.size(),
                  "records");
}

Result<ToolAnswer> run_upsert(const ToolCall& call) {
  std::vector<Record> records = call.arguments.records;
  VECSTORE_TRY(
      check_count(records.size(), call.service.limits().max_batch, "records", "max_batch"));
  std::size_t embedded = 0;
  if (call.options.texts.embed) {
    VECSTORE_ASSIGN(const Collection collection, collection_of(call.service, call.admission));
    VECSTORE_ASSIGN(embedded, call.options.texts.embed(collection, records));
  }
  VECSTORE_ASSIGN(const WriteResult done, upsert(call.service, call.admission, records));
  return answered({{"inserted", count(done.inserted)},
                   {"replaced", count(done.replaced)},
                   {"embedded", count(embedded)}},
                  records.size(), "records");
}

Result<ToolAnswer> run_list(const ToolCall& call) {
  const ToolArguments& asked = call.arguments;
  if (!asked.collection) return list_all(call);
  VECSTORE_ASSIGN(const ScanPage page, scan_page(call.service, call.admission,
                                                 {.filter = asked.question.common.filter,
                                                  .include_vectors = false,
                                                  .after = asked.cursor},
                                                 asked.limit));
  List records;
  for (const Record& record : page.records) {
    Object object{{"id", record.id}};
    if (record.text) add_text(object, *record.text, 0, asked.text_bytes);
    if (!record.metadata.empty()) object["metadata"] = record.metadata;
    records.emplace_back(std::move(object));
  }
  Object answer{{"records", std::move(records)}};
  if (!page.next.empty()) answer["next_cursor"] = page.next;
  return answered(answer, page.records.size(), "records");
}

}  // namespace vecstore
