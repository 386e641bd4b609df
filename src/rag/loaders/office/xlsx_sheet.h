// The cells of one sheet of an XLSX file as text.
#pragma once

#include <string>
#include <vector>

#include "rag/loaders/load_budget.h"
#include "rag/loaders/office/office_text.h"
#include "rag/loaders/office/xlsx_format.h"
#include "rag/loaders/xml/xml_tree.h"

namespace vecstore {

// Empty cells between two others are shown up to so many: the last column is the 16,384th.
inline constexpr std::int64_t kMaxCellGap = 16;

// What the sheets of a workbook share.
struct XlsxShared {
  std::vector<std::string> strings = {};
  std::vector<NumberFormat> formats = {};  // by a cell's style
  bool from_1904 = false;

  void read_strings(XmlNode root);  // of sharedStrings.xml
  void read_formats(XmlNode root);  // of styles.xml
};

// A row is a line with " | " between its cells, and a place of the document; a formula is its last
// value. Strings that cells share count against the budget with every cell.
Status write_sheet(XmlNode root, const XlsxShared& shared, LoadBudget& budget, OfficeText& text);

// "B" of "B12" is 2; 0 when the reference begins with no letters or too many.
std::int64_t column_of(std::string_view reference);

}  // namespace vecstore
