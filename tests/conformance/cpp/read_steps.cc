// Verbs that read.
#include <algorithm>

#include "conformance/cpp/answers.h"
#include "conformance/cpp/surface.h"

namespace vecstore::conformance {
namespace {

Answer get(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(const Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const std::string id, arguments.text(1));
  VECSTORE_ASSIGN(const Record record, collection.get(id));
  return record.to_json();
}

Answer get_many(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(const Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const std::vector<std::string> ids, arguments.texts(1));
  VECSTORE_ASSIGN(const std::vector<Record> records, collection.get_many(ids));
  return records_json(records);
}

Answer contains(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(const Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const std::string id, arguments.text(1));
  VECSTORE_ASSIGN(const bool there, collection.contains(id));
  return std::string(there ? "true" : "false");
}

Answer count(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(const Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const Filter filter, arguments.filter(1));
  VECSTORE_ASSIGN(const std::uint64_t count, collection.count(filter));
  return std::to_string(count);
}

// {"filter", "include_vectors", "include_deleted", "after", "limit"}
Answer scan(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(const Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const Object json, arguments.object(1));
  ScanOptions options;
  std::size_t limit = 1'000'000;
  for (const auto& [key, value] : json) {
    if (key == "filter") {
      VECSTORE_ASSIGN(options.filter, filter_of(value));
    } else if (key == "after") {
      VECSTORE_ASSIGN(options.after, text_of(value));
    } else if (key == "include_vectors" && value.as_bool()) {
      options.include_vectors = *value.as_bool();
    } else if (key == "include_deleted" && value.as_bool()) {
      options.include_deleted = *value.as_bool();
    } else if (key == "limit" && value.as_int()) {
      limit = static_cast<std::size_t>(*value.as_int());
    } else {
      return invalid_argument("a scan has no option '" + key + "'");
    }
  }
  VECSTORE_ASSIGN(Scan scan, collection.scan(options));
  VECSTORE_ASSIGN(const std::vector<Record> records, scan.next(limit));
  return records_json(records);
}

Answer query(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(const Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const std::string json, arguments.json(1));
  VECSTORE_ASSIGN(const Query query, query_from_json(json));
  VECSTORE_ASSIGN(const Hits hits, collection.query(query));
  return hits_json(hits);
}

Answer query_many(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(const Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const Value json, arguments.value(1));
  if (!json.as_list()) return invalid_argument("expected a list of queries");
  std::vector<Query> queries;
  for (const Value& each : *json.as_list()) {
    VECSTORE_ASSIGN(queries.emplace_back(), query_from_json(each.to_json()));
  }
  VECSTORE_ASSIGN(const std::vector<Hits> answers, collection.query_many(queries));
  std::vector<std::string> items;
  for (const Hits& hits : answers) items.push_back(hits_json(hits));
  return list_json(items);
}

Answer facet(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(const Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const std::string field, arguments.text(1));
  VECSTORE_ASSIGN(const Object json, arguments.object(2));
  Filter filter;
  std::size_t limit = 10;
  if (const Value* given = json.find("filter")) {
    VECSTORE_ASSIGN(filter, filter_of(*given));
  }
  if (const Value* given = json.find("limit"); given && given->as_int())
    limit = static_cast<std::size_t>(*given->as_int());
  VECSTORE_ASSIGN(const Facet facet, collection.facet(field, filter, limit));
  return facet_json(facet);
}

Answer summarize(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(const Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const std::string field, arguments.text(1));
  VECSTORE_ASSIGN(const Filter filter, arguments.filter(2));
  VECSTORE_ASSIGN(const Summary summary, collection.summarize(field, filter));
  return summary_json(summary);
}

Answer list_deleted(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(const Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const std::vector<Record> records, collection.list_deleted());
  return records_json(records);
}

constexpr NamedVerb kVerbs[] = {{"get", get},
                                {"get_many", get_many},
                                {"contains", contains},
                                {"count", count},
                                {"scan", scan},
                                {"query", query},
                                {"facet", facet},
                                {"query_many", query_many},
                                {"summarize", summarize},
                                {"list_deleted", list_deleted}};

}  // namespace

Verb find_read_verb(std::string_view name) {
  const auto* found = std::ranges::find(kVerbs, name, &NamedVerb::name);
  return found == std::end(kVerbs) ? nullptr : found->run;
}

}  // namespace vecstore::conformance
