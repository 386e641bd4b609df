#include "rag/splitters/language_separators.h"

#include <gtest/gtest.h>

#include "rag/splitters/splitting_test.h"

namespace vecstore {
namespace {

// LangChain's names of them.
constexpr std::array<std::string_view, 27> kLanguages = {
    "c",  "cobol",  "cpp",   "csharp", "elixir",   "go",  "haskell",    "html",  "java",
    "js", "kotlin", "latex", "lua",    "markdown", "php", "powershell", "proto", "python",
    "r",  "rst",    "ruby",  "rust",   "scala",    "sol", "swift",      "ts",    "visualbasic6"};

TEST(LanguageSeparators, go_by_several_names) {
  EXPECT_EQ(language_separators("Python"), language_separators("py"));
  EXPECT_EQ(language_separators("c++"), language_separators("c"));
  EXPECT_EQ(language_separators("c++").front(), "\nclass ");
  EXPECT_EQ(language_separators("html").back(), "");
  for (const char* none : {"", "p", "thon", "py ", "python py", "perl"}) {
    EXPECT_TRUE(language_separators(none).empty()) << none;
  }
  EXPECT_TRUE(known_languages().starts_with("cobol, c, csharp, ")) << known_languages();
}

struct Case {
  std::string language;
  std::size_t size, overlap;
  std::string text;
};

// What a separator may stand for: counts and classes as one of what they match.
std::string sample_of(std::string separator) {
  const std::array<std::pair<const char*, const char*>, 9> kSamples = {
      {{"(?!End\\s)", ""},
       {"(?:Public|Private|Friend|Global|Static)\\s+?", "Private "},
       {"(?:Get|Let|Set)", "Let"},
       {"\\s+", "  "},
       {"#{1,6}", "##"},
       {"=+", "==="},
       {"-+", "--"},
       {"\\*+", "**"},
       {" *\n", "  \n"}}};
  for (const auto& [pattern, sample] : kSamples) {
    for (std::size_t at; (at = separator.find(pattern)) != separator.npos;) {
      separator.replace(at, std::string_view(pattern).size(), sample);
    }
  }
  std::erase(separator, '\\');
  return separator;
}

std::vector<Case> random_programs(std::uint64_t seed, std::size_t count) {
  Random random(seed);
  std::vector<Case> cases;
  while (cases.size() < count) {
    Case one;
    one.language = kLanguages[cases.size() % kLanguages.size()];
    one.size = 1 + random.below(random.below(3) == 0 ? 300 : 60);
    one.overlap = random.below(one.size + 1);
    const std::vector<std::string> separators = language_separators(one.language);
    for (std::uint64_t n = random.below(60); n > 0; --n) {
      if (random.below(3) == 0) {
        one.text += sample_of(separators[random.below(separators.size())]);
      } else if (random.below(20) == 0) {
        one.text += "\nEnd Sub";
      } else {
        one.text += kWordPieces[random.below(kWordPieces.size())];
      }
    }
    cases.push_back(std::move(one));
  }
  return cases;
}

std::string source_file(const std::string& path) {
  std::ifstream file(VECSTORE_SOURCE_DIR "/" + path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_FALSE(text.empty()) << path;
  return text;
}

void add_real_programs(std::vector<Case>& cases) {
  const std::array<std::pair<const char*, const char*>, 6> kFiles = {
      {{"cpp", "src/rag/splitters/separator_parser.cc"},
       {"c", "include/vecstore/collection.h"},
       {"python", "tools/check_layers.py"},
       {"python", "src/rag/splitters/reference.py"},
       {"markdown", "CHANGELOG.md"},
       {"markdown", "docs/guide/ingest.md"}}};
  for (const auto& [language, path] : kFiles) {
    for (const std::size_t size : {80u, 400u, 1000u}) {
      cases.push_back({language, size, size / 10, source_file(path)});
    }
  }
}

TEST(LanguageSeparators, cut_programs_as_langchains_do) {
  if (!have_reference()) GTEST_SKIP() << "no reference packages: run tools/setup test";
  std::vector<Case> cases = random_programs(20261127, 10'000);
  add_real_programs(cases);
  std::vector<Value> questions;
  for (const Case& c : cases) {
    questions.push_back(Object{{"size", static_cast<std::int64_t>(c.size)},
                               {"overlap", static_cast<std::int64_t>(c.overlap)},
                               {"language", c.language},
                               {"text", c.text}});
  }
  const std::vector<Value> answers = reference_answers(questions);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    SplitterOptions options;
    options.chunk_size = cases[i].size;
    options.chunk_overlap = cases[i].overlap;
    options.language = cases[i].language;
    ASSERT_EQ(split_by("recursive", options, cases[i].text), texts_in(answers[i]))
        << questions[i].to_json();
  }
}

}  // namespace
}  // namespace vecstore
