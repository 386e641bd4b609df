#include "db/text_options.h"

#include <string>

namespace vecstore::db {

Result<std::shared_ptr<const text::Analyzer>> make_analyzer(const TextOptions& options) {
  if (options.analyzer == "none") return std::shared_ptr<const text::Analyzer>();
  VECSTORE_ASSIGN(text::Analyzer made, text::Analyzer::make(options.analyzer));
  return std::shared_ptr<const text::Analyzer>(
      std::make_shared<const text::Analyzer>(std::move(made)));
}

Status check_same_text(std::string_view collection, const TextOptions& stored,
                       const TextOptions& wanted) {
  if (wanted == TextOptions() || wanted == stored) return {};
  return failed_precondition("collection '" + std::string(collection) + "' has text analyzer " +
                             stored.analyzer + ", not " + wanted.analyzer);
}

Object text_object(const TextOptions& options) { return {{"analyzer", options.analyzer}}; }

Result<TextOptions> text_from(const Object& collection) {
  TextOptions options;
  const Value* stored = collection.find("text");
  if (stored == nullptr) return options;
  const Object* object = stored->as_object();
  const Value* analyzer = object ? object->find("analyzer") : nullptr;
  if (!analyzer || !analyzer->as_string())
    return data_loss("collection options hold no name of a text analyzer");
  options.analyzer = *analyzer->as_string();
  return options;
}

}  // namespace vecstore::db
