#include "rag/loaders/markdown_loader.h"

#include <md4c.h>

#include <algorithm>
#include <array>

#include "rag/loaders/encoding.h"
#include "rag/loaders/front_matter.h"
#include "rag/loaders/html_entity.h"

namespace vecstore {
namespace {

// Runs md4c over `text`; Events has enter_block(type, detail), leave_block(type) and add(type,
// text).
template <typename Events>
Status parse(std::string_view text, unsigned flags, Events& events) {
  MD_PARSER parser = {};
  parser.flags = flags;
  parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* user) {
    return static_cast<Events*>(user)->enter_block(type, detail), 0;
  };
  parser.leave_block = [](MD_BLOCKTYPE type, void*, void* user) {
    return static_cast<Events*>(user)->leave_block(type), 0;
  };
  parser.enter_span = parser.leave_span = [](MD_SPANTYPE, void*, void*) { return 0; };
  parser.text = [](MD_TEXTTYPE type, const MD_CHAR* piece, MD_SIZE size, void* user) {
    return static_cast<Events*>(user)->add(type, {piece, size}), 0;
  };
  if (md_parse(text.data(), static_cast<MD_SIZE>(text.size()), &parser, &events) == 0) return {};
  return resource_exhausted("markdown: not enough memory to parse " + std::to_string(text.size()) +
                            " bytes");
}

struct HeadingPlace {
  int level;
  std::size_t first, last;  // where its text begins and ends
};

// Where headings stand at document level.
struct HeadingFinder {
  std::string_view text;  // what md4c parses; the text it hands out points into it
  std::vector<HeadingPlace> found = {};
  int containers = 0;  // open quotes and list items
  bool inside = false;

  void enter_block(MD_BLOCKTYPE type, void* detail) {
    if (type == MD_BLOCK_QUOTE || type == MD_BLOCK_LI) ++containers;
    if (type != MD_BLOCK_H || containers > 0) return;
    inside = true;
    found.push_back({static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level), 0, 0});
  }

  void leave_block(MD_BLOCKTYPE type) {
    if (type == MD_BLOCK_QUOTE || type == MD_BLOCK_LI) --containers;
    if (type != MD_BLOCK_H || !inside) return;
    inside = false;
    if (found.back().last == 0) found.pop_back();  // no text
  }

  void add(MD_TEXTTYPE, std::string_view piece) {
    const char* begin = text.data();
    bool here = piece.data() >= begin && piece.data() < begin + text.size();  // else a line break
    if (!inside || !here) return;
    auto at = static_cast<std::size_t>(piece.data() - begin);
    HeadingPlace& place = found.back();
    if (place.last == 0) place.first = at;
    place.last = at + piece.size();
  }
};

struct TitleReader {
  std::string title = {};

  void enter_block(MD_BLOCKTYPE, void*) {}
  void leave_block(MD_BLOCKTYPE) {}

  void add(MD_TEXTTYPE type, std::string_view piece) {
    if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR) {
      title += ' ';
    } else if (type == MD_TEXT_ENTITY) {
      title += decode_html_entity(piece);
    } else if (type != MD_TEXT_HTML) {
      title += piece;
    }
  }
};

// md4c takes quadratic time to pair brackets over many lines, and finding headings needs no links:
// this pass sees letters in place of brackets. Tables are off because md4c pads their rows without
// bound; no heading stands in one.
Result<std::vector<HeadingPlace>> find_places(std::string_view text) {
  std::string copy(text);
  for (char& c : copy) {
    if (c == '[' || c == ']') c = 'x';
  }
  HeadingFinder finder{copy};
  VECSTORE_TRY(parse(copy, MD_FLAG_NOHTMLSPANS, finder));
  return std::move(finder.found);
}

Result<std::vector<Heading>> find_headings(std::string_view text, std::size_t from) {
  constexpr std::size_t kMaxSource = 8 * kMaxTitleBytes;  // links and marks included
  std::string_view body = text.substr(from);
  VECSTORE_ASSIGN(std::vector<HeadingPlace> places, find_places(body));
  if (places.size() > kMaxHeadings) {
    return resource_exhausted(std::to_string(places.size()) + " headings; the limit is " +
                              std::to_string(kMaxHeadings));
  }
  std::vector<Heading> headings;
  for (const HeadingPlace& place : places) {
    std::size_t line = place.first == 0 ? 0 : body.rfind('\n', place.first - 1) + 1;
    std::string_view source = body.substr(line, body.find('\n', place.last) - line);
    if (source.size() > kMaxSource) continue;
    TitleReader reader;
    VECSTORE_TRY(parse(source, 0, reader));
    // A title is one line, whatever its references stand for.
    std::ranges::replace_if(
        reader.title, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    bool usable = !reader.title.empty() && reader.title.size() <= kMaxTitleBytes;
    if (usable) headings.push_back({place.level, std::move(reader.title), from + line});
  }
  return headings;
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
