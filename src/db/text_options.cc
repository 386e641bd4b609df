#include "db/text_options.h"

#include <algorithm>
#include <string>

#include "base/number.h"
#include "db/validate.h"
#include "query/filter/filter_path.h"
#include "text/search/text_query.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

constexpr std::string_view kNone = "none";
constexpr std::string_view kRecordText = "text";

// What is there when nothing is said.
std::vector<TextField> fields_of(const TextOptions& options) {
  return options.fields.empty() ? std::vector<TextField>(1) : options.fields;
}

const std::string& analyzer_of(const TextOptions& options, const TextField& field) {
  return field.analyzer.empty() ? options.analyzer : field.analyzer;
}

Result<IndexedText> indexed_text(const TextOptions& options, const TextField& field) {
  VECSTORE_TRY(check_name("text field", field.name));
  const std::string prefix = "text field '" + field.name + "'";
  if (analyzer_of(options, field) == kNone)
    return invalid_argument(prefix + " has analyzer none: leave the field out");
  if (!(field.boost > 0 && field.boost <= text::kMaxBoost))
    return invalid_argument(prefix + " has boost " + format_double(field.boost) +
                            ", expected above 0, at most 100");
  IndexedText made{.name = field.name, .boost = field.boost};
  if (field.name == kRecordText) return made;
  VECSTORE_ASSIGN(made.path, query::parse_path(field.name));
  if (query::record_field(made.path) != query::RecordField::kNone)
    return invalid_argument(prefix + ": the record's text is named text, other fields of the " +
                            "record are not searched");
  return made;
}

// Each field with the analyzer that it has.
std::vector<TextField> resolved(const TextOptions& options) {
  if (options.analyzer == kNone && options.fields.empty()) return {};
  std::vector<TextField> fields = fields_of(options);
  for (TextField& field : fields) field.analyzer = analyzer_of(options, field);
  return fields;
}

std::string in_words(const std::vector<TextField>& fields) {
  std::string text;
  for (const TextField& field : fields) {
    text += (text.empty() ? "" : ", ") + field.name;
    if (field.boost != 1) text += "^" + format_double(field.boost);
    if (!field.analyzer.empty()) text += " (" + field.analyzer + ")";
  }
  return text;
}

Result<TextField> field_from(const Value& value) {
  const Object* object = value.as_object();
  const Value* name = object ? object->find("name") : nullptr;
  const Value* analyzer = object ? object->find("analyzer") : nullptr;
  const Value* boost = object ? object->find("boost") : nullptr;
  if (!name || !name->as_string() || !boost || !boost->as_double() ||
      (analyzer && !analyzer->as_string()))
    return data_loss("collection options hold a text field that is none");
  return TextField{*name->as_string(), analyzer ? *analyzer->as_string() : "", *boost->as_double()};
}

}  // namespace

Result<std::vector<IndexedText>> indexed_texts(const TextOptions& options) {
  std::vector<IndexedText> texts;
  if (options.analyzer == kNone && options.fields.empty()) return texts;
  const std::vector<TextField> fields = fields_of(options);
  if (fields.size() > kMaxTextFields)
    return invalid_argument("a collection has at most " + std::to_string(kMaxTextFields) +
                            " text fields, not " + std::to_string(fields.size()));
  for (const TextField& field : fields) {
    VECSTORE_ASSIGN(IndexedText made, indexed_text(options, field));
    for (const IndexedText& other : texts)
      if (other.path == made.path)
        return invalid_argument("text field '" + field.name + "' is given twice");
    texts.push_back(std::move(made));
  }
  return texts;
}

Status set_analyzers(const TextOptions& options, std::vector<IndexedText>& texts) {
  const std::vector<TextField> fields = fields_of(options);
  Status first;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto made = text::Analyzer::make(analyzer_of(options, fields[i]));
    if (made.ok()) {
      texts[i].analyzer = std::make_shared<const text::Analyzer>(*std::move(made));
    } else if (first.ok()) {
      first = made.status();
    }
  }
  return first;
}

Status check_same_text(std::string_view collection, const TextOptions& stored,
                       const TextOptions& wanted) {
  const std::string prefix = "collection '" + std::string(collection) + "' has text ";
  if (wanted.analyzer != TextOptions().analyzer && wanted.analyzer != stored.analyzer)
    return failed_precondition(prefix + "analyzer " + stored.analyzer + ", not " + wanted.analyzer);
  if (wanted.fields.empty() || resolved(wanted) == resolved(stored)) return {};
  return failed_precondition(prefix + "fields " + in_words(fields_of(stored)) + ", not " +
                             in_words(wanted.fields));
}

Object text_object(const TextOptions& options) {
  Object object{{"analyzer", options.analyzer}};
  List list;
  for (const TextField& field : options.fields) {
    Object one{{"name", field.name}, {"boost", field.boost}};
    if (!field.analyzer.empty()) one["analyzer"] = field.analyzer;
    list.emplace_back(std::move(one));
  }
  if (!list.empty()) object["fields"] = std::move(list);
  return object;
}

Result<TextOptions> text_from(const Object& collection) {
  TextOptions options;
  const Value* stored = collection.find("text");
  if (stored == nullptr) return options;
  const Object* object = stored->as_object();
  const Value* analyzer = object ? object->find("analyzer") : nullptr;
  if (!analyzer || !analyzer->as_string())
    return data_loss("collection options hold no name of a text analyzer");
  options.analyzer = *analyzer->as_string();
  const Value* fields = object->find("fields");
  if (fields == nullptr) return options;
  if (!fields->as_list()) return data_loss("collection options hold text fields that are no list");
  for (const Value& value : *fields->as_list()) {
    VECSTORE_ASSIGN(TextField field, field_from(value));
    options.fields.push_back(std::move(field));
  }
  return options;
}

}  // namespace vecstore::db
