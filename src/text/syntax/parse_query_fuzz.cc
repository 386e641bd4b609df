// Any text is refused with a reason, or gives a tree that finds something or nothing in an index,
// the same from memory as from bytes. Two fields, with analyzers of their own.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "text/index/encode_field.h"
#include "text/search/search_text.h"
#include "text/syntax/parse_query.h"

namespace {

using namespace vecstore::text;

struct Field {
  Field(const char* of, const char* with, double boost)
      : name(of), analyzer(*Analyzer::make(vecstore::Value(with))), weight(boost) {}
  void fill(std::span<const char* const> texts) {
    Tokens tokens;
    for (Row row = 0; row < texts.size(); ++row) {
      analyzer.analyze(texts[row], tokens);
      const RowTerms terms(tokens);
      if (!memory.prepare(row, terms).ok()) std::abort();
      memory.publish();
    }
    const FieldSource source = {FieldView(memory, 3), {}};
    bytes = *encode_field({&source, 1}, 3, 1);
    reader.emplace(*FieldReader::open(parts_of(bytes), 1));
  }
  std::string name;
  Analyzer analyzer;
  double weight;
  MemoryField memory;
  EncodedField bytes;
  std::optional<FieldReader> reader;
};

struct Index {
  Index() {
    const char* const texts[] = {"the quick red fox", "a slow fox, and a fox again", "wi-fi Öl"};
    const char* const titles[] = {"Of foxes", "", "The quick fox"};
    text.fill(texts);
    title.fill(titles);
  }
  Field text{"text", "simple", 1};
  Field title{"title", "english", 3};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Index index;
  const auto query = parse_text_query({reinterpret_cast<const char*>(data), size});
  if (!query.ok()) {
    if (query.status().message().find("text query") == std::string::npos) std::abort();
    return 0;
  }
  const Field& text = index.text;
  const Field& title = index.title;
  const TextField fields[] = {{text.name, &text.analyzer, text.weight},
                              {title.name, &title.analyzer, title.weight}};
  TextSearch search;
  search.query = &*query;
  search.fields = fields;
  const TextSegment memory = {{FieldView(text.memory, 3), FieldView(title.memory, 3)}, nullptr};
  const TextSegment file = {{FieldView(*text.reader), FieldView(*title.reader)}, nullptr};
  const auto one = search_text(search, {&memory, 1}), other = search_text(search, {&file, 1});
  if (one.ok() != other.ok() || (one.ok() && one->hits != other->hits)) std::abort();
  if (!one.ok() && one.status().code() != vecstore::Code::kInvalidArgument) std::abort();
  return 0;
}
