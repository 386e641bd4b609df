// The lines of a page in reading order.
#pragma once

#include <string>
#include <vector>

#include "rag/loaders/pdf/pdf_columns.h"

namespace vecstore {

struct PdfLine {
  std::string text = {};            // words parted by a space, cells of a table by a tab
  double x0 = 0, x1 = 0, y = 0;     // in points; y of the baseline
  double size = 0;                  // of most of its letters
  double left = 0, right = 0;       // of the column that it stands in
  double first_word = 0;            // how wide that is
  bool bold = false, mono = false;  // all of it
  bool begins_column = false;
  bool turned = false;  // it does not run to the right
};

std::vector<PdfLine> find_lines(const PdfGlyphs& page);

}  // namespace vecstore
