#include "meta/columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "meta/test_columns.h"

namespace vecstore::meta {
namespace {

using testing::HasSubstr;

TEST(Columns, say_what_the_rows_said) {
  for (const std::size_t count : {0u, 1u, 63u, 64u, 65u, 700u, 3000u}) {
    Random random(count);
    const std::vector<TestRow> rows = random_rows(random, count);
    const ColumnBlocks blocks = build_columns(rows);
    const Result<Columns> columns = open_columns(blocks, true);
    ASSERT_TRUE(columns.ok()) << columns.status().message();
    EXPECT_TRUE(columns->complete());
    ColumnContents wanted = expected_contents(rows);
    if (count == 0) wanted = {{{"$created_at"}, {}}, {{"$updated_at"}, {}}};
    const Result<ColumnContents> found = read_contents(*columns);
    ASSERT_TRUE(found.ok()) << found.status().message();
    EXPECT_TRUE(*found == wanted) << count << " rows";
  }
}

TEST(Columns, are_found_by_path) {
  const ColumnBlocks blocks =
      build_columns({{.metadata = {{"a", Object{{"b", 1}, {"c", nullptr}}}}}});
  const Columns columns = *open_columns(blocks);
  const auto has = [&](std::vector<std::string> path) {
    const Column* column = columns.find(path);
    return column && column->path() == path;
  };
  EXPECT_TRUE(has({"a"}));
  EXPECT_TRUE(has({"a", "b"}));
  EXPECT_FALSE(has({"a", "c"}));
  EXPECT_FALSE(has({"b"}));
  EXPECT_FALSE(has({"a", "b", "c"}));
  EXPECT_TRUE(has({"$created_at"}));
}

TEST(Columns, keys_of_the_metadata_that_are_named_like_times_do_not_become_them) {
  const ColumnBlocks blocks =
      build_columns({{.metadata = {{"$created_at", "never"}}, .created_at = 17}});
  const Columns columns = *open_columns(blocks);
  const Column* created = columns.find(std::vector<std::string>{"$created_at"});
  ASSERT_EQ(created->all().size(), 1u);
  EXPECT_EQ(*created->value(0), Value(17));
}

TEST(Columns, beyond_the_limit_of_paths_are_missed_and_say_so) {
  TestRow row;
  for (std::size_t i = 0; i < kMaxColumns - 2; ++i) row.metadata[std::to_string(i)] = 1;
  EXPECT_TRUE(open_columns(build_columns({row}))->complete());
  row.metadata["one more"] = 1;
  const ColumnBlocks blocks = build_columns({row, row});
  const Columns columns = *open_columns(blocks);
  EXPECT_FALSE(columns.complete());
  EXPECT_EQ(columns.all().size(), kMaxColumns);
  EXPECT_EQ(columns.find(std::vector<std::string>{"one more"}), nullptr);
}

TEST(Columns, same_rows_make_the_same_bytes) {
  Random a(3);
  Random b(3);
  const ColumnBlocks first = build_columns(random_rows(a, 500));
  const ColumnBlocks second = build_columns(random_rows(b, 500));
  EXPECT_TRUE(first.directory == second.directory && first.data == second.data);
}

TEST(Columns, metadata_that_cannot_be_read_is_data_loss) {
  ColumnsBuilder builder;
  ASSERT_TRUE(builder.add({}, 0, 0).ok());
  Bytes metadata;
  encode_object({{"a", Object{{"b", List{"text", 2}}}}}, metadata);
  const Status status = builder.add(ByteView(metadata).first(metadata.size() - 1), 0, 0);
  EXPECT_EQ(status.code(), Code::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr("row 1"));
}

Object directory_of(const ColumnBlocks& blocks) { return *decode_object(blocks.directory); }

Status open_with(ColumnBlocks blocks, const Object& directory) {
  blocks.directory.clear();
  encode_object(directory, blocks.directory);
  return open_columns(blocks).status();
}

TEST(Columns, refuse_a_directory_that_is_not_theirs) {
  const ColumnBlocks blocks = build_columns({{.metadata = {{"a", 1}}}});
  const Object good = directory_of(blocks);
  ASSERT_TRUE(open_with(blocks, good).ok());
  Object bad = good;
  bad["version"] = 2;
  EXPECT_EQ(open_with(blocks, bad).code(), Code::kFailedPrecondition);
  EXPECT_THAT(open_with(blocks, bad).message(), HasSubstr("version 2"));
  for (const auto& [name, value] : {std::pair<const char*, Value>{"version", 0},
                                    {"rows", 2},
                                    {"complete", 1},
                                    {"columns", "all"},
                                    {"columns", List{1}}}) {
    bad = good;
    bad[name] = value;
    EXPECT_EQ(open_with(blocks, bad).code(), Code::kDataLoss) << name;
  }
  bad = good;
  List twice = *good.find("columns")->as_list();
  twice.push_back(twice.back());
  bad["columns"] = twice;
  EXPECT_THAT(open_with(blocks, bad).message(), HasSubstr("column 'a' is not behind"));
}

TEST(Columns, refuse_each_wrong_member_of_a_column) {
  const ColumnBlocks blocks = build_columns({{.metadata = {{"a", 1}}}});
  const Object good = directory_of(blocks);
  const auto message = [&](const char* name, const Value& value) {
    List columns = *good.find("columns")->as_list();
    Object column = *columns[2].as_object();
    column[name] = value;
    columns[2] = column;
    Object bad = good;
    bad["columns"] = columns;
    const Status status = open_with(blocks, bad);
    EXPECT_EQ(status.code(), Code::kDataLoss) << name << " " << value.to_json();
    return std::string(status.message());
  };
  EXPECT_THAT(message("path", List{}), HasSubstr("path"));
  EXPECT_THAT(message("path", List{1}), HasSubstr("path"));
  EXPECT_THAT(message("offset", 8), HasSubstr("not aligned"));
  EXPECT_THAT(message("offset", -64), HasSubstr("'offset' is no count"));
  EXPECT_THAT(message("bools", 3), HasSubstr("'bools' is no count"));
  EXPECT_THAT(message("bools", 1), HasSubstr("contradict"));
  EXPECT_THAT(message("ints", std::int64_t{1} << 40), HasSubstr("'ints' is no count"));
  EXPECT_THAT(message("ints", 0xffffffff), HasSubstr("contradict"));
  EXPECT_THAT(message("times", 1), HasSubstr("contradict"));
  EXPECT_THAT(message("times_ascend", 2), HasSubstr("'times_ascend' is no count"));
  EXPECT_THAT(message("dense", 2), HasSubstr("contradict"));
  EXPECT_THAT(message("sparse", 1'000'000), HasSubstr("arrays end at"));
  EXPECT_THAT(message("present", 1), HasSubstr("row set"));
  EXPECT_THAT(message("present", List{4, 1}), HasSubstr("'present' is no count"));
  EXPECT_THAT(message("present", List{2, 2}), HasSubstr("'present' is no count"));
  EXPECT_THAT(message("lists", List{0, 1}), HasSubstr("not its kind's"));
  EXPECT_THAT(message("irregular", List{1, 0}), HasSubstr("not its kind's"));
}

// Reads everything there is; whatever it finds, it must find it within the bytes.
void read_all(const ColumnBlocks& blocks, std::size_t& refused) {
  const Result<Columns> columns = open_columns(blocks, true);
  if (!columns.ok()) {
    ++refused;
    return;
  }
  const Result<ColumnContents> contents = read_contents(*columns);
  Status status = contents.status();
  for (const Column& column : columns->all()) {
    Bitmap rows(columns->rows(), true);
    const auto check = [&](const Status& next) {
      if (!next.ok()) status = next;
    };
    check(column.count_values(rows, [](std::uint32_t, std::uint64_t) {}));
    check(column.for_each_string(column.strings(), "x",
                                 [](std::uint32_t, std::string_view) { return true; }));
    check(column.codes_of_times(0, column.times()).status());
    check(column.first_string("m", false).status());
    check(column.pairs(column.all()).status());
  }
  refused += status.ok() ? 0 : 1;
  if (!status.ok()) {
    EXPECT_EQ(status.code(), Code::kDataLoss) << status.message();
  }
}

TEST(Columns, flipped_bytes_are_data_loss_or_other_values_but_no_wrong_read) {
  Random random(23);
  const ColumnBlocks good = build_columns(random_rows(random, 300));
  std::size_t refused = 0;
  for (int round = 0; round < 400; ++round) {
    ColumnBlocks bad = good;
    Bytes& block = round % 4 == 0 ? bad.directory : bad.data;
    for (std::uint64_t n = 1 + random.below(3); n > 0; --n)
      block[random.below(block.size())] ^= static_cast<std::byte>(1 + random.below(255));
    read_all(bad, refused);
  }
  EXPECT_GT(refused, 100u);
}

TEST(Columns, blocks_cut_off_anywhere_are_refused) {
  Random random(29);
  const ColumnBlocks good = build_columns(random_rows(random, 100));
  for (int round = 0; round < 200; ++round) {
    ColumnBlocks bad = good;
    Bytes& block = round % 2 == 0 ? bad.directory : bad.data;
    block.resize(round < 2 ? 0 : random.below(block.size() - 64));
    std::size_t refused = 0;
    read_all(bad, refused);
    EXPECT_EQ(refused, 1u);
  }
}

// The ```hex block of the page, and what it is the data of.
TEST(Columns, are_as_the_page_of_the_format_shows) {
  std::ifstream file(std::string(VECSTORE_SOURCE_DIR) + "/docs/format/columns.md");
  std::stringstream page;
  page << file.rdbuf();
  const std::string text = page.str();
  const std::size_t begin = text.find("```hex\n");
  ASSERT_NE(begin, std::string::npos);
  std::istringstream words(text.substr(begin + 7, text.find("```", begin + 7) - begin - 7));
  Bytes shown;
  for (std::string word; words >> word;)
    shown.push_back(static_cast<std::byte>(std::stoi(word, nullptr, 16)));

  const ColumnBlocks blocks =
      build_columns({{.metadata = {{"a", 5}}}, {.metadata = {{"a", List{"x", 5}}}}, {}});
  const Value entry = (*directory_of(blocks).find("columns")->as_list())[2];
  const ColumnShape shape = *decode_shape(entry, 3, blocks.data.size());
  EXPECT_EQ(shape.path, std::vector<std::string>{"a"});
  EXPECT_EQ(shape.ints + shape.strings, 2u);
  EXPECT_EQ(shape.string_bytes, 1u);
  EXPECT_EQ(shape.sparse, 3u);
  EXPECT_EQ(shape.dense, 0u);
  EXPECT_EQ(shape.present, (RowSetShape{RowSetKind::kArray, 2}));
  EXPECT_EQ(shape.lists, (RowSetShape{RowSetKind::kArray, 1}));
  EXPECT_EQ(shape.irregular, RowSetShape());
  const Bytes data(blocks.data.begin() + static_cast<std::ptrdiff_t>(shape.offset),
                   blocks.data.begin() + static_cast<std::ptrdiff_t>(layout_of(shape, 3).end));
  std::string hex;
  for (std::size_t i = 0; i < data.size(); ++i) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(data[i]));
    hex += digits;
    hex += i % 16 == 15 ? '\n' : ' ';
  }
  EXPECT_TRUE(data == shown) << hex;
}

}  // namespace
}  // namespace vecstore::meta
