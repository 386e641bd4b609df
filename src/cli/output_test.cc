#include "cli/output.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(Output, tables_are_aligned_by_columns_on_the_screen) {
  const std::vector<Object> rows = {{{"n", 1}, {"name", "日本"}, {"x", 2.5}},
                                    {{"n", 12}, {"name", "a"}}};
  EXPECT_EQ(format_table(rows, 80),
            " n  name    x\n"
            " 1  日本  2.5\n"
            "12  a\n");
}

TEST(Output, the_widest_column_gives_way) {
  const std::vector<Object> rows = {{{"id", "a"}, {"text", std::string(50, 'x')}}};
  EXPECT_EQ(format_table(rows, 24), "id  text\na   " + std::string(19, 'x') + "…\n");
}

TEST(Output, cells_cannot_break_a_line) {
  const std::vector<Object> rows = {{{"id", "a\nb"}}};
  EXPECT_EQ(format_table(rows, 80), "id\na b\n");
  EXPECT_EQ(format_table({}, 80), "");
}

TEST(Output, formats_have_names) {
  EXPECT_EQ(parse_output_format("jsonl").value(), OutputFormat::kJsonl);
  EXPECT_FALSE(parse_output_format("xml").ok());
}

TEST(Output, cells_hold_strings_bare_and_the_rest_as_json) {
  EXPECT_EQ(cell_text("a"), "a");
  EXPECT_EQ(cell_text(List{1, "b"}), R"([1,"b"])");
  EXPECT_EQ(cell_text(nullptr), "");
}

}  // namespace
}  // namespace vecstore
