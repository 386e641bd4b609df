#include "rag/loaders/html_tree.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

std::string repeat(std::string_view unit, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += unit;
  return out;
}

TEST(HtmlTree, nodes_are_listed_in_document_order_with_their_ends) {
  HtmlTree tree = HtmlTree::parse("<p class=x>a<b>c</b></p><!-- no --><p>d</p>").value();
  const auto& nodes = tree.nodes();
  std::string order;
  for (const HtmlNode& node : nodes) {
    order += node.is_text() ? std::string(node.text()) : gumbo_normalized_tagname(node.tag());
    order += ' ';
  }
  EXPECT_EQ(order, "html head body p a b c p d ");
  EXPECT_EQ(nodes[0].end, nodes.size());
  EXPECT_EQ(nodes[3].end, 7u);
  EXPECT_EQ(nodes[5].parent, 3u);
  EXPECT_EQ(nodes[3].attribute("class"), "x");
  EXPECT_EQ(nodes[3].attribute("id"), "");
  EXPECT_TRUE(nodes[3].has_attribute("class"));
  EXPECT_FALSE(nodes[4].has_attribute("class"));
}

TEST(HtmlTree, an_empty_page_has_its_three_elements) {
  EXPECT_EQ(HtmlTree::parse("").value().nodes().size(), 3u);
}

TEST(HtmlTree, deep_pages_do_not_exhaust_the_stack) {
  std::string page = repeat("<b>", 100'000) + "x";
  HtmlTree tree = HtmlTree::parse(page, {.time_ms = 60'000}).value();
  EXPECT_GT(tree.nodes().size(), 100'000u);
}

TEST(HtmlTree, memory_beyond_the_limit_is_refused) {
  std::string page = repeat("<a>", 100'000);
  Result<HtmlTree> tree = HtmlTree::parse(page, {.memory_bytes = 2u << 20});
  EXPECT_EQ(tree.status().code(), Code::kResourceExhausted);
  EXPECT_EQ(tree.status().message(), "html: needs more than 2 MiB to parse");
}

TEST(HtmlTree, time_beyond_the_limit_is_refused) {
  std::string page = repeat("<div>", 200'000);  // every tag walks all open ones
  Result<HtmlTree> tree = HtmlTree::parse(page, {.time_ms = 50});
  EXPECT_EQ(tree.status().code(), Code::kResourceExhausted);
  EXPECT_EQ(tree.status().message(), "html: takes longer than 50 ms to parse");
}

}  // namespace
}  // namespace vecstore
