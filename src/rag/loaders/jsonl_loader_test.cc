#include "rag/loaders/jsonl_loader.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(JsonlLoader, every_line_is_a_document) {
  auto documents =
      JsonlLoader()
          .load({"{\"text\":\"a\",\"y\":1}\r\n\n  \n{\"text\":\"b\"}\n\"c\"", "a.jsonl"})
          .value();
  ASSERT_EQ(documents.size(), 3u);
  EXPECT_EQ(documents[0].metadata, (Metadata{{"y", 1}, {"line", 1}}));
  EXPECT_EQ(documents[1].text, "b");
  EXPECT_EQ(*documents[1].metadata.find("line"), Value(4));
  EXPECT_EQ(documents[2].text, "c");
  EXPECT_EQ(documents[2].kind, "jsonl");
}

TEST(JsonlLoader, a_broken_line_is_named) {
  auto broken = JsonlLoader().load({"{\"text\":\"a\"}\n\n{\"text\": oops}\n", "a.jsonl"});
  EXPECT_EQ(broken.status().code(), Code::kInvalidArgument);
  EXPECT_TRUE(broken.status().message().starts_with("line 3: ")) << broken.status().message();
}

TEST(JsonlLoader, an_empty_file_has_no_documents) {
  EXPECT_TRUE(JsonlLoader().load({"", "a.jsonl"}).value().empty());
}

}  // namespace
}  // namespace vecstore
