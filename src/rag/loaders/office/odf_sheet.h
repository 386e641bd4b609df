// The cells of one table of an OpenDocument spreadsheet as text.
#pragma once

#include <cstdint>

#include "rag/loaders/load_budget.h"
#include "rag/loaders/office/office_text.h"
#include "rag/loaders/xml/xml_tree.h"

namespace vecstore {

// Rows and cells that say they are repeated are written so often at most; sheets end with a row of
// a million.
inline constexpr std::int64_t kMaxOdfRepeats = 1'000;

struct OdfSheetRead {
  std::size_t annotations = 0;
  bool repeats_cut = false;
};

// A row is a line with " | " between its cells, and a place; dates are ISO 8601, other cells what
// they show. What is repeated counts against the budget.
Result<OdfSheetRead> write_odf_sheet(XmlNode table, LoadBudget& budget, OfficeText& text);

}  // namespace vecstore
