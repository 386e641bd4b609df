#include "query/column/column_filter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/test_share.h"
#include "query/column/test_column_rows.h"
#include "query/filter/filter_parser.h"
#include "query/filter/filter_printer.h"
#include "query/filter/test_filter_samples.h"

namespace vecstore::query {
namespace {

ColumnRows rows_of(const std::vector<std::string>& documents) {
  std::vector<meta::TestRow> rows;
  for (const std::string& text : documents)
    rows.push_back({.metadata = *Value::parse_json(text)->as_object()});
  return ColumnRows(std::move(rows));
}

struct Found {
  std::string rows;  // "0 2 3"
  std::size_t reads = 0;
};

Found found(const std::string& filter, const ColumnRows& rows) {
  Found result;
  const Result<FilterNode> node = parse_filter(filter);
  EXPECT_TRUE(node.ok()) << node.status().message();
  const Result<BoundFilter> bound = BoundFilter::bind(*node, kTestNow);
  const Result<Bitmap> passed = evaluate(*bound, rows.columns(), rows.reader(result.reads));
  EXPECT_TRUE(passed.ok()) << passed.status().message();
  passed->for_each([&](std::size_t row) {
    result.rows += (result.rows.empty() ? "" : " ") + std::to_string(row);
  });
  return result;
}

TEST(ColumnFilter, decides_without_the_rows_what_columns_know) {
  const ColumnRows rows = rows_of({R"({"lang": "en", "year": 2020, "tags": ["a", "b"]})",
                                   R"({"lang": "de", "year": 2021, "tags": ["b"]})",
                                   R"({"lang": "en", "year": "soon", "tags": []})",
                                   R"({"year": 2019.5, "a": {"b": 1}})", R"({"tags": "b"})"});
  const std::pair<const char*, const char*> cases[] = {
      {"lang = 'en'", "0 2"},
      {"lang != 'en'", "1"},
      {"NOT lang = 'en'", "1"},
      {"lang IS NULL", "3 4"},
      {"EXISTS(tags)", "0 1 2 4"},
      {"year >= 2020", "0 1"},
      {"NOT year >= 2020", "3"},
      {"year BETWEEN 2019 AND 2020", "0 3"},
      {"tags = 'b'", "0 1 4"},
      {"tags != 'b'", "2"},
      {"tags CONTAINS 'b'", "0 1 4"},
      {"LEN(tags) = 1", "1 4"},
      {"NOT LEN(tags) < 2", "0"},
      {"LEN(tags) IS NULL", "3"},
      {"tags CONTAINS_ALL ('a', 'b')", "0"},
      {"ALL(tags) = 'b'", "1 2 4"},
      {"NOT ALL(tags) = 'b'", "0"},
      {"ANY(tags) != 'b'", "0"},
      {"a.b = 1", "3"},
      {"a.b.c IS NULL", "0 1 2 3 4"},
      {"EXISTS(nothing)", ""},
      {"lang = 'en' AND year = 2020 OR tags = 'b' AND lang = 'de'", "0 1"},
      {"$created_at = 0", "0 1 2 3 4"},
      {"$updated_at > 0", ""},
      {"TRUE", "0 1 2 3 4"},
      {"lang LIKE '%n'", "0 2"},
      {"lang MATCHES '^d'", "1"},
  };
  for (const auto& [filter, wanted] : cases) {
    const Found result = found(filter, rows);
    EXPECT_EQ(result.rows, wanted) << filter;
    EXPECT_EQ(result.reads, 0u) << filter;
  }
}

TEST(ColumnFilter, asks_only_the_rows_that_the_rest_leaves_open) {
  const std::string text(300, 'x');
  std::vector<std::string> documents;
  for (int row = 0; row < 100; ++row)
    documents.push_back("{\"n\": " + std::to_string(row % 10) + ", \"content\": \"" + text +
                        "\", \"list\": [" + std::to_string(row) + ", null]}");
  const ColumnRows rows = rows_of(documents);
  EXPECT_EQ(found("n = 3 AND content LIKE '%x'", rows).reads, 10u);
  EXPECT_EQ(found("content LIKE '%x' AND n = 3 AND n = 4", rows).reads, 0u);
  EXPECT_EQ(found("n < 9 OR content CONTAINS 'y'", rows).reads, 10u);
  EXPECT_EQ(found("EXISTS(content) AND list IS NOT NULL", rows).reads, 0u);
  EXPECT_EQ(found("n = 3 AND list[0] = 13", rows).reads, 10u);
  EXPECT_EQ(found("n = 3 AND list[0] = 13", rows).rows, "13");
  EXPECT_EQ(found("n[0] = 3", rows).reads, 0u);
  EXPECT_EQ(found("$id = 'xy' AND n = 5", rows).reads, 10u);
}

TEST(ColumnFilter, few_rows_are_looked_at_rather_than_many_strings) {
  std::vector<std::string> documents;
  for (int row = 0; row < 1000; ++row)
    documents.push_back("{\"n\": " + std::to_string(row / 2) + ", \"s\": \"s" +
                        std::to_string(row) + "\"}");
  const ColumnRows rows = rows_of(documents);
  EXPECT_EQ(found("s LIKE '%7' AND n = 8", rows).rows, "17");
  EXPECT_EQ(found("s LIKE '%7' AND n = 8", rows).reads, 2u);
  EXPECT_EQ(found("s LIKE '%7' AND n < 400", rows).reads, 0u);
}

TEST(ColumnFilter, an_error_of_a_row_is_the_answer) {
  const ColumnRows rows = rows_of({R"({"a": [null]})"});
  const FilterNode node = *parse_filter("a = 1");
  const BoundFilter bound = *BoundFilter::bind(node, 0);
  const auto fail = [](std::uint32_t) -> Result<FilterRow> { return data_loss("row 0 is gone"); };
  EXPECT_EQ(evaluate(bound, rows.columns(), fail).status().message(), "row 0 is gone");
}

TEST(ColumnFilter, a_path_that_got_no_column_is_looked_for_in_the_rows) {
  std::vector<meta::TestRow> documents(3);
  for (std::size_t i = 0; i < meta::kMaxColumns; ++i) documents[0].metadata[std::to_string(i)] = 1;
  documents[1].metadata["late"] = 5;
  const ColumnRows rows(documents);
  EXPECT_EQ(found("late = 5", rows).rows, "1");
  EXPECT_EQ(found("late = 5", rows).reads, 3u);
  EXPECT_EQ(found("late IS NULL AND `7` = 1", rows).reads, 1u);
}

TEST(ColumnFilter, is_stopped_among_many_strings) {
  std::vector<std::string> documents;
  for (int row = 0; row < 1000; ++row)
    documents.push_back("{\"s\": \"s" + std::to_string(row) + "\"}");
  const ColumnRows rows = rows_of(documents);
  for (const char* text : {"s MATCHES '7'", "s LIKE '%s%'", "LEN(s) = 2"}) {
    const FilterNode node = *parse_filter(text);
    const BoundFilter filter = *BoundFilter::bind(node, 0);
    int asked = 0;
    const auto stop = [&] { return ++asked == 3; };
    EXPECT_EQ(ask_columns(filter, rows.columns(), stop).status().code(), Code::kCancelled) << text;
    EXPECT_EQ(asked, 3);
    EXPECT_TRUE(ask_columns(filter, rows.columns(), [] { return false; }).ok());
  }
}

// Half of the segments have one kind of value per key, as most metadata has.
std::vector<meta::TestRow> sample_rows(Random& random, std::size_t count) {
  static const std::vector<Value> kByKey[] = {
      {0, 1, 2, 3, 1.5},
      {"x", "xy", "y", "é"},
      {"2024-05-01", "2024-05-01T02:00+02:00", "2024-05-02"}};
  const bool tidy = random.below(2) == 0;
  const std::uint64_t lists = random.below(3);
  std::vector<meta::TestRow> rows(count);
  for (meta::TestRow& row : rows) {
    row.created_at = kTestNow + static_cast<TimeMs>(random.below(3)) - 1;
    row.updated_at = kTestNow + static_cast<TimeMs>(random.below(100'000'000));
    if (!tidy) row.metadata = samples::document(random);
    for (std::size_t key = 0; tidy && key < 3; ++key) {
      Value& value = row.metadata[std::string(1, static_cast<char>('a' + key))];
      value = samples::one_of(random, kByKey[key]);
      if (lists == key) value = List{value, samples::one_of(random, kByKey[key])};
      if (random.below(8) == 0) value = nullptr;
    }
    if (random.below(50) == 0) row.metadata["b"] = std::string(300, 'x');
  }
  return rows;
}

FilterNode time_leaf(Random& random) {
  static const std::vector<std::string> kLeaves = {
      "$created_at = 1714521600000",
      "$created_at < now()",
      "$created_at >= now() + INTERVAL '1 millisecond'",
      "$updated_at BETWEEN TIMESTAMP '2024-05-01' AND '2024-05-01T12:00'",
      "$created_at >= '2024-05-01T00:00:00.0000001'",
      "$created_at = '2024-05-01T00:00:00.0000001'",
      "$created_at IN ('2024-05-01', 5)",
      "$created_at != '2024-05-01'",
      "$updated_at IS NULL"};
  return *parse_filter(samples::one_of(random, kLeaves));
}

FilterNode sample_filter(Random& random) {
  FilterNode tree = samples::filter(random, 1 + static_cast<int>(random.below(4)), false);
  if (random.below(6) != 0) return tree;
  return join(random.below(2) == 0 ? FilterOp::kAnd : FilterOp::kOr, {tree, time_leaf(random)});
}

TEST(ColumnFilter, agrees_with_the_naive_evaluator_on_a_million_random_pairs) {
  Random random(2026);
  std::size_t pairs = 0;
  std::size_t passed = 0;
  std::size_t reads = 0;
  std::size_t without_reads = 0;
  for (std::size_t segment = 0; segment < 100 / kShare; ++segment) {
    const ColumnRows rows(sample_rows(random, 200));
    const meta::Columns columns = rows.columns();
    for (int round = 0; round < 52; ++round) {
      const FilterNode node = sample_filter(random);
      const BoundFilter filter = *BoundFilter::bind(node, kTestNow);
      const std::size_t before = reads;
      const Result<Bitmap> found = evaluate(filter, columns, rows.reader(reads));
      ASSERT_TRUE(found.ok()) << found.status().message();
      for (std::size_t row = 0; row < rows.size(); ++row)
        ASSERT_EQ(found->test(row), rows.naive(node, row) == Truth::kTrue)
            << print_filter(node) << " on " << Value(rows[row].metadata).to_json();
      pairs += rows.size();
      passed += found->count();
      without_reads += before == reads ? rows.size() : 0;
    }
  }
  EXPECT_GE(pairs, 1'000'000u / kShare);
  EXPECT_GT(passed, pairs / 10);
  EXPECT_GT(without_reads, pairs / 3);
  EXPECT_GT(reads, pairs / 20);
}

TEST(ColumnFilter, over_damaged_columns_is_data_loss_or_another_answer_but_no_wrong_read) {
  Random random(41);
  std::size_t refused = 0;
  for (int segment = 0; segment < 10; ++segment) {
    const ColumnRows rows(sample_rows(random, 100));
    for (int round = 0; round < 150; ++round) {
      meta::ColumnBlocks damaged = rows.blocks();
      for (std::uint64_t n = 1 + random.below(8); n > 0; --n)
        damaged.data[random.below(damaged.data.size())] ^=
            static_cast<std::byte>(random.below(256));
      const meta::Columns columns = *meta::open_columns(damaged, true);
      const FilterNode node = sample_filter(random);
      const BoundFilter filter = *BoundFilter::bind(node, kTestNow);
      const Status status = ask_columns(filter, columns).status();
      refused += status.ok() ? 0 : 1;
      ASSERT_TRUE(status.ok() || status.code() == Code::kDataLoss) << status.message();
    }
  }
  EXPECT_GT(refused, 50u);
}

}  // namespace
}  // namespace vecstore::query
