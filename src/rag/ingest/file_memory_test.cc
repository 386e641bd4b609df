#include "rag/ingest/file_memory.h"

#include <gtest/gtest.h>

#include "vecstore/database.h"

namespace vecstore {
namespace {

TEST(FileMemory, chunk_zero_of_every_file_is_read) {
  Collection docs = Database::in_memory().value().get_or_create("docs").value();
  Record first, second, other;
  first.id = chunk_id("root/a#b.md", 0);
  first.metadata = {{kHashKey, "h1"}, {kChunksKey, 2}, {kRootKey, "/x/root"}};
  second.id = chunk_id("root/a#b.md", 1);
  other.id = "mine#0";
  other.metadata = {{kHashKey, 7}, {kChunksKey, "many"}};
  for (const Record& record : {first, second, other}) ASSERT_TRUE(docs.upsert(record).ok());

  auto files = read_file_memory(docs).value();
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files.at("root/a#b.md").hash, "h1");
  EXPECT_EQ(files.at("root/a#b.md").chunks, 2u);
  EXPECT_EQ(files.at("root/a#b.md").root, "/x/root");
}

TEST(FileMemory, an_empty_collection_remembers_nothing) {
  Collection docs = Database::in_memory().value().get_or_create("docs").value();
  EXPECT_TRUE(read_file_memory(docs).value().empty());
}

}  // namespace
}  // namespace vecstore
