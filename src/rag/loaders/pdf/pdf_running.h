// What is printed around the text of every page: running headers, footers, page numbers.
#pragma once

#include <cstddef>
#include <vector>

#include "rag/loaders/pdf/pdf_lines.h"

namespace vecstore {

struct PdfPageLines {
  std::vector<PdfLine> lines = {};
  double height = 0;
};

// Takes out the lines at the top and bottom of pages that stand at one height on most pages and say
// the same as on a page nearby, page numbers aside, or count the pages. Returns how many; of fewer
// than three pages none.
std::size_t remove_running_lines(std::vector<PdfPageLines>& pages);

}  // namespace vecstore
