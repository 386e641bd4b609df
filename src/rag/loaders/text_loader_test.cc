#include "rag/loaders/text_loader.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(TextLoader, the_document_is_the_file_byte_for_byte) {
  std::string file = "First line\r\n\r\n\tSecond — line \n\n";
  auto documents = TextLoader().load({file, "notes.txt"}).value();
  ASSERT_EQ(documents.size(), 1u);
  EXPECT_EQ(documents[0].text, file);
  EXPECT_EQ(documents[0].kind, "text");
  EXPECT_EQ(documents[0].file_offset, 0u);
  EXPECT_TRUE(documents[0].headings.empty());
}

TEST(TextLoader, binary_content_is_an_error) {
  EXPECT_FALSE(TextLoader().load({std::string_view("\0\1", 2), "x.txt"}).ok());
}

}  // namespace
}  // namespace vecstore
