#include "db/search/text_fields.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/nearest.h"
#include "base/number.h"
#include "base/utf8.h"
#include "db/text_options.h"
#include "text/syntax/parse_query.h"

namespace vecstore::db {
namespace {

struct Asked {
  std::string_view name;
  std::optional<double> boost = {};
};

Result<Asked> read_asked(std::string_view text) {
  const std::size_t mark = text.rfind('^');
  if (mark == std::string_view::npos) return Asked{text};
  const auto boost = parse_double(text.substr(mark + 1));
  if (!boost || !(*boost > 0 && *boost <= text::kMaxBoost))
    return invalid_argument("text field '" + shorten(text) +
                            "': the boost after ^ is a number above 0, at most 100");
  return Asked{text.substr(0, mark), boost};
}

Result<std::uint32_t> number_of(const Schema& schema, std::string_view collection,
                                std::string_view name) {
  std::vector<std::string_view> names;
  for (std::uint32_t i = 0; i < schema.texts.size(); ++i) {
    if (schema.texts[i].name == name) return i;
    names.push_back(schema.texts[i].name);
  }
  return invalid_argument("collection '" + std::string(collection) + "' has no text field '" +
                          shorten(name) + "'; " + nearest_or_known(name, names));
}

Status add(const Schema& schema, std::string_view collection, std::uint32_t number, double boost,
           SearchedFields& to) {
  const IndexedText& field = schema.texts[number];
  if (field.analyzer == nullptr) {
    std::vector<IndexedText> texts = schema.texts;
    return set_analyzers(schema.text, texts)
        .with_context("collection '" + std::string(collection) + "'");
  }
  if (std::ranges::find(to.numbers, number) != to.numbers.end())
    return invalid_argument("text field '" + field.name + "' is given twice");
  to.numbers.push_back(number);
  to.fields.push_back({field.name, field.analyzer.get(), boost});
  return {};
}

}  // namespace

Result<SearchedFields> searched_fields(const Schema& schema, std::string_view collection,
                                       const Query& query) {
  if (schema.texts.empty())
    return failed_precondition("collection '" + std::string(collection) +
                               "' has text analyzer none: its texts cannot be searched");
  SearchedFields searched;
  for (const std::string& text : query.text_fields) {
    VECSTORE_ASSIGN(const Asked asked, read_asked(text));
    VECSTORE_ASSIGN(const std::uint32_t number, number_of(schema, collection, asked.name));
    const double boost = asked.boost.value_or(schema.texts[number].boost);
    VECSTORE_TRY(add(schema, collection, number, boost, searched));
  }
  if (!query.text_fields.empty()) return searched;
  for (std::uint32_t i = 0; i < schema.texts.size(); ++i)
    VECSTORE_TRY(add(schema, collection, i, schema.texts[i].boost, searched));
  return searched;
}

Result<text::TextQuery> read_text_query(const Query& query) {
  if (query.text_syntax == TextSyntax::kQuery) return text::parse_text_query(query.text);
  return text::TextQuery{.text = query.text};
}

}  // namespace vecstore::db
