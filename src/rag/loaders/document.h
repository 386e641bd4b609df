// What a loader makes of a file: text, its headings, and what the file says about itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vecstore/value.h"

namespace vecstore {

// A document with more is refused: each may become a chunk.
inline constexpr std::size_t kMaxHeadings = 100'000;

// A longer title or heading is text: titles are stored with every chunk.
inline constexpr std::size_t kMaxTitleBytes = 500;

struct Heading {
  int level = 1;           // 1 is the outermost
  std::string title = {};  // one line
  std::size_t begin = 0;   // byte offset in the text of the line where the heading begins
};

// Where a page, slide, row of a sheet, cell or line begins.
struct PlaceBegin {
  std::size_t begin = 0;    // byte offset in the text
  std::int64_t number = 1;  // as a person counts
};

struct Document {
  std::string text = {};  // valid UTF-8
  std::string kind = {};  // name of the loader: "text", "markdown", "html", …
  Metadata metadata =
      {};  // "title" when known; "encoding" when not plain UTF-8; the loader's own keys
  std::vector<Heading> headings = {};  // by ascending `begin`

  // What `places` count, and the metadata key of a chunk's own: "page", "slide", "row", "cell",
  // "line".
  std::string place = {};
  std::vector<PlaceBegin> places = {};  // by ascending `begin`

  std::vector<std::string> remarks = {};  // what was left out, and why
  std::size_t replaced = 0;               // invalid sequences of the file that became U+FFFD

  // Set when `text` is a run of the file's own bytes: text[i] is byte *file_offset + i of the file.
  // Unset when the text was extracted or converted; offsets then refer to the text alone.
  std::optional<std::size_t> file_offset = {};
};

}  // namespace vecstore
