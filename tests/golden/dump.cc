#include "golden/dump.h"

namespace vecstore::golden {
namespace {

std::string describe(const std::string& name, const CollectionOptions& options) {
  List fields;
  std::vector<VectorField> all = {
      {kDefaultField, options.kind, options.dimension, options.metric, options.storage}};
  all.insert(all.end(), options.fields.begin(), options.fields.end());
  for (const VectorField& field : all)
    fields.push_back(Object{{"name", field.name},
                            {"kind", vector_kind_name(field.kind)},
                            {"dimension", field.dimension},
                            {"metric", metric_name(field.metric)},
                            {"storage", element_type_name(field.storage)}});
  return Value(Object{{"collection", name},
                      {"description", options.description},
                      {"attributes", options.attributes},
                      {"fields", fields}})
             .to_json() +
         "\n";
}

}  // namespace

Result<std::string> dump(Database& database) {
  std::string text;
  VECSTORE_ASSIGN(const auto aliases, database.list_aliases());
  for (const auto& [alias, name] : aliases)
    text += Value(Object{{"alias", alias}, {"of", name}}).to_json() + "\n";
  VECSTORE_ASSIGN(const auto names, database.list_collections());
  for (const std::string& name : names) {
    VECSTORE_ASSIGN(const Collection collection, database.collection(name));
    text += describe(name, collection.options());
    VECSTORE_ASSIGN(Scan scan, collection.scan({.include_deleted = true}));
    VECSTORE_ASSIGN(const std::vector<Record> records, scan.next(100'000));
    for (const Record& record : records) text += record.to_json() + "\n";
  }
  return text;
}

Result<std::string> dump_versions(const Collection& things, const std::vector<std::string>& ids) {
  std::string text;
  for (const std::string& id : ids) {
    VECSTORE_ASSIGN(const auto versions, things.versions(id, true));
    for (const RecordVersion& one : versions) {
      const Object head{{"id", id},
                        {"sequence", static_cast<std::int64_t>(one.sequence)},
                        {"written_at", one.written_at},
                        {"current", one.current},
                        {"deleted", one.deleted}};
      text += Value(head).to_json() + (one.record ? " " + one.record->to_json() : "") + "\n";
    }
  }
  return text;
}

}  // namespace vecstore::golden
