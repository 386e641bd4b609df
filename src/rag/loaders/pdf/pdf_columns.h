// The columns of a page: which segments are read before which.
#pragma once

#include <vector>

#include "rag/loaders/pdf/pdf_words.h"

namespace vecstore {

using PdfColumn = std::vector<const PdfSegment*>;

// Parts the segments at white gutters into columns of running text, in reading order; what spans a
// gutter stands between what is above and below it. A table stays whole, to be read by rows.
std::vector<PdfColumn> find_columns(const std::vector<PdfSegment>& segments);

}  // namespace vecstore
