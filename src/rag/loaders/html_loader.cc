#include "rag/loaders/html_loader.h"

#include <algorithm>
#include <array>

#include "rag/loaders/encoding.h"
#include "rag/loaders/html_boilerplate.h"
#include "rag/loaders/html_text.h"
#include "rag/loaders/text_writer.h"

namespace vecstore {
namespace {

// The label after "charset=" (or "encoding=" of an XML declaration) near the start of the page, as
// browsers look for it.
std::string_view declared_charset(std::string_view page) {
  page = page.substr(0, 2048);
  for (std::string_view key : {"charset=", "encoding="}) {
    std::size_t at = page.find(key);
    if (at == page.npos) continue;
    std::string_view rest = page.substr(at + key.size());
    rest.remove_prefix(std::min(rest.find_first_not_of("\"' "), rest.size()));
    return rest.substr(0, rest.find_first_of("\"' ;/>?\r\n"));
  }
  return {};
}

std::string one_line(std::string_view text) {
  TextWriter writer;
  writer.add(text);
  return writer.take();
}

void read_head(const HtmlTree& tree, Metadata& metadata) {
  std::string language = one_line(tree.nodes().front().attribute("lang"));
  std::string title, author;
  for (const HtmlNode& node : tree.nodes()) {
    if (node.tag() == GUMBO_TAG_BODY) break;
    if (node.tag() == GUMBO_TAG_TITLE && node.is_html() && title.empty()) {
      std::size_t first = static_cast<std::size_t>(&node - tree.nodes().data()) + 1;
      if (first < node.end) title = one_line(tree.nodes()[first].text());
    }
    if (node.tag() == GUMBO_TAG_META && node.attribute("name") == "author") {
      author = one_line(node.attribute("content"));
    }
  }
  auto keep = [&](const char* key, std::string value) {
    if (!value.empty() && value.size() <= kMaxTitleBytes) metadata[key] = std::move(value);
  };
  keep("title", std::move(title));
  keep("author", std::move(author));
  keep("language", std::move(language));
}

}  // namespace

std::span<const std::string_view> HtmlLoader::extensions() const {
  static constexpr std::array<std::string_view, 3> kExtensions = {"html", "htm", "xhtml"};
  return kExtensions;
}

bool HtmlLoader::recognises(std::string_view bytes) const {
  std::string head(first_text(bytes).substr(0, 15));
  for (char& c : head) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return head.starts_with("<!doctype html") || head.starts_with("<html");
}

Result<std::vector<Document>> HtmlLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(Document document, decode_document(input, name(), declared_charset(input.bytes)));
  document.file_offset.reset();
  VECSTORE_ASSIGN(HtmlTree tree, HtmlTree::parse(document.text));
  read_head(tree, document.metadata);
  HtmlText page = write_html_text(tree, find_boilerplate(tree));
  document.headings = std::move(page.headings);
  document.text = std::move(page.text);
  return std::vector<Document>{std::move(document)};
}

}  // namespace vecstore
