#include "rag/loaders/office/docx_styles.h"

#include <algorithm>
#include <vector>

#include "base/number.h"

namespace vecstore {
namespace {

// Styles based on styles: real ones are at most ten deep, Word allows eleven.
constexpr std::size_t kMaxBases = 20;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// "heading 2", as Word names its own in every language, and "Heading2", as their ids are.
int heading_of(std::string_view name) {
  const std::string text = lower(name);
  if (!text.starts_with("heading")) return 0;
  std::string_view rest = std::string_view(text).substr(7);
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  return rest.size() == 1 && rest[0] >= '1' && rest[0] <= '9' ? rest[0] - '0' : 0;
}

void apply_name(std::string_view name, DocxStyle& style) {
  const std::string text = lower(name);
  if (int level = heading_of(text); level > 0) style.heading = level;
  style.is_title |= text == "title";
  style.is_contents |= text.starts_with("toc ") || text == "toc heading";
  if (style.is_title && style.heading == 0) style.heading = 1;
}

void apply(XmlNode node, DocxStyle& style) {
  apply_name(node.child("name").attribute("val"), style);
  const XmlNode properties = node.child("pPr");
  style.heading = outline_level(properties, style.heading);
  if (XmlNode list = properties.child("numPr")) {
    if (XmlNode id = list.child("numId")) style.list = id.attribute("val");
    style.list_level =
        static_cast<int>(parse_int64(list.child("ilvl").attribute("val")).value_or(0));
  }
}

}  // namespace

int outline_level(XmlNode properties, int otherwise) {
  const XmlNode outline = properties.child("outlineLvl");
  const auto level = parse_int64(outline.attribute("val"));
  if (!outline || !level || *level < 0) return otherwise;
  return *level < 9 ? static_cast<int>(*level) + 1 : 0;
}

DocxStyles::DocxStyles(XmlNode root) {
  for (XmlNode node = root.child("style"); node; node = node.next("style")) {
    if (node.attribute("type") != "paragraph") continue;
    entries_.try_emplace(std::string(node.attribute("styleId")), Entry{node});
  }
  for (auto& [id, entry] : entries_) resolve(id);
}

// From the style that stands on none, or on one that is known, up to this one.
DocxStyle DocxStyles::resolve(const std::string& id) {
  std::vector<Entry*> chain;
  auto at = entries_.find(id);
  while (at != entries_.end() && !at->second.done && chain.size() < kMaxBases) {
    chain.push_back(&at->second);
    at = entries_.find(at->second.node.child("basedOn").attribute("val"));
  }
  DocxStyle style;
  if (at != entries_.end() && at->second.done) style = at->second.resolved;
  for (auto entry = chain.rbegin(); entry != chain.rend(); ++entry) {
    apply((*entry)->node, style);
    (*entry)->resolved = style;
    (*entry)->done = true;
  }
  return style;
}

DocxStyle DocxStyles::style(std::string_view id) const {
  auto found = entries_.find(id);
  if (found != entries_.end()) return found->second.resolved;
  DocxStyle style;
  apply_name(id, style);
  return style;
}

}  // namespace vecstore
