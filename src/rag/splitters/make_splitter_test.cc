#include "rag/splitters/make_splitter.h"

#include <gtest/gtest.h>

#include "rag/ingest/word_embedder.h"
#include "rag/splitters/splitter_options.h"
#include "rag/splitters/splitting_test.h"

namespace vecstore {
namespace {

TEST(MakeSplitter, every_known_name_gives_its_splitter) {
  const WordEmbedder embedder;
  const auto sizes = [&](std::size_t size, std::size_t overlap) {
    SplitterOptions options{size, overlap};
    options.embedder = &embedder;
    return options;
  };
  Document document;
  document.text = "one\n\ntwo";
  for (const char* name : {"character", "code", "heading", "html", "json", "markdown", "recursive",
                           "semantic", "sentence"}) {
    auto splitter = make_splitter(name, sizes(4, 0));
    ASSERT_TRUE(splitter.ok());
    EXPECT_TRUE((*splitter)->name().starts_with(name));
    EXPECT_EQ((*splitter)->split(document).value().size(), 2u) << name;
    document.text = "\xff";
    EXPECT_FALSE((*splitter)->split(document).ok()) << name;
    document.text = "one\n\ntwo";
    EXPECT_FALSE(make_splitter(name, sizes(0, 0)).ok()) << name;
    EXPECT_FALSE(make_splitter(name, sizes(3, 4)).ok()) << name;
  }
}

TEST(MakeSplitter, a_tokenizer_is_for_tokens_alone) {
  SplitterOptions options;
  options.tokenizer = "tokenizer.json";
  EXPECT_EQ(make_splitter("sentence", options).status().message(),
            "tokenizer is for the splitter token, not for 'sentence'");
  EXPECT_EQ(make_splitter("token", options).status().code(), Code::kNotFound);
}

TEST(MakeSplitter, an_unknown_name_is_an_error_that_lists_the_known) {
  EXPECT_EQ(make_splitter("magic").status().message(),
            "unknown splitter 'magic'; known are character, code, heading, html, json, markdown, "
            "recursive, semantic, sentence and token");
}

constexpr std::array<std::string_view, 8> kSomeSeparators = {"\n\n", "\n", " ",    "",
                                                             "x",    "。", "\\s+", "\n#+ "};

// What any splitter may be given, whether it reads it or not.
SplitterOptions random_options(Random& random, std::string_view splitter) {
  SplitterOptions options;
  options.chunk_size = 1 + random.below(random.below(3) == 0 ? 300 : 30);
  options.chunk_overlap = random.below(options.chunk_size + 1);
  static const WordEmbedder embedder;
  options.embedder = &embedder;
  if (splitter == "semantic") {
    options.breakpoint = static_cast<Breakpoint>(random.below(4));
    options.breakpoint_amount = static_cast<double>(random.below(90));
  }
  if (splitter == "code") {
    options.language = random.below(2) == 0 ? "markdown" : "";
    return options;
  }
  if (random.below(2) == 0) return options;
  if (splitter == "markdown" || splitter == "html") {
    options.each_line = random.below(2) == 0;
    if (random.below(2) == 0) options.split_headings = {"##", "h1"};
  }
  options.regex_separators = random.below(2) == 0;
  const std::uint64_t most = splitter == "character" ? 1 : 5;
  for (std::uint64_t n = random.below(most + 1); n > 0; --n) {
    options.separators.emplace_back(kSomeSeparators[random.below(kSomeSeparators.size())]);
  }
  options.keep_separator = static_cast<KeepSeparator>(random.below(3));
  return options;
}

Document random_document(Random& random) {
  Document document = document_of(random_text(random, kWordPieces, 200));
  for (std::size_t at = 0; at < document.text.size(); at += 1 + random.below(80)) {
    if ((static_cast<unsigned char>(document.text[at]) & 0xC0) == 0x80) continue;
    document.headings.push_back({static_cast<int>(1 + random.below(6)), "H", at});
  }
  return document;
}

// A separator that is left out is in no chunk where it ends one.
bool is_separator(const SplitterOptions& options, char c) {
  return options.keep_separator != KeepSeparator::kStart &&
         options.keep_separator != KeepSeparator::kEnd &&
         std::string_view("x。#").find(c) != std::string_view::npos;
}

TEST(MakeSplitter, every_splitter_keeps_the_contract_on_random_documents) {
  Random random(20261126);
  for (const std::string_view name : {"character", "code", "heading", "html", "json", "markdown",
                                      "recursive", "semantic", "sentence"}) {
    for (int i = 0; i < 3'000; ++i) {
      const SplitterOptions options = random_options(random, name);
      const Document document = random_document(random);
      const auto splitter = make_splitter(name, options);
      ASSERT_TRUE(splitter.ok()) << splitter.status().to_string();
      const auto chunks = (*splitter)->split(document);
      ASSERT_TRUE(chunks.ok()) << chunks.status().to_string();
      SCOPED_TRACE(std::string(name) + " " + describe_options(options));
      expect_contract(document, *chunks, [&](std::size_t at) {
        const bool hidden = document.text.compare(at, 3, "\u200b") == 0;
        return is_separator(options, document.text[at]) || (name == "markdown" && hidden);
      });
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace vecstore
