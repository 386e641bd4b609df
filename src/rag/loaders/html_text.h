// The reading text of a page: paragraphs separated by an empty line, a list item or table row per
// line, cells by " | ", preformatted text as it is; and where its headings stand in that text.
#pragma once

#include <string>
#include <vector>

#include "rag/loaders/document.h"
#include "rag/loaders/html_tree.h"

namespace vecstore {

struct HtmlText {
  std::string text = {};
  std::vector<Heading> headings = {};
};

// Leaves out the nodes that are flagged in `dropped` (one flag per node).
HtmlText write_html_text(const HtmlTree& tree, const std::vector<bool>& dropped);

}  // namespace vecstore
