#include "vecstore/database.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace vecstore {
namespace {

std::string fresh_folder(const std::string& name) {
  const auto path = std::filesystem::temp_directory_path() / ("vecstore_database_test_" + name);
  std::filesystem::remove_all(path);
  return path.string();
}

Record record(const std::string& id, std::vector<float> vector, std::int64_t year) {
  Record made;
  made.id = id;
  made.vector = std::move(vector);
  made.metadata = Metadata{{"year", year}, {"tags", List{"x", "y"}}};
  made.text = "text of " + id;
  return made;
}

TEST(Database, the_five_lines_of_the_readme_work) {
  auto db = Database::open(fresh_folder("five")).value();
  auto docs = db.get_or_create("docs", {.dimension = 3}).value();

  ASSERT_TRUE(docs.upsert(record("a", {1, 0, 0}, 2020)).ok());
  ASSERT_TRUE(docs.upsert(record("b", {0, 1, 0}, 2021)).ok());
  const Hits hits =
      docs.query({.vector = {1, 0.1f, 0}, .k = 10, .filter = "year >= 2020 AND tags CONTAINS 'x'"})
          .value();

  ASSERT_EQ(hits.size(), 2u);
  EXPECT_EQ(hits[0].id, "a");
  EXPECT_NEAR(hits[0].score, 0.995, 1e-3);
  EXPECT_EQ(*hits[0].text, "text of a");
  EXPECT_EQ(*hits[0].metadata.find("year")->as_int(), 2020);
}

TEST(Database, everything_is_there_after_reopening) {
  const std::string path = fresh_folder("reopen");
  for (int round = 0; round < 3; ++round) {
    auto db = Database::open(path, {.seal_rows = 10}).value();
    auto docs = db.get_or_create("docs", {.dimension = 2, .metric = Metric::kEuclidean}).value();
    for (int i = 0; i < 25; ++i) {
      const std::string id = "r" + std::to_string(round) + "-" + std::to_string(i);
      ASSERT_TRUE(
          docs.upsert(record(id, {static_cast<float>(i), static_cast<float>(round)}, i)).ok());
    }
    ASSERT_TRUE(docs.remove("r" + std::to_string(round) + "-7").ok());
    EXPECT_EQ(docs.count().value(), static_cast<std::uint64_t>(24 * (round + 1)));
    ASSERT_TRUE(db.wait_for_background().ok());
    EXPECT_EQ(docs.count().value(), static_cast<std::uint64_t>(24 * (round + 1)));
  }
  auto db = Database::open(path).value();
  auto docs = db.collection("docs").value();
  EXPECT_EQ(docs.count().value(), 72u);
  EXPECT_FALSE(docs.contains("r1-7").value());
  EXPECT_EQ(docs.get("r2-3").value().text, "text of r2-3");
  EXPECT_EQ(docs.query({.vector = {3, 2}, .k = 1}).value()[0].id, "r2-3");
  EXPECT_TRUE(Database::check(path, true).value().damage.empty());
}

}  // namespace
}  // namespace vecstore
