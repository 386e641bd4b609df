#include "server/mcp/tools.h"

#include <algorithm>
#include <array>

#include "base/nearest.h"
#include "base/utf8.h"
#include "server/json/members.h"

namespace vecstore {
namespace {

constexpr std::size_t kMostShown = 100;             // records in one answer
constexpr std::size_t kMostTextBytes = 64u << 10;   // of each of them
constexpr std::size_t kMostQueryBytes = 64u << 10;  // of a text that is looked for

using To = ToolArguments;

Status read_between(const Value& json, std::size_t least, std::size_t most, std::size_t& to) {
  const std::int64_t* number = json.as_int();
  if (!number || *number < static_cast<std::int64_t>(least) ||
      *number > static_cast<std::int64_t>(most))
    return expected("an integer from " + std::to_string(least) + " to " + std::to_string(most) +
                    ", it is " + shorten(json.to_json()));
  to = static_cast<std::size_t>(*number);
  return {};
}

Status read_flag(const Value& json, bool& to) {
  if (!json.as_bool()) return expected("true or false");
  to = *json.as_bool();
  return {};
}

Status read_question(const Value& json, std::optional<std::string>& to) {
  VECSTORE_TRY(read_text(json, to.emplace()));
  if (to->empty()) return expected("a text that is not empty");
  if (to->size() > kMostQueryBytes)
    return expected("at most " + std::to_string(kMostQueryBytes) + " bytes, these are " +
                    std::to_string(to->size()));
  return {};
}

Status read_vector(const Value& json, std::optional<Vector>& to) {
  VECSTORE_ASSIGN(Record record, Record::from_json(Object{{"id", "x"}, {"vector", json}}));
  if (record.vector.empty()) return expected("a vector with components");
  to = std::move(record.vector);
  return {};
}

Status read_filter(const Value& json, Filter& to) {
  if (!json.as_string() && !json.as_object())
    return expected("a condition as a string or an object");
  VECSTORE_ASSIGN(to,
                  json.as_string() ? Filter::parse(*json.as_string()) : Filter::from_json(json));
  return {};
}

Status read_mode(const Value& json, McpMode& to) {
  constexpr std::array<std::string_view, 4> kModes = {"auto", "text", "vector", "hybrid"};
  if (!json.as_string()) return expected("a string");
  const auto found = std::find(kModes.begin(), kModes.end(), *json.as_string());
  if (found == kModes.end())
    return expected("auto, text, vector or hybrid, it is '" + shorten(*json.as_string()) + "'");
  to = static_cast<McpMode>(found - kModes.begin());
  return {};
}

Status read_ids(const Value& json, std::vector<std::string>& to) {
  VECSTORE_TRY(read_texts(json, to));
  if (to.empty() || to.size() > kMostShown)
    return expected("1 to " + std::to_string(kMostShown) + " ids, these are " +
                    std::to_string(to.size()));
  return {};
}

// How many there may be, the service says.
Status read_records(const Value& json, std::vector<Record>& to) {
  if (!json.as_list() || json.as_list()->empty()) return expected("a list of records");
  for (const Value& one : *json.as_list()) {
    Result<Record> record = Record::from_json(one);
    VECSTORE_TRY(record.status().with_context("record " + std::to_string(to.size())));
    to.push_back(*std::move(record));
  }
  return {};
}

constexpr ToolArgument kCollection = {
    "collection", R"({"type":"string","description":"which collection; 'list' tells their names"})",
    false, [](const Value& json, To& to) { return read_text(json, to.collection.emplace()); }};
constexpr ToolArgument kFilter = {
    "filter",
    R"({"type":["string","object"],"description":"only records whose metadata passes, for example )"
    R"(year >= 2020 AND source LIKE '%.md' AND tags = 'x'"})",
    false, [](const Value& json, To& to) { return read_filter(json, to.question.common.filter); }};
constexpr ToolArgument kTextBytes = {
    "text_bytes",
    R"({"type":"integer","minimum":0,"maximum":65536,"default":1000,)"
    R"("description":"how much of each record's text comes back, in bytes; 'get' gives all of it"})",
    false,
    [](const Value& json, To& to) { return read_between(json, 0, kMostTextBytes, to.text_bytes); }};

constexpr ToolArgument kSearch[] = {
    kCollection,
    {"text", R"({"type":"string","description":"what to look for, in plain words"})", false,
     [](const Value& json, To& to) { return read_question(json, to.question.text); }},
    {"vector",
     R"({"description":"an embedding to look for, made by the model of the collection: a list of )"
     R"(numbers; {dimension, indices, values} where vectors are sparse"})",
     false, [](const Value& json, To& to) { return read_vector(json, to.question.vector); }},
    {"mode",
     R"({"type":"string","enum":["auto","text","vector","hybrid"],"default":"auto",)"
     R"("description":"how the text is looked for: its words (text), its meaning (vector) or both"})",
     false, [](const Value& json, To& to) { return read_mode(json, to.question.mode); }},
    {"k",
     R"({"type":"integer","minimum":1,"maximum":100,"default":10,"description":"how many hits"})",
     false,
     [](const Value& json, To& to) {
       return read_between(json, 1, kMostShown, to.question.common.k);
     }},
    kFilter,
    kTextBytes};

constexpr ToolArgument kGet[] = {
    kCollection,
    {"ids",
     R"({"type":"array","items":{"type":"string"},"minItems":1,"maxItems":100,)"
     R"("description":"ids as search and list give them"})",
     true, [](const Value& json, To& to) { return read_ids(json, to.ids); }},
    {"vectors", R"({"type":"boolean","default":false,"description":"with their vectors, too"})",
     false, [](const Value& json, To& to) { return read_flag(json, to.vectors); }}};

constexpr ToolArgument kUpsert[] = {
    kCollection,
    {"records",
     R"({"type":"array","minItems":1,"description":"all are stored, or none","items":{)"
     R"("type":"object","required":["id"],"properties":{)"
     R"("id":{"type":"string","description":"1 to 1024 bytes; an existing id is replaced"},)"
     R"("text":{"type":"string"},"metadata":{"type":"object"},)"
     R"("vector":{"description":"left out where the text is to be embedded"},)"
     R"("vectors":{"type":"object","description":"of other vector fields, by name"},)"
     R"("expires_at":{"type":"integer","description":"milliseconds since 1970; 0: never"}}}})",
     true, [](const Value& json, To& to) { return read_records(json, to.records); }}};

constexpr ToolArgument kList[] = {
    {"collection",
     R"({"type":"string","description":"list the records of this one; without it, collections"})",
     false, kCollection.read},
    {"limit",
     R"({"type":"integer","minimum":1,"maximum":100,"default":20,"description":"of one page"})",
     false, [](const Value& json, To& to) { return read_between(json, 1, kMostShown, to.limit); }},
    {"cursor", R"({"type":"string","description":"next_cursor of the page before"})", false,
     [](const Value& json, To& to) { return read_text(json, to.cursor); }},
    kFilter,
    kTextBytes};

constexpr std::string_view kHitsSchema =
    R"({"type":"object","required":["hits","partial"],"properties":{"hits":{"type":"array","items":{)"
    R"("type":"object","required":["id","score"],"properties":{"id":{"type":"string"},)"
    R"("score":{"type":"number"},"text":{"type":"string"},"text_bytes":{"type":"integer"},)"
    R"("metadata":{"type":"object"}}}},"partial":{"type":"boolean"}}})";
constexpr std::string_view kRecordsSchema =
    R"({"type":"object","required":["records","missing"],"properties":{"records":{"type":"array",)"
    R"("items":{"type":"object"}},"missing":{"type":"array","items":{"type":"string"}}}})";
constexpr std::string_view kWrittenSchema =
    R"({"type":"object","required":["inserted","replaced","embedded"],"properties":{)"
    R"("inserted":{"type":"integer"},"replaced":{"type":"integer"},"embedded":{"type":"integer"}}})";
constexpr std::string_view kListSchema =
    R"({"type":"object","properties":{"collections":{"type":"array","items":{"type":"object"}},)"
    R"("records":{"type":"array","items":{"type":"object"}},"next_cursor":{"type":"string"}}})";

constexpr Tool kTools[] = {
    {"search", "Search records",
     "Finds the records of a collection that fit a text or a vector best, best first. Each hit has "
     "its id, a score (larger is better, comparable within one answer), metadata and the part of "
     "its text that fits; text_bytes, where it is there, is the length of the whole text, which "
     "'get' gives. With a filter alone, the records that pass it.",
     Operation::kQuery, std::nullopt, false, kSearch, kHitsSchema, run_search},
    {"get", "Get records by id",
     "Gives whole records: text, metadata and times. Ids that are not there are named in "
     "'missing'.",
     Operation::kGetRecord, std::nullopt, false, kGet, kRecordsSchema, run_get},
    {"upsert", "Store records",
     "Stores records under their ids, all or none. A record whose id is there is replaced "
     "as a whole: what is left out is gone, so get it first to change a part of it. Where the "
     "collection has an embedding model, a text that comes without a vector is embedded.",
     Operation::kUpsert, std::nullopt, true, kUpsert, kWrittenSchema, run_upsert},
    {"list", "List collections or records",
     "Without a collection: the names of the collections, how many records each has, and how it "
     "can be searched. With one: its records in the order of ids, page by page; 'next_cursor' is "
     "there as long as there are more.",
     Operation::kScan, Operation::kListCollections, false, kList, kListSchema, run_list}};

// Text of this file: it parses.
Value schema_of(std::string_view json) { return Value::parse_json(json).value_or(Object{}); }

}  // namespace

std::span<const Tool> all_tools() { return kTools; }

const Tool* find_tool(std::string_view name) {
  for (const Tool& tool : kTools)
    if (tool.name == name) return &tool;
  return nullptr;
}

std::vector<std::string_view> tool_names() {
  std::vector<std::string_view> names;
  for (const Tool& tool : kTools) names.push_back(tool.name);
  return names;
}

Object tool_object(const Tool& tool, const McpOptions& options, bool newer) {
  Object properties;
  List required;
  for (const ToolArgument& argument : tool.arguments) {
    properties[argument.name] = schema_of(argument.schema);
    if (argument.required) required.emplace_back(argument.name);
  }
  if (!tool.overall) (*properties.find("collection")->as_object())["default"] = options.collection;
  const bool writes = row_of(tool.operation).writes;
  Object object{{"name", tool.name}, {"description", tool.description}};
  if (newer) object["title"] = tool.title;
  object["inputSchema"] = Object{{"type", "object"},
                                 {"properties", std::move(properties)},
                                 {"required", std::move(required)},
                                 {"additionalProperties", false}};
  if (newer) object["outputSchema"] = schema_of(tool.output);
  object["annotations"] = Object{{"title", tool.title},
                                 {"readOnlyHint", !writes},
                                 {"destructiveHint", tool.destructive},
                                 {"idempotentHint", true},
                                 {"openWorldHint", false}};
  return object;
}

Result<ToolArguments> read_arguments(const Tool& tool, const Object& given) {
  std::vector<JsonMember<ToolArguments>> members;
  for (const ToolArgument& argument : tool.arguments)
    members.push_back({argument.name, argument.read});
  ToolArguments arguments;
  VECSTORE_TRY(
      read_members(Value(given), std::span<const JsonMember<ToolArguments>>(members), arguments));
  for (const ToolArgument& argument : tool.arguments)
    if (argument.required && !given.find(argument.name))
      return invalid_argument("the argument '" + std::string(argument.name) + "' is missing");
  return arguments;
}

}  // namespace vecstore
