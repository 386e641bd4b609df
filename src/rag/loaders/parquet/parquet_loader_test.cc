#include "rag/loaders/parquet/parquet_loader.h"

#include <gmock/gmock.h>

#include "rag/loaders/loader_registry.h"
#include "rag/loaders/parquet/test_parquet.h"
#include "rag/loaders/test_invariants.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<Document> load(const std::string& bytes, std::uint64_t allowed = 1 << 20) {
  LoadInput input{bytes};
  input.budget = std::make_shared<LoadBudget>(LoadLimits{.unpacked_bytes = allowed});
  VECSTORE_ASSIGN(std::vector<Document> documents, ParquetLoader().load(input));
  if (documents.size() != 1) return internal_error("not one document");
  EXPECT_EQ(broken_invariant(documents[0]), "");
  return std::move(documents[0]);
}

std::string error_of(const TestParquet& file) { return load(file.finish()).status().message(); }

TestParquet birds() { return {{strings("name", {"owl", "", "kite"}), counts()}, 3}; }

TEST(ParquetLoader, a_row_is_a_place_of_column_and_value_lines) {
  const Document document = load(birds().finish()).value();
  EXPECT_EQ(document.text, "name: owl\ncount: 7\n\nname: kite\ncount: 9");
  EXPECT_EQ(document.place, "row");
  ASSERT_EQ(document.places.size(), 2U);
  EXPECT_EQ(document.places[1].begin, document.text.find("name: kite"));
  EXPECT_EQ(document.places[1].number, 3);  // the second has no text
  EXPECT_EQ(document.kind, "parquet");
  EXPECT_EQ(Value(document.metadata).to_json(),
            R"({"title":"Birds","columns":["name","count"],"created_by":"a test","rows":3})");
}

TEST(ParquetLoader, is_chosen_by_extension_and_content) {
  EXPECT_EQ(LoaderRegistry().choose({"", "a.PARQUET"}).name(), "parquet");
  EXPECT_EQ(LoaderRegistry().choose({birds().finish(), "a"}).name(), "parquet");
}

TEST(ParquetLoader, a_list_is_json) {
  TestColumn tags = strings("tags", {"a", "b", "c"});
  tags.repetition = 2;
  tags.values = tags.pages[0].values = 4;
  // [a, b], [], [c]
  const std::string repetitions("\x03\x02", 2), definitions("\x03\x0b", 2);
  tags.pages[0].bytes =
      with_size(repetitions) + with_size(definitions) + plain_strings({"a", "b", "c"});
  EXPECT_EQ(load(TestParquet{{tags}, 3}.finish())->text,
            "tags: [\"a\", \"b\"]\n\ntags: []\n\ntags: [\"c\"]");
}

TEST(ParquetLoader, structs_are_columns_with_dotted_names) {
  TestParquet file = birds();
  file.columns.pop_back();
  file.schema = {ThriftWriter().text(4, "schema").integer(5, 1),
                 ThriftWriter().integer(3, 0).text(4, "bird").integer(5, 1),
                 ThriftWriter().integer(1, 6).integer(3, 0).text(4, "name").integer(6, 0)};
  EXPECT_EQ(load(file.finish())->text, "bird.name: owl\n\nbird.name: kite");
}

TEST(ParquetLoader, bytes_that_are_no_text_are_a_remark_that_names_the_column) {
  TestParquet file{{strings("picture", {"\xff\xd8", "\x01\x02"}), strings("x", {"1", "2"})}, 2};
  file.columns[0].converted = -1;
  const Document document = load(file.finish()).value();
  EXPECT_EQ(document.text, "x: 1\n\nx: 2");
  EXPECT_THAT(document.remarks,
              ElementsAre("column 'picture': 2 values that are no text left out"));
}

TEST(ParquetLoader, invalid_text_is_replaced_and_counted) {
  const Document document = load(TestParquet{{strings("x", {"a\xff"})}, 1}.finish()).value();
  EXPECT_EQ(document.text, "x: a\xef\xbf\xbd");
  EXPECT_EQ(document.replaced, 1U);
}

TEST(ParquetLoader, what_is_encrypted_or_packed_otherwise_is_refused_by_name) {
  TestParquet file = birds();
  file.columns[1].codec = 3;
  EXPECT_EQ(error_of(file), "row group 1: column 'count': it is packed by LZO, which is not read");
  file = birds();
  file.columns[1].encrypted = true;
  EXPECT_EQ(error_of(file), "row group 1: column 'count': it is encrypted");
  file = birds();
  file.encrypted = true;
  EXPECT_EQ(error_of(file), "a Parquet file with encrypted columns");
  EXPECT_EQ(load("PARE and PARE").status().message(), "an encrypted Parquet file");
}

TEST(ParquetLoader, columns_that_disagree_are_an_error) {
  TestParquet file = birds();
  file.columns.push_back(strings("more", {"owl", "kite"}));
  EXPECT_THAT(error_of(file), HasSubstr("different numbers of rows"));
  file = birds();
  file.rows = 4;
  EXPECT_EQ(error_of(file), "row group 1: it has 3 rows and claims 4");
  file = birds();
  file.columns[1].values = 4;
  EXPECT_THAT(error_of(file), HasSubstr("fewer values"));
  file.columns[1].values = 2;
  EXPECT_THAT(error_of(file), HasSubstr("more values"));
}

TEST(ParquetLoader, a_level_that_the_schema_does_not_have_is_an_error) {
  TestParquet file{{strings("name", {"owl"})}, 1};
  file.schema = {ThriftWriter().text(4, "schema").integer(5, 1),
                 ThriftWriter().integer(3, 1).text(4, "bird").integer(5, 1),
                 ThriftWriter().integer(1, 6).integer(3, 1).text(4, "name").integer(6, 0)};
  std::string& bytes = file.columns[0].pages[0].bytes;
  bytes = with_size("\x02\x02") + bytes;
  EXPECT_EQ(load(file.finish())->text, "bird.name: owl");
  bytes[5] = '\x03';
  EXPECT_EQ(error_of(file),
            "row group 1: column 'bird.name': a level is higher than its column allows");
}

TEST(ParquetLoader, a_value_outside_the_dictionary_is_an_error) {
  TestParquet file = birds();
  file.columns[1].pages[0].values = 1;
  EXPECT_EQ(error_of(file), "row group 1: column 'count': a value is not in the dictionary");
  file.columns[1].pages.erase(file.columns[1].pages.begin());
  EXPECT_THAT(error_of(file), HasSubstr("dictionary that is not there"));
}

TEST(ParquetLoader, a_page_that_fails_its_checksum_is_an_error) {
  TestParquet file = birds();
  file.columns[0].pages[0].crc = 1;
  EXPECT_EQ(error_of(file), "row group 1: column 'name': a page fails its checksum");
}

TEST(ParquetLoader, every_cut_is_an_error) {
  const std::string whole = birds().finish();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(load(whole.substr(0, size)).ok()) << size;
  }
}

TEST(ParquetLoader, every_changed_byte_is_an_error_or_a_document) {
  const std::string whole = birds().finish();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char bits : {'\x01', '\x10', '\x80', '\xff'}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ bits);
      (void)load(changed);
    }
  }
}

// A value of a kilobyte that the rows repeat by a run of a few bytes.
TestParquet repeated_value(std::int64_t rows) {
  TestColumn column = strings("x", {std::string(1'000, 'x')});
  column.pages[0].dictionary = true;
  std::string run = "\x01";
  for (std::uint64_t head = static_cast<std::uint64_t>(rows) << 1; head > 0; head >>= 7) {
    run += static_cast<char>((head & 0x7f) | (head >= 0x80 ? 0x80 : 0));
  }
  column.pages.push_back({rows, run + '\0', 8});
  column.values = rows;
  return {{column}, rows};
}

TEST(ParquetLoader, text_counts_against_the_budget) {
  EXPECT_EQ(load(repeated_value(900).finish())->places.size(), 900U);
  const Status status = load(repeated_value(2'000).finish()).status();
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_THAT(status.message(), HasSubstr("max_unpacked_bytes"));
}

TEST(ParquetLoader, text_within_a_list_counts_while_it_grows) {
  TestParquet file = repeated_value(100'000);  // a hundred megabytes in one row
  file.rows = 1;
  TestColumn& column = file.columns[0];
  column.repetition = 2;
  const std::string first("\x02\x00", 2), rest("\xbe\x9a\x0c\x01", 4), there("\xc0\x9a\x0c\x01", 4);
  std::string& bytes = column.pages[1].bytes;
  bytes = with_size(first + rest) + with_size(there) + bytes;
  EXPECT_EQ(load(file.finish()).status().code(), Code::kResourceExhausted);
}

TEST(ParquetLoader, cells_are_bounded) {
  EXPECT_THAT(error_of(repeated_value(static_cast<std::int64_t>(kMaxParquetCells) + 1)),
              HasSubstr("more than 10000000 cells"));
}

TEST(ParquetLoader, columns_that_overlap_are_an_error) {
  TestParquet file;
  file.columns.assign(3, strings("x", {std::string(1'000, 'x')}));
  file.rows = 1;
  EXPECT_TRUE(load(file.finish()).ok());
  for (TestColumn& column : file.columns) column.begin = 4;  // and goes on to its own end
  EXPECT_EQ(error_of(file), "row group 1: column 'x': the columns are longer than the file");
}

}  // namespace
}  // namespace vecstore
