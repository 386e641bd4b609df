#include "rag/ingest/embedding_model.h"

namespace vecstore {
namespace {

Object describe(const EmbedderInfo& model) {
  return {{"name", model.name},
          {"dimension", static_cast<std::int64_t>(model.dimension)},
          {"pooling", model.pooling},
          {"checksum", model.checksum}};
}

// "'mini' (dimension 384, pooling mean, checksum 1f2e…)", with what is known.
std::string in_words(const Object& model) {
  const Value* name = model.find("name");
  std::string out = "'" + (name && name->as_string() ? *name->as_string() : "?") + "' (";
  const char* separator = "";
  for (const char* key : {"dimension", "pooling", "checksum"}) {
    const Value* value = model.find(key);
    if (!value || *value == Value("")) continue;
    std::string text = value->as_string() ? *value->as_string() : value->to_json();
    if (text.size() > 16) text = text.substr(0, 12) + "…";
    out += separator + std::string(key) + " " + text;
    separator = ", ";
  }
  return out + ")";
}

// A checksum that one side does not know proves nothing.
bool same_model(const Object& stored, const Object& given) {
  for (const auto& [key, value] : given) {
    const Value* other = stored.find(key);
    bool unknown = key == "checksum" && (!other || *other == Value("") || value == Value(""));
    if (!unknown && (!other || *other != value)) return false;
  }
  return true;
}

}  // namespace

CollectionOptions options_for(const EmbedderInfo& model) {
  CollectionOptions options;
  options.dimension = static_cast<std::uint32_t>(model.dimension);
  options.metric = Metric::kCosine;
  options.attributes[kEmbeddingAttribute] = describe(model);
  return options;
}

std::size_t embedded_dimension(const Collection& collection, std::string_view model) {
  const CollectionOptions options = collection.options();
  const Value* stored = options.attributes.find(kEmbeddingAttribute);
  const Object* known = stored ? stored->as_object() : nullptr;
  const Value* name = known ? known->find("name") : nullptr;
  const Value* dimension = known ? known->find("dimension") : nullptr;
  if (!name || !name->as_string() || *name->as_string() != model) return 0;
  if (!dimension || !dimension->as_int() || *dimension->as_int() < 0) return 0;
  return static_cast<std::size_t>(*dimension->as_int());
}

Status check_model(const Collection& collection, const EmbedderInfo& model) {
  CollectionOptions options = collection.options();
  const Value* stored = options.attributes.find(kEmbeddingAttribute);
  if (stored && stored->as_object()) {
    Object given = describe(model);
    if (same_model(*stored->as_object(), given)) return {};
    return failed_precondition("collection '" + collection.name() + "' was embedded with " +
                               in_words(*stored->as_object()) + ", not with " + in_words(given));
  }
  if (options.dimension != 0 && options.dimension != model.dimension) {
    return failed_precondition("collection '" + collection.name() + "' has dimension " +
                               std::to_string(options.dimension) + ", model '" + model.name +
                               "' has " + std::to_string(model.dimension));
  }
  return {};
}

}  // namespace vecstore
