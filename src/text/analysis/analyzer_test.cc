#include "text/analysis/analyzer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "text/analysis/stop_words.h"

namespace vecstore::text {
namespace {

using testing::HasSubstr;

Analyzer make(const char* json) { return Analyzer::make(Value::parse_json(json).value()).value(); }

// "term@position term@position"
std::string tokens(const char* json, std::string_view text) {
  Tokens made;
  make(json).analyze(text, made);
  std::string out;
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (i > 0) out += ' ';
    out += std::string(made.term(i)) + "@" + std::to_string(made[i].position);
  }
  return out;
}

std::string refusal(const char* json) {
  const auto made = Analyzer::make(Value::parse_json(json).value());
  EXPECT_EQ(made.status().code(), Code::kInvalidArgument) << json;
  return made.status().message();
}

TEST(Analyzer, simple_folds) {
  EXPECT_EQ(tokens(R"("simple")", "The Café's OPEN"), "the@0 café's@1 open@2");
  EXPECT_EQ(tokens(R"({"kind":"simple","accents":"fold"})", "Café ØRE"), "cafe@0 ore@1");
}

TEST(Analyzer, whitespace_leaves_text_alone) {
  EXPECT_EQ(tokens(R"("whitespace")", " A-1  b\tc\u00a0D"), "A-1@0 b@1 c@2 D@3");
}

TEST(Analyzer, english_drops_stop_words_and_keeps_their_places) {
  EXPECT_EQ(tokens(R"("english")", "The state of the art: Porter's stemming"),
            "state@1 art@4 porter@5 stem@6");
  EXPECT_EQ(tokens(R"("english")", "to be or not to be"), "");
}

TEST(Analyzer, apostrophes_of_both_kinds_are_one) {
  EXPECT_EQ(tokens(R"("simple")", "don't don’t"), "don't@0 don't@1");
  EXPECT_EQ(tokens(R"("english")", "Lucene’s"), "lucen@0");
}

TEST(Analyzer, options_of_a_language_count) {
  EXPECT_EQ(tokens(R"({"kind":"language","language":"english","stemming":false})", "The houses"),
            "houses@1");
  EXPECT_EQ(tokens(R"({"kind":"language","language":"english","stop_words":false})", "The houses"),
            "the@0 hous@1");
  EXPECT_EQ(
      tokens(R"({"kind":"language","language":"english","stop_words":["Houses"]})", "The houses"),
      "the@0");
}

#if VECSTORE_HAS_STEMMER
TEST(Analyzer, articles_come_off) {
  EXPECT_EQ(tokens(R"("french")", "L'eau de l’école qu'il"), "eau@0 écol@2");
  EXPECT_EQ(tokens(R"("italian")", "dell'acqua"), "acqua@0");
}

TEST(Analyzer, turkish_has_two_letters_i) {
  EXPECT_EQ(tokens(R"({"kind":"language","language":"turkish","stemming":false})", "IŞIK İzmir'de"),
            "ışık@0 izmir@1");
}

TEST(Analyzer, every_language_removes_its_stop_words) {
  for (const auto language : languages()) {
    const auto analyzer = Analyzer::make(Value(language)).value();
    Tokens made;
    for (const auto word : stop_words(language)) {
      analyzer.analyze(word, made);
      EXPECT_EQ(made.size(), 0u) << language << ": " << word;
    }
  }
}
#endif

TEST(Analyzer, code_gives_identifiers_and_their_parts) {
  EXPECT_EQ(tokens(R"("code")", "openFile_v2(path)"), "openfile_v2@0 open@0 file@1 v@2 2@3 path@4");
  EXPECT_EQ(tokens(R"("code")", "HTTPServer->getX; _priv"),
            "httpserver@0 http@0 server@1 getx@2 get@2 x@3 priv@4");
  EXPECT_EQ(tokens(R"("code")", "SNAKE_CASE kMaxBytes"),
            "snake_case@0 snake@0 case@1 kmaxbytes@2 k@2 max@3 bytes@4");
  EXPECT_EQ(tokens(R"("code")", "__ + -"), "");
  EXPECT_EQ(tokens(R"("code")", "größeÄndern"), "grösseändern@0 grösse@0 ändern@1");
}

TEST(Analyzer, ngrams_of_characters_and_words) {
  EXPECT_EQ(tokens(R"("ngram")", "Abcd xy"), "abc@0 bcd@1 xy@5");
  EXPECT_EQ(tokens(R"({"kind":"ngram","min":1,"max":2})", "ab"), "a@0 ab@0 b@1");
  EXPECT_EQ(tokens(R"({"kind":"ngram","unit":"word"})", "New York City"), "new york@0 york city@1");
  EXPECT_EQ(tokens(R"({"kind":"ngram","min":2,"max":2})", "e\u0301a"), "éa@0");
}

TEST(Analyzer, offsets_are_those_of_the_text) {
  Tokens made;
  const std::string text = "Ein Straßenfest, naïve";
  make(R"("simple")").analyze(text, made);
  ASSERT_EQ(made.size(), 3u);
  EXPECT_EQ(text.substr(made[1].begin, made[1].end - made[1].begin), "Straßenfest");
  EXPECT_EQ(text.substr(made[2].begin, made[2].end - made[2].begin), "naïve");
}

TEST(Analyzer, descriptions_come_back_in_their_shortest_form) {
  const std::pair<const char*, const char*> cases[] = {
      {R"("simple")", R"("simple")"},
      {R"({"kind":"simple","accents":"keep"})", R"("simple")"},
      {R"({"kind":"language","language":"english","stop_words":true,"stemming":true})",
       R"("english")"},
      {R"({"language":"english","kind":"language","stemming":false})",
       R"({"kind":"language","language":"english","stemming":false})"},
      {R"({"kind":"ngram","unit":"char","min":3,"max":3})", R"("ngram")"},
      {R"({"kind":"ngram","unit":"word","min":1,"max":2})",
       R"({"kind":"ngram","unit":"word","min":1})"},
      {R"({"kind":"ngram","min":2,"max":4})", R"({"kind":"ngram","min":2,"max":4})"}};
  for (const auto& [given, shortest] : cases) {
    const Analyzer analyzer = make(given);
    EXPECT_EQ(analyzer.description().to_json(), shortest);
    EXPECT_EQ(make(shortest).fingerprint(), analyzer.fingerprint()) << given;
  }
}

TEST(Analyzer, different_analyzers_have_different_fingerprints) {
  EXPECT_NE(make(R"("simple")").fingerprint(), make(R"("english")").fingerprint());
  EXPECT_NE(make(R"("simple")").fingerprint(),
            make(R"({"kind":"simple","accents":"fold"})").fingerprint());
}

TEST(Analyzer, wrong_descriptions_are_named) {
  EXPECT_THAT(refusal(R"("germn")"), HasSubstr("did you mean 'german'"));
  EXPECT_THAT(refusal(R"({"kind":"languag"})"), HasSubstr("did you mean 'language'"));
  EXPECT_THAT(refusal(R"({"kind":"language"})"), HasSubstr("'language' must be given"));
  EXPECT_THAT(refusal(R"({"kind":"simple","accent":"fold"})"),
              HasSubstr("unknown key 'accent', did you mean 'accents'"));
  EXPECT_THAT(refusal(R"({"kind":"simple","stemming":true})"), HasSubstr("unknown key 'stemming'"));
  EXPECT_THAT(refusal(R"({"kind":"ngram","min":0})"),
              HasSubstr("'min' must be an integer from 1 to 16"));
  EXPECT_THAT(refusal(R"({"kind":"ngram","min":4,"max":3})"), HasSubstr("'min'"));
  EXPECT_THAT(refusal(R"({"kind":"language","language":"english","stop_words":[1]})"),
              HasSubstr("strings"));
  EXPECT_THAT(refusal("7"), HasSubstr("a name or an object, not 7"));
  EXPECT_THAT(refusal("{}"), HasSubstr("'kind' must be given"));
}

class Halves : public Tokenizer {
 public:
  void tokenize(std::string_view text, Tokens& out) const override {
    out.add(text.substr(0, text.size() / 2), 0, 0, text.size() / 2);
    out.add(text.substr(text.size() / 2), 1, text.size() / 2, text.size());
  }
  std::string normalize(std::string_view word) const override { return std::string(word); }
};

TEST(Analyzer, a_program_may_bring_its_own_tokenizer) {
  const Analyzer analyzer(std::make_shared<Halves>(), "halves");
  Tokens made;
  analyzer.analyze("abcd", made);
  ASSERT_EQ(made.size(), 2u);
  EXPECT_EQ(made.term(1), "cd");
}

TEST(Analyzer, any_bytes_give_tokens_within_the_text) {
  const char* descriptions[] = {
      R"("simple")", R"("whitespace")", R"("english")",
      R"("code")",   R"("ngram")",      R"({"kind":"ngram","unit":"word","min":1,"max":3})"};
  Random random(4);
  const char* pieces[] = {"a",  "B",      "9",      ".", "'s", "_", "\xff",   "É",
                          "東", "\u0301", "\u200d", "👩", " ",  "ก", "\u00ad", "\xe2\x80"};
  for (const char* description : descriptions) {
    const Analyzer analyzer = make(description);
    for (int round = 0; round < 1000; ++round) {
      std::string text;
      for (std::uint64_t n = random.below(15); n > 0; --n)
        text += pieces[random.below(std::size(pieces))];
      Tokens made;
      analyzer.analyze(text, made);
      for (std::size_t i = 0; i < made.size(); ++i) {
        ASSERT_LT(made[i].begin, made[i].end);
        ASSERT_LE(made[i].end, text.size());
        ASSERT_GE(made[i].position, i == 0 ? 0u : made[i - 1].position);
        ASSERT_FALSE(made.term(i).empty());
      }
    }
  }
}

}  // namespace
}  // namespace vecstore::text
