#include "rag/loaders/office/odf_styles.h"

#include <algorithm>

#include "base/number.h"

namespace vecstore {
namespace {

constexpr int kMaxParents = 20;
constexpr std::size_t kMaxAffixBytes = 20;  // longer ones each item would repeat

std::string affix(XmlNode node, std::string_view name) {
  const std::string_view text = node.attribute(name);
  return text.size() <= kMaxAffixBytes ? std::string(text) : std::string();
}

std::string_view format_of(std::string_view letter) {
  if (letter == "a") return "lowerLetter";
  if (letter == "A") return "upperLetter";
  if (letter == "i") return "lowerRoman";
  return letter == "I" ? "upperRoman" : "decimal";
}

}  // namespace

void OdfStyles::read(XmlNode root) {
  for (std::string_view group : {"styles", "automatic-styles"}) {
    const XmlNode styles = root.child(group);
    for (XmlNode node = styles.first_child(); node; node = node.next()) {
      if (node.name() == "outline-style") read_levels(node, outline_);
      if (node.name() == "list-style") {
        read_levels(node, lists_[std::string(node.attribute("name"))]);
      }
      if (node.name() == "style" && node.attribute("family") == "paragraph") {
        parents_[std::string(node.attribute("name"))] = node.attribute("parent-style-name");
      }
    }
  }
}

void OdfStyles::read_levels(XmlNode node, OdfList& list) {
  for (XmlNode at = node.first_child(); at; at = at.next()) {
    const std::int64_t level = parse_int64(at.attribute("level")).value_or(0);
    if (level < 1 || level > kOdfListLevels) continue;
    OdfListLevel& entry = list[static_cast<std::size_t>(level - 1)];
    const std::string_view letter = at.attribute("num-format");
    entry.numbered = at.name() != "list-level-style-bullet" && !letter.empty();
    entry.display = static_cast<int>(std::clamp<std::int64_t>(
        parse_int64(at.attribute("display-levels")).value_or(1), 1, level));
    entry.format = format_of(letter);
    entry.prefix = affix(at, "num-prefix");
    entry.suffix = affix(at, "num-suffix");
    entry.start = std::clamp<std::int64_t>(parse_int64(at.attribute("start-value")).value_or(1), 0,
                                           1'000'000'000);
  }
}

bool OdfStyles::is_title(std::string_view style) const {
  for (int i = 0; i < kMaxParents && !style.empty(); ++i) {
    if (style == "Title") return true;
    auto found = parents_.find(style);
    if (found == parents_.end()) return false;
    style = found->second;
  }
  return false;
}

const OdfList* OdfStyles::list(std::string_view style) const {
  auto found = lists_.find(style);
  return found == lists_.end() ? nullptr : &found->second;
}

}  // namespace vecstore
