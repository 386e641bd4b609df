#include "rag/loaders/csv_reader.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace vecstore {
namespace {

using Row = std::vector<std::string>;

std::vector<Row> rows(std::string_view text, char delimiter = ',') {
  CsvReader reader(text, delimiter);
  std::vector<Row> out;
  for (;;) {
    Result<Row> row = reader.next();
    EXPECT_TRUE(row.ok()) << row.status().to_string();
    if (!row.ok() || row->empty()) return out;
    out.push_back(*row);
  }
}

TEST(CsvReader, rows_end_with_any_line_end_and_empty_lines_are_skipped) {
  EXPECT_EQ(rows("a,b\r\nc,d\n\n\r\ne,f\rg,"),
            (std::vector<Row>{{"a", "b"}, {"c", "d"}, {"e", "f"}, {"g", ""}}));
  EXPECT_EQ(rows(""), std::vector<Row>{});
}

TEST(CsvReader, quoted_cells_hold_anything) {
  EXPECT_EQ(rows("\"a,\"\"b\"\"\r\nc\",d\n\"\",x\n"),
            (std::vector<Row>{{"a,\"b\"\r\nc", "d"}, {"", "x"}}));
  EXPECT_EQ(rows("a\"b, c \n"), (std::vector<Row>{{"a\"b", " c "}}));
}

TEST(CsvReader, bad_quotes_are_errors_that_name_the_row) {
  CsvReader open("a,b\n\nc,\"d", ',');
  EXPECT_TRUE(open.next().ok());
  EXPECT_EQ(open.next().status().message(), "row 2 (line 3): a quote is not closed");
  CsvReader after("\"a\"b,c\n", ',');
  EXPECT_EQ(after.next().status().message(), "row 1 (line 1): text after a closing quote");
}

TEST(CsvReader, what_was_written_is_read_back) {
  constexpr std::uint64_t kSeed = 7;
  Random random(kSeed);
  for (int round = 0; round < 500; ++round) {
    std::vector<Row> table(1 + random.below(4), Row(1 + random.below(4)));
    std::string text;
    for (Row& row : table) {
      for (std::string& cell : row) {
        for (std::uint64_t n = random.below(6); n > 0; --n)
          cell += "a,;\"\n\r\t |"[random.below(9)];
        text += (&cell == &row[0] ? "\"" : ",\"");
        for (char c : cell) text += c == '"' ? std::string("\"\"") : std::string(1, c);
        text += '"';
      }
      text += "\r\n";
    }
    ASSERT_EQ(rows(text), table) << "seed " << kSeed << " round " << round << ": " << text;
  }
}

TEST(CsvReader, the_delimiter_is_found_out) {
  EXPECT_EQ(sniff_csv_delimiter("a,b\n1,2\n"), ',');
  EXPECT_EQ(sniff_csv_delimiter("a;b;c\n\"1,5\";2;3\n"), ';');
  EXPECT_EQ(sniff_csv_delimiter("a\tb\n1, 2\t3\n"), '\t');
  EXPECT_EQ(sniff_csv_delimiter("a|b\n1|2\n"), '|');
  EXPECT_EQ(sniff_csv_delimiter("name\nJones, Ann\nx\n"), ',');
  EXPECT_EQ(sniff_csv_delimiter(""), ',');
  EXPECT_EQ(sniff_csv_delimiter("a;b\n\"open;"), ',');
}

}  // namespace
}  // namespace vecstore
