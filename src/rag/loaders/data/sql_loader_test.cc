#include "rag/loaders/data/sql_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/loaders/test_invariants.h"

namespace vecstore {
namespace {

using testing::ElementsAre;

std::vector<Document> load(std::string_view sql) {
  auto documents = SqlLoader().load({sql, "a.sql", {}});
  EXPECT_TRUE(documents.ok()) << documents.status().to_string();
  if (!documents.ok()) return {};
  for (const Document& document : *documents) {
    EXPECT_EQ(broken_invariant(document), "");
    if (document.file_offset) {
      EXPECT_EQ(sql.substr(*document.file_offset, document.text.size()), document.text);
    }
  }
  return *std::move(documents);
}

std::vector<std::string> tables(const std::vector<Document>& documents) {
  std::vector<std::string> out;
  for (const Document& document : documents) {
    const Value* table = document.metadata.find("table");
    out.push_back(table ? *table->as_string() : "");
  }
  return out;
}

TEST(SqlLoader, a_dump_of_postgresql_has_a_document_for_each_table) {
  constexpr std::string_view kDump =
      "-- PostgreSQL dump; no statement\nSET x = 'a;b';\n\n-- Name: authors\n"
      "CREATE TABLE public.authors (\n  name text DEFAULT 'it''s;'\n);\n"
      "CREATE FUNCTION f() AS $body$ INSERT INTO nowhere; $body$;\n"
      "CREATE TABLE IF NOT EXISTS \"odd name\" (x int);\n"
      "COPY public.authors (name) FROM stdin;\nAnn;\nCREATE TABLE no;\n\\.\n"
      "COPY books FROM STDIN;\n1\n\\.\nALTER TABLE ONLY books ADD x int;\n";
  std::vector<Document> documents = load(kDump);
  EXPECT_THAT(tables(documents), ElementsAre("", "authors", "odd name", "books"));
  EXPECT_EQ(documents[1].file_offset, kDump.find("\n-- Name"));
  ASSERT_EQ(documents[1].headings.size(), 1u);
  EXPECT_EQ(documents[1].headings[0].begin, documents[1].text.find("CREATE TABLE"));
  EXPECT_TRUE(documents[3].text.ends_with("ADD x int;\n"));
}

TEST(SqlLoader, a_dump_of_mysql_is_read_with_its_escapes) {
  std::vector<Document> documents = load(
      "# MySQL\nINSERT INTO `shop`.`a` VALUES ('it\\'s; x'),(2);\n/* ; */ INSERT IGNORE INTO b "
      "VALUES "
      "(1);\ninsert into a values (3);\nreplace into c values (\"x;\\\"\");");
  EXPECT_THAT(tables(documents), ElementsAre("a", "b", "c"));
}

TEST(SqlLoader, blobs_are_left_out_with_a_remark) {
  std::string blob(300, 'F');
  std::vector<Document> documents =
      load("INSERT INTO pics VALUES (1, X'" + blob + "', 'words');\nCREATE TABLE other (x);\n");
  EXPECT_EQ(documents[0].text, "INSERT INTO pics VALUES (1, X'[300 bytes]', 'words');\n");
  EXPECT_THAT(documents[0].remarks,
              ElementsAre("pics: 1 runs of more than 256 letters and digits left out"));
  EXPECT_EQ(documents[0].file_offset, std::nullopt);
  EXPECT_NE(documents[1].file_offset, std::nullopt);
}

TEST(SqlLoader, plain_queries_are_one_document) {
  std::vector<Document> documents = load("SELECT 1;\nSELECT a / b - 'c");
  ASSERT_EQ(documents.size(), 1u);
  EXPECT_EQ(documents[0].text, "SELECT 1;\nSELECT a / b - 'c");
  EXPECT_TRUE(load(" \n").empty());
  EXPECT_THAT(tables(load("CREATE TABLE `a\nb` (x);")), ElementsAre(""));
  EXPECT_THAT(tables(load("CREATE TABLE " + std::string(986, 'x') + "ä (x);")), ElementsAre(""));
}

TEST(SqlLoader, megabytes_of_the_worst_take_a_moment) {
  for (const char* piece : {"$a$", "'", "/*", "COPY a FROM stdin;", ";", "--", "INSERT INTO "}) {
    std::string sql;
    while (sql.size() < (2u << 20)) sql += piece;
    load(sql);
  }
  std::string tags;
  for (int i = 0; tags.size() < (2u << 20); ++i) tags += "$t" + std::to_string(i) + "$ ";
  load(tags);
}

}  // namespace
}  // namespace vecstore
