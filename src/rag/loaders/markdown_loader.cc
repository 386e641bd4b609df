#include "rag/loaders/markdown_loader.h"

#include <md4c.h>

#include <array>

#include "rag/loaders/encoding.h"
#include "rag/loaders/front_matter.h"
#include "rag/loaders/html_entity.h"

namespace vecstore {
namespace {

// md4c's callbacks: collects the headings that stand at document level.
struct HeadingCollector {
  std::string_view text;  // what md4c parses; its text pointers point into it
  std::size_t origin;     // where that lies in the document
  std::vector<Heading> headings = {};
  int containers = 0;   // open quotes and list items
  bool inside = false;  // a heading is open
  bool placed = false;  // its first byte has been seen

  void open(int level) {
    if (containers != 0) return;
    headings.push_back({level, {}, 0});
    inside = true;
    placed = false;
  }

  void close() {
    if (!inside) return;
    inside = false;
    std::size_t length = headings.back().title.size();
    if (length == 0 || length > kMaxTitleBytes || !placed) headings.pop_back();
  }

  void add(MD_TEXTTYPE type, std::string_view piece) {
    if (!inside) return;
    const char* first = text.data();
    if (!placed && piece.data() >= first && piece.data() < first + text.size()) {
      auto at = static_cast<std::size_t>(piece.data() - first);
      std::size_t line_end = at == 0 ? text.npos : text.rfind('\n', at - 1);
      headings.back().begin = origin + (line_end == text.npos ? 0 : line_end + 1);
      placed = true;
    }
    std::string& title = headings.back().title;
    if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR) {
      title += ' ';
    } else if (type == MD_TEXT_ENTITY) {
      title += decode_html_entity(piece);
    } else if (type != MD_TEXT_HTML) {
      title += piece;
    }
  }
};

HeadingCollector& collector(void* user) { return *static_cast<HeadingCollector*>(user); }

int enter_block(MD_BLOCKTYPE type, void* detail, void* user) {
  if (type == MD_BLOCK_QUOTE || type == MD_BLOCK_LI) ++collector(user).containers;
  if (type == MD_BLOCK_H) {
    collector(user).open(static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level));
  }
  return 0;
}

int leave_block(MD_BLOCKTYPE type, void*, void* user) {
  if (type == MD_BLOCK_QUOTE || type == MD_BLOCK_LI) --collector(user).containers;
  if (type == MD_BLOCK_H) collector(user).close();
  return 0;
}

int ignore_span(MD_SPANTYPE, void*, void*) { return 0; }

int add_text(MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* user) {
  collector(user).add(type, {text, size});
  return 0;
}

Result<std::vector<Heading>> find_headings(std::string_view text, std::size_t from) {
  HeadingCollector found{text.substr(from), from};
  // Without the tables extension: no heading stands in a table, and md4c pads rows without bound.
  MD_PARSER parser = {};
  parser.enter_block = enter_block;
  parser.leave_block = leave_block;
  parser.enter_span = ignore_span;
  parser.leave_span = ignore_span;
  parser.text = add_text;
  if (md_parse(found.text.data(), static_cast<MD_SIZE>(found.text.size()), &parser, &found) != 0) {
    return resource_exhausted("markdown: not enough memory to parse " +
                              std::to_string(text.size()) + " bytes");
  }
  return std::move(found.headings);
}

}  // namespace

std::span<const std::string_view> MarkdownLoader::extensions() const {
  static constexpr std::array<std::string_view, 4> kExtensions = {"md", "markdown", "mdown", "mkd"};
  return kExtensions;
}

Result<std::vector<Document>> MarkdownLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(Document document, decode_document(input, name()));
  FrontMatter front = read_front_matter(document.text);
  VECSTORE_ASSIGN(document.headings, find_headings(document.text, front.bytes));
  std::string title = std::move(front.title);
  for (const Heading& heading : document.headings) {
    if (title.empty() && heading.level == 1) title = heading.title;
  }
  bool usable = !title.empty() && title.size() <= kMaxTitleBytes;
  if (usable) document.metadata["title"] = std::move(title);
  return std::vector<Document>{std::move(document)};
}

}  // namespace vecstore
