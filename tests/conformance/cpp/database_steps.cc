// Verbs of a database: collections, aliases, snapshots, upkeep.
#include <algorithm>

#include "conformance/cpp/answers.h"
#include "conformance/cpp/options_of.h"
#include "conformance/cpp/surface.h"

namespace vecstore::conformance {
namespace {

const std::string kNothing = "null";

Answer done(const Status& status) {
  VECSTORE_TRY(status);
  return kNothing;
}

template <typename Call>
Answer with_name(const Arguments& arguments, const Call& call) {
  VECSTORE_ASSIGN(const std::string name, arguments.text(0));
  return done(call(name));
}

template <typename Call>
Answer with_names(const Arguments& arguments, const Call& call) {
  VECSTORE_ASSIGN(const std::string first, arguments.text(0));
  VECSTORE_ASSIGN(const std::string second, arguments.text(1));
  return done(call(first, second));
}

Answer open(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(const Object options, arguments.object(0));
  return surface.open(options);
}

Answer create(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(const Object json, arguments.object(1));
  VECSTORE_ASSIGN(const CollectionOptions options, collection_options_of(json));
  return with_name(arguments, [&](const std::string& name) {
    return surface.database().create_collection(name, options).status();
  });
}

Answer get_or_create(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(const Object json, arguments.object(1));
  VECSTORE_ASSIGN(const CollectionOptions options, collection_options_of(json));
  return with_name(arguments, [&](const std::string& name) {
    return surface.database().get_or_create(name, options).status();
  });
}

Answer collections(Surface& surface, const Arguments&) {
  VECSTORE_ASSIGN(const std::vector<std::string> names, surface.database().list_collections());
  return names_json(names);
}

Answer aliases(Surface& surface, const Arguments&) {
  VECSTORE_ASSIGN(const auto aliases, surface.database().list_aliases());
  Object json;
  for (const auto& [alias, collection] : aliases) json[alias] = collection;
  return Value(json).to_json();
}

Answer options(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(const Collection collection, surface.collection(arguments));
  return options_json(collection.options());
}

Answer snapshots(Surface& surface, const Arguments&) {
  VECSTORE_ASSIGN(const auto snapshots, surface.database().list_snapshots());
  std::vector<std::string> names;
  for (const SnapshotInfo& info : snapshots) names.push_back(info.name);
  return names_json(names);
}

Answer compact(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(Collection collection, surface.collection(arguments));
  return done(collection.compact().status());
}

Answer flush(Surface& surface, const Arguments&) {
  VECSTORE_TRY(surface.database().flush());
  return done(surface.database().wait_for_background());
}

Answer set_quantization(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const std::string field, arguments.text(1));
  VECSTORE_ASSIGN(const std::string name, arguments.text(2));
  VECSTORE_ASSIGN(const Quantization quantization, parse_quantization(name));
  return done(collection.set_quantization(field, quantization));
}

Answer set_ef_search(Surface& surface, const Arguments& arguments) {
  VECSTORE_ASSIGN(Collection collection, surface.collection(arguments));
  VECSTORE_ASSIGN(const std::string field, arguments.text(1));
  VECSTORE_ASSIGN(const std::int64_t ef, arguments.integer(2));
  return done(collection.set_ef_search(field, static_cast<std::uint32_t>(ef)));
}

using S = Surface;
using A = Arguments;
using N = const std::string;
constexpr NamedVerb kVerbs[] = {
    {"open", open},
    {"reopen", [](S& s, const A&) { return s.reopen(); }},
    {"through_backup", [](S& s, const A&) { return s.through_backup(); }},
    {"check", [](S& s, const A&) { return s.check(); }},
    {"flush", flush},
    {"compact", compact},
    {"create", create},
    {"get_or_create", get_or_create},
    {"options", options},
    {"collections", collections},
    {"aliases", aliases},
    {"drop",
     [](S& s, const A& a) {
       return with_name(a, [&](N& name) { return s.database().drop_collection(name); });
     }},
    {"drop_alias",
     [](S& s, const A& a) {
       return with_name(a, [&](N& name) { return s.database().drop_alias(name); });
     }},
    {"rename",
     [](S& s, const A& a) {
       return with_names(a,
                         [&](N& from, N& to) { return s.database().rename_collection(from, to); });
     }},
    {"alias",
     [](S& s, const A& a) {
       return with_names(a, [&](N& alias, N& to) { return s.database().set_alias(alias, to); });
     }},
    {"copy",
     [](S& s, const A& a) {
       return with_names(
           a, [&](N& from, N& to) { return s.database().copy_collection(from, to).status(); });
     }},
    {"set_quantization", set_quantization},
    {"set_ef_search", set_ef_search},
    {"snapshot",
     [](S& s, const A& a) {
       return with_name(a, [&](N& name) { return s.database().create_snapshot(name).status(); });
     }},
    {"snapshots", snapshots},
    {"drop_snapshot",
     [](S& s, const A& a) {
       return with_name(a, [&](N& name) { return s.database().drop_snapshot(name); });
     }},
    {"restore_snapshot",
     [](S& s, const A& a) {
       return with_name(a, [&](N& name) { return s.database().restore_snapshot(name); });
     }},
    {"at", [](S& s, const A& a) { return s.at_snapshot(a); }}};

}  // namespace

Verb find_database_verb(std::string_view name) {
  const auto* found = std::ranges::find(kVerbs, name, &NamedVerb::name);
  return found == std::end(kVerbs) ? nullptr : found->run;
}

}  // namespace vecstore::conformance
