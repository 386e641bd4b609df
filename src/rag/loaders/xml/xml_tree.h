// An XML part of a file as a tree, parsed by pugixml: for the loaders of formats that are made of
// XML.
//
// Names are local names: "p" is w:p, a:p and text:p, as prefixes are each writer's own choice.
// Entities are the five of XML and characters by number; what a document type declares is passed
// over, so nothing expands. Parsing and walk() are loops, however deep the nesting.
#pragma once

#include <memory>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "vecstore/status.h"

namespace vecstore {

inline constexpr std::size_t kMaxXmlTreeBytes = std::size_t{1} << 30;

// A cheap handle, false when there is no such node. Lives as long as its tree.
class XmlNode {
 public:
  XmlNode() = default;
  explicit XmlNode(pugi::xml_node node) : node_(node) {}

  explicit operator bool() const { return !node_.empty(); }
  bool operator==(const XmlNode& other) const { return node_ == other.node_; }

  bool is_text() const {
    return node_.type() == pugi::node_pcdata || node_.type() == pugi::node_cdata;
  }
  std::string_view name() const;                           // empty of a text
  std::string_view text() const { return node_.value(); }  // empty of an element

  // The texts right below an element, joined.
  std::string own_text() const;

  // The attribute of that name, else one of any prefix and that name ("val" finds w:val). A name
  // with a prefix ("r:id") finds attributes with a prefix only. Empty when there is none.
  std::string_view attribute(std::string_view name) const;

  XmlNode parent() const { return XmlNode(node_.parent()); }
  XmlNode first_child() const { return XmlNode(node_.first_child()); }
  XmlNode next() const { return XmlNode(node_.next_sibling()); }

  // The first element of that name right below; and the next such beside this one.
  XmlNode child(std::string_view name) const;
  XmlNode next(std::string_view name) const;

 private:
  pugi::xml_node node_;
};

enum class XmlSpace { kDrop, kKeep };  // texts of nothing but white space beside elements

class XmlTree {
 public:
  // Invalid UTF-8 is replaced, UTF-16 converted; an error names the byte. kResourceExhausted when
  // the tree could take more than `max_bytes`.
  static Result<XmlTree> parse(std::string_view xml, XmlSpace space = XmlSpace::kDrop,
                               std::size_t max_bytes = kMaxXmlTreeBytes);

  XmlNode root() const { return XmlNode(content_->document.document_element()); }

 private:
  struct Content {
    std::string text;  // the tree points into it
    pugi::xml_document document;
  };
  std::unique_ptr<Content> content_ = std::make_unique<Content>();
};

// Visits every node below `root` in document order: visitor.enter(node) says whether to go on
// below it, visitor.leave(node) follows for those it went into.
template <typename Visitor>
void walk(XmlNode root, Visitor&& visitor) {
  XmlNode node = root.first_child();
  while (node) {
    if (visitor.enter(node)) {
      if (XmlNode below = node.first_child()) {
        node = below;
        continue;
      }
      visitor.leave(node);
    }
    while (node && !node.next()) {
      node = node.parent();
      if (node == root) return;
      visitor.leave(node);
    }
    node = node.next();
  }
}

}  // namespace vecstore
