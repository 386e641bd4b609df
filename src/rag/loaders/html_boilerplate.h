// Which parts of a page are not its content: menus, headers and footers, previous/next bars, forms,
// scripts, blocks of links.
#pragma once

#include <vector>

#include "rag/loaders/html_tree.h"

namespace vecstore {

// One flag per node of the tree; a flagged node goes with everything inside it. Rules, in the order
// of their certainty:
//   - elements that hold no reading text: script, style, svg, button, …;
//   - elements and roles that say so: nav, footer, role=navigation, a header outside the content,
//   hidden, aria-hidden;
//   - class or id words that say so ("navbar", "breadcrumbs", "toc", …), unless the element holds
//   half of the page;
//   - previous/next bars: short blocks of links with at least two such words;
//   - blocks of at least five links that make up nine tenths of the block.
// When <main> is there, what lies outside it is boilerplate.
std::vector<bool> find_boilerplate(const HtmlTree& tree);

}  // namespace vecstore
