#include "rag/loaders/xml/xml_tree.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "rag/loaders/encoding.h"

namespace vecstore {
namespace {

std::string_view local(std::string_view name) { return name.substr(name.find(':') + 1); }

// pugixml's node and attribute take this much, with its blocks' heads.
constexpr std::size_t kNodeBytes = 72, kAttributeBytes = 48;

// No tree of this text takes more: an element begins with '<', a text follows a '>', an attribute
// has a '='.
std::size_t most_tree_bytes(std::string_view xml) {
  std::size_t nodes = 1, attributes = 0;
  for (std::size_t i = 0; i < xml.size(); ++i) {
    const char next = i + 1 < xml.size() ? xml[i + 1] : '<';
    nodes += (xml[i] == '<' && next != '/') || (xml[i] == '>' && next != '<');
    attributes += xml[i] == '=';
  }
  return xml.size() + nodes * kNodeBytes + attributes * kAttributeBytes;
}

// "&#" is at `at`; nothing when no digits and semicolon follow.
std::optional<std::uint32_t> referred(std::string_view xml, std::size_t at) {
  at += 2;
  const bool hex = at < xml.size() && xml[at] == 'x';
  at += hex;
  const std::size_t begin = at;
  std::uint32_t value = 0;
  for (; at < xml.size() && xml[at] != ';'; ++at) {
    const char c = xml[at];
    std::uint32_t digit = 16;
    if (c >= '0' && c <= '9') digit = static_cast<std::uint32_t>(c - '0');
    if (hex && c >= 'a' && c <= 'f') digit = static_cast<std::uint32_t>(c - 'a') + 10;
    if (hex && c >= 'A' && c <= 'F') digit = static_cast<std::uint32_t>(c - 'A') + 10;
    if (digit == 16) return std::nullopt;
    value = std::min<std::uint32_t>(value * (hex ? 16 : 10) + digit, 0x110000);
  }
  return at == begin || at == xml.size() ? std::nullopt : std::optional(value);
}

// pugixml writes what is referred to by number without asking whether it is a character.
void spoil_bad_references(std::string& xml) {
  for (std::size_t at = xml.find("&#"); at != xml.npos; at = xml.find("&#", at + 2)) {
    const std::optional<std::uint32_t> value = referred(xml, at);
    if (!value) continue;
    if (*value == 0 || *value > 0x10FFFF || (*value >= 0xD800 && *value < 0xE000)) xml[at] = '?';
  }
}

}  // namespace

std::string_view XmlNode::name() const { return local(node_.name()); }

std::string XmlNode::own_text() const {
  std::string out;
  for (XmlNode node = first_child(); node; node = node.next()) {
    if (node.is_text()) out += node.text();
  }
  return out;
}

std::string_view XmlNode::attribute(std::string_view name) const {
  const bool prefixed = name.find(':') != name.npos;
  std::string_view found;
  for (pugi::xml_attribute a = node_.first_attribute(); a; a = a.next_attribute()) {
    const std::string_view full = a.name();
    if (full == name) return a.value();
    const bool fits = local(full) == local(name) && (!prefixed || full.find(':') != full.npos);
    if (fits && found.empty()) found = a.value();
  }
  return found;
}

XmlNode XmlNode::child(std::string_view name) const {
  XmlNode node = first_child();
  while (node && node.name() != name) node = node.next();
  return node;
}

XmlNode XmlNode::next(std::string_view name) const {
  XmlNode node = next();
  while (node && node.name() != name) node = node.next();
  return node;
}

Result<XmlTree> XmlTree::parse(std::string_view xml, XmlSpace space, std::size_t max_bytes) {
  VECSTORE_ASSIGN(DecodedText decoded, decode_text(xml));
  const std::size_t most = most_tree_bytes(decoded.text);
  if (most > max_bytes) {
    return resource_exhausted("xml: may need " + std::to_string(most >> 20) +
                              " MiB to parse; the limit is " + std::to_string(max_bytes >> 20));
  }
  XmlTree tree;
  std::string& text = tree.content_->text;
  text = std::move(decoded.text);
  spoil_bad_references(text);
  unsigned options = pugi::parse_default;
  options |= space == XmlSpace::kKeep ? pugi::parse_ws_pcdata : pugi::parse_ws_pcdata_single;
  const pugi::xml_parse_result parsed = tree.content_->document.load_buffer_inplace(
      text.data(), text.size(), options, pugi::encoding_utf8);
  if (!parsed) {
    return invalid_argument(std::string("xml: ") + parsed.description() + " at byte " +
                            std::to_string(parsed.offset));
  }
  return tree;
}

}  // namespace vecstore
