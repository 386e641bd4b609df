#include "rag/splitters/make_splitter.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

SplitterOptions sizes(std::size_t size, std::size_t overlap) {
  SplitterOptions options;
  options.chunk_size = size;
  options.chunk_overlap = overlap;
  return options;
}

TEST(MakeSplitter, every_known_name_gives_its_splitter) {
  Document document;
  document.text = "one two";
  for (const char* name : {"heading", "recursive", "sentence"}) {
    auto splitter = make_splitter(name, sizes(4, 0));
    ASSERT_TRUE(splitter.ok());
    EXPECT_EQ((*splitter)->name(), name);
    EXPECT_EQ((*splitter)->split(document).value().size(), 2u) << name;
    document.text = "\xff";
    EXPECT_FALSE((*splitter)->split(document).ok()) << name;
    document.text = "one two";
    EXPECT_FALSE(make_splitter(name, sizes(0, 0)).ok()) << name;
    EXPECT_FALSE(make_splitter(name, sizes(3, 4)).ok()) << name;
  }
}

TEST(MakeSplitter, a_tokenizer_is_for_tokens_alone) {
  SplitterOptions options;
  options.tokenizer = "tokenizer.json";
  EXPECT_EQ(make_splitter("sentence", options).status().message(),
            "a tokenizer is for the splitter token, not for 'sentence'");
  EXPECT_EQ(make_splitter("token", options).status().code(), Code::kNotFound);
}

TEST(MakeSplitter, an_unknown_name_is_an_error_that_lists_the_known) {
  EXPECT_EQ(make_splitter("magic").status().message(),
            "unknown splitter 'magic'; known are heading, recursive, sentence and token");
}

}  // namespace
}  // namespace vecstore
