// What is usual in a document: the size of its text, how far its lines are apart, its words; and
// what stands out from that.
#pragma once

#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "rag/loaders/pdf/pdf_running.h"

namespace vecstore {

struct PdfStyle {
  double size = 10;                            // of most letters
  double leading = 1.2;                        // from line to line, in sizes of the font
  std::vector<double> heading_sizes = {};      // from large to small
  std::unordered_set<std::string> words = {};  // that stand within lines, in lower case

  // 1 for the outermost headings, 0 for a line that is none. The lines above and below it in its
  // column are null at its ends.
  int level_of(const PdfLine& line, const PdfLine* above, const PdfLine* below) const;

  // Of `before`, which ends with a hyphen at the end of its line, and the line that follows:
  // whether the hyphen belongs to the word, as in "well-known".
  bool keeps_hyphen(std::string_view before, std::string_view after) const;
};

// Whether it has the dots between an entry of a table of contents and its page.
bool has_leader(std::string_view text);

PdfStyle measure_style(const std::vector<PdfPageLines>& pages);

}  // namespace vecstore
