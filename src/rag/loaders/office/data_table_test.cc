#include "rag/loaders/office/data_table.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

bool is_data(std::string_view xml) {
  return is_data_table(XmlTree::parse(xml).value().root(), {"tbl", "tr", "tc"});
}

TEST(IsDataTable, two_cells_in_a_row_are_data) {
  EXPECT_TRUE(is_data("<w:tbl><w:tr><w:tc/></w:tr><w:tr><w:tc/><w:tc/></w:tr></w:tbl>"));
  EXPECT_FALSE(is_data("<w:tbl><w:tr><w:tc/></w:tr><w:tr><w:tc/></w:tr></w:tbl>"));
  EXPECT_FALSE(is_data("<w:tbl/>"));
}

TEST(IsDataTable, a_table_with_a_table_in_it_is_a_layout) {
  EXPECT_FALSE(is_data("<tbl><tr><tc/><tc><tbl><tr><tc/><tc/></tr></tbl></tc></tr></tbl>"));
}

}  // namespace
}  // namespace vecstore
