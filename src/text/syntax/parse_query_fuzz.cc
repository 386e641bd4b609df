// Any text is refused with a reason, or gives a tree that finds something or nothing in an index,
// the same from memory as from bytes.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "text/index/encode_field.h"
#include "text/search/search_text.h"
#include "text/syntax/parse_query.h"

namespace {

using namespace vecstore::text;

struct Index {
  Index() {
    const char* const texts[] = {"the quick red fox", "a slow fox, and a fox again", "wi-fi Öl"};
    Tokens tokens;
    for (Row row = 0; row < 3; ++row) {
      analyzer.analyze(texts[row], tokens);
      const RowTerms terms(tokens);
      if (!memory.prepare(row, terms).ok()) std::abort();
      memory.publish();
    }
    const FieldSource source = {FieldView(memory, 3), {}};
    bytes = *encode_field({&source, 1}, 3, 1);
    reader.emplace(*FieldReader::open(parts_of(bytes), 1));
  }
  Analyzer analyzer = *Analyzer::make(vecstore::Value("simple"));
  MemoryField memory;
  EncodedField bytes;
  std::optional<FieldReader> reader;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Index index;
  const auto query = parse_text_query({reinterpret_cast<const char*>(data), size});
  if (!query.ok()) {
    if (query.status().message().find("text query") == std::string::npos) std::abort();
    return 0;
  }
  const TextField field = {"text", &index.analyzer, 1};
  TextSearch search;
  search.query = &*query;
  search.fields = {&field, 1};
  const TextSegment memory = {{FieldView(index.memory, 3)}, nullptr};
  const TextSegment file = {{FieldView(*index.reader)}, nullptr};
  const auto one = search_text(search, {&memory, 1}), other = search_text(search, {&file, 1});
  if (one.ok() != other.ok() || (one.ok() && one->hits != other->hits)) std::abort();
  if (!one.ok() && one.status().code() != vecstore::Code::kInvalidArgument) std::abort();
  return 0;
}
