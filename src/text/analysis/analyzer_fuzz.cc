// Any bytes as a text under each kind of analyzer, which the first byte says, give tokens in order,
// within the text; any JSON as a description is refused or gives the same analyzer again.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "text/analysis/analyzer.h"

namespace {

using namespace vecstore;
using text::Analyzer;

std::vector<Analyzer> each_kind() {
  std::vector<Analyzer> made;
  for (const char* description :
       {R"("simple")", R"("whitespace")", R"("code")", R"("english")",
        R"({"kind": "ngram", "unit": "char", "min": 2, "max": 3})",
        R"({"kind": "ngram", "unit": "word", "min": 1, "max": 2})",
        R"({"kind": "simple", "accents": "fold"})",
        R"({"kind": "language", "language": "english", "stop_words": ["the"]})"})
    made.push_back(Analyzer::make(parse_json(description).value()).value());
  return made;
}

void describe(std::string_view input) {
  const Result<Value> description = parse_json(input);
  if (!description.ok()) return;
  const Result<Analyzer> analyzer = Analyzer::make(*description);
  if (!analyzer.ok()) return;
  const Result<Analyzer> again = Analyzer::make(analyzer->description());
  if (!again.ok() || again->fingerprint() != analyzer->fingerprint()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<Analyzer> kKinds = each_kind();
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  const Analyzer& analyzer = kKinds[data[0] % kKinds.size()];
  text::Tokens tokens;
  analyzer.analyze(input, tokens);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto token = tokens[i];
    if (token.begin > token.end || token.end > input.size() || tokens.term(i).empty()) std::abort();
    if (i > 0 && token.position < tokens[i - 1].position) std::abort();
  }
  static_cast<void>(analyzer.normalize(input));
  describe(input);
  return 0;
}
