// What the bytes of a PDF stream were packed with: Flate, LZW, RunLength, ASCII85, ASCIIHex, and
// the predictors of PNG and TIFF (ISO 32000-1, 7.4).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rag/loaders/load_budget.h"
#include "vecstore/status.h"

namespace vecstore {

struct PdfFilter {
  std::string name = {};  // "FlateDecode" or its short form "Fl"
  int predictor = 1;
  int colors = 1;
  int bits = 8;  // per component
  int columns = 1;
  bool early_change = true;  // of LZW
};

inline constexpr std::size_t kMaxPdfFilters = 8;  // on one stream

// The filters from first to last. Data that breaks off or is damaged gives what came before it, as
// readers of PDF do. Every byte that comes out of every filter is counted against the budget before
// it is kept; kUnimplemented for filters of images.
Result<std::string> decode_pdf_stream(std::string_view bytes, std::span<const PdfFilter> filters,
                                      LoadBudget& budget);

}  // namespace vecstore
