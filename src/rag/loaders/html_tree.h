// An HTML page as a flat list of its nodes in document order, parsed by gumbo under limits.
//
// gumbo trusts its memory and its input; this does not: all its allocations come from one arena
// with a byte limit and a time limit, and a page that exceeds either is refused. The list makes
// every later pass a loop: however deep a page nests, nothing recurses.
#pragma once

#include <gumbo.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

struct HtmlLimits {
  std::size_t memory_bytes = std::size_t{1} << 30;
  double time_ms = 5'000;  // and a tenth of it more per MiB of page; real pages take 0.05 s per MiB
};

// An element or a text; comments and doctypes are left out.
struct HtmlNode {
  const GumboNode* node;
  std::uint32_t end;     // index just past the last node inside this one
  std::uint32_t parent;  // index; the root is its own

  bool is_text() const { return node->type != GUMBO_NODE_ELEMENT; }
  GumboTag tag() const { return is_text() ? GUMBO_TAG_UNKNOWN : node->v.element.tag; }
  // Elements of SVG and MathML have no HTML meaning.
  bool is_html() const {
    return !is_text() && node->v.element.tag_namespace == GUMBO_NAMESPACE_HTML;
  }
  std::string_view text() const { return is_text() ? node->v.text.text : std::string_view(); }
  // Empty when the attribute is absent or the node is a text.
  std::string_view attribute(const char* name) const;
  bool has_attribute(const char* name) const;
};

class HtmlTree {
 public:
  // `page` is valid UTF-8 and outlives the tree.
  static Result<HtmlTree> parse(std::string_view page, const HtmlLimits& limits = {});

  HtmlTree(HtmlTree&&) noexcept;
  HtmlTree& operator=(HtmlTree&&) noexcept;
  ~HtmlTree();

  // Never empty; the first is the html element.
  const std::vector<HtmlNode>& nodes() const { return nodes_; }

 private:
  class Arena;
  explicit HtmlTree(std::unique_ptr<Arena> arena);
  void flatten(const GumboNode* root);

  std::unique_ptr<Arena> arena_;
  std::vector<HtmlNode> nodes_;
};

}  // namespace vecstore
