// Tables of data, which are read row by row, told from tables that only lay a page out.
#pragma once

#include <string_view>

#include "rag/loaders/xml/xml_tree.h"

namespace vecstore {

struct TableNames {  // of the elements
  std::string_view table, row, cell;
};

// A table with two cells in some row and no table within. Looks no further than the first table
// within: linear over any nesting.
bool is_data_table(XmlNode table, const TableNames& names);

}  // namespace vecstore
