#include "text/analysis/stemmer.h"

#include <gtest/gtest.h>

#include "text/analysis/stop_words.h"

namespace vecstore::text {
namespace {

TEST(Stemmer, english_is_everywhere) {
  auto stemmer = Stemmer::make("english");
  ASSERT_TRUE(stemmer.ok());
  std::string word = "houses";
  stemmer->stem(word);
  EXPECT_EQ(word, "hous");
}

#if VECSTORE_HAS_STEMMER
TEST(Stemmer, other_languages_bring_forms_of_a_word_together) {
  struct Case {
    const char* language;
    std::string one;
    std::string other;
  };
  const Case cases[] = {
      {"german", "häuser", "hauses"},      {"french", "continuait", "continuation"},
      {"spanish", "libros", "libro"},      {"italian", "abbandonata", "abbandonato"},
      {"portuguese", "meninas", "menina"}, {"dutch", "boeken", "boek"},
      {"swedish", "bilarna", "bilar"},     {"norwegian", "husene", "huset"},
      {"danish", "husene", "huset"},       {"finnish", "talossa", "talo"},
      {"russian", "книги", "книга"},       {"hungarian", "házban", "ház"},
      {"romanian", "florile", "flori"},    {"turkish", "evler", "evlerde"},
      {"greek", "δρομοσ", "δρομοι"},       {"catalan", "gats", "gat"},
      {"indonesian", "bukunya", "buku"}};
  for (const Case& c : cases) {
    auto stemmer = Stemmer::make(c.language);
    ASSERT_TRUE(stemmer.ok()) << c.language;
    std::string one = c.one, other = c.other;
    stemmer->stem(one);
    stemmer->stem(other);
    EXPECT_EQ(one, other) << c.language;
  }
}

TEST(Stemmer, every_language_has_one) {
  EXPECT_GE(languages().size(), 15u);
  for (const auto language : languages()) EXPECT_TRUE(Stemmer::make(language).ok()) << language;
}
#else
TEST(Stemmer, other_languages_are_refused_with_advice) {
  const auto german = Stemmer::make("german");
  ASSERT_EQ(german.status().code(), Code::kUnimplemented);
  EXPECT_NE(german.status().message().find("libstemmer"), std::string::npos);
}
#endif

}  // namespace
}  // namespace vecstore::text
