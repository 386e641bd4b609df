#include "rag/splitters/make_splitter.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(MakeSplitter, every_known_name_gives_its_splitter) {
  Document document;
  document.text = "one two";
  for (const char* name : {"heading", "recursive", "sentence"}) {
    auto splitter = make_splitter(name, {4, 0});
    ASSERT_TRUE(splitter.ok());
    EXPECT_EQ((*splitter)->name(), name);
    EXPECT_EQ((*splitter)->split(document).value().size(), 2u) << name;
    document.text = "\xff";
    EXPECT_FALSE((*splitter)->split(document).ok()) << name;
    document.text = "one two";
    EXPECT_FALSE(make_splitter(name, {0, 0}).ok()) << name;
    EXPECT_FALSE(make_splitter(name, {3, 4}).ok()) << name;
  }
}

TEST(MakeSplitter, an_unknown_name_is_an_error_that_lists_the_known) {
  EXPECT_EQ(make_splitter("magic").status().message(),
            "unknown splitter 'magic'; known are heading, recursive and sentence");
}

}  // namespace
}  // namespace vecstore
