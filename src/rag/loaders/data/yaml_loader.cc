#include "rag/loaders/data/yaml_loader.h"

#include <algorithm>
#include <array>

#include "rag/loaders/encoding.h"

namespace vecstore {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool is_marker(std::string_view line, std::string_view marker) {
  return line.starts_with(marker) &&
         (line.size() == marker.size() || kSpace.find(line[marker.size()]) != kSpace.npos);
}

// What a block follows: nothing, a comment, an anchor, a tag, or the sign of a block of text.
bool opens_block(std::string_view value) {
  const std::size_t at = value.find_first_not_of(kSpace);
  return at == value.npos || std::string_view("#&!|>").find(value[at]) != value.npos;
}

// The key of "key:" or "'a key': |" at the start of a line; empty when it opens no block.
std::string_view key_of(std::string_view line) {
  if (line.empty() || std::string_view(" \t\r\n#-[]{},&*!|>%@`?").find(line[0]) != kSpace.npos) {
    return {};
  }
  const bool quoted = line[0] == '"' || line[0] == '\'';
  const std::size_t end = quoted ? line.find(line[0], 1) : line.find(':');
  if (end == line.npos) return {};
  const std::size_t colon = quoted ? end + 1 : end;
  if (colon >= line.size() || line[colon] != ':' || !opens_block(line.substr(colon + 1))) return {};
  std::string_view key = quoted ? line.substr(1, end - 1) : line.substr(0, end);
  return key.substr(0, key.find_last_not_of(kSpace) + 1);  // npos + 1 is 0
}

class YamlReader {
 public:
  explicit YamlReader(Document whole) : whole_(std::move(whole)) {}

  Result<std::vector<Document>> run() {
    const std::string_view text = whole_.text;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
      const std::string_view line = text.substr(at, end - at);
      if (is_marker(line, "---") || is_marker(line, "...")) {
        finish(at);
        begin_ = line[0] == '-' ? at : end;
      } else if (const std::string_view key = key_of(line);
                 !key.empty() && key.size() <= kMaxTitleBytes && headings_.size() < kMaxHeadings) {
        headings_.push_back({1, std::string(key), at - begin_});
      }
      if (documents_.size() > kMaxDocumentsPerFile) {
        return resource_exhausted("more than " + std::to_string(kMaxDocumentsPerFile) +
                                  " documents in one file");
      }
      at = end;
    }
    finish(text.size());
    return std::move(documents_);
  }

 private:
  // Ends the document that began at begin_.
  void finish(std::size_t end) {
    const std::string_view text = std::string_view(whole_.text).substr(begin_, end - begin_);
    std::vector<Heading> headings;
    headings.swap(headings_);
    const bool marker = text.starts_with("---");
    if (text.find_first_not_of(kSpace, marker ? 3 : 0) == text.npos) return;
    Document document;
    document.kind = whole_.kind;
    if (documents_.empty()) document.metadata = whole_.metadata;
    if (documents_.empty()) document.replaced = whole_.replaced;
    document.text = text;
    document.headings = std::move(headings);
    if (whole_.file_offset) document.file_offset = *whole_.file_offset + begin_;
    documents_.push_back(std::move(document));
  }

  Document whole_;
  std::vector<Document> documents_;
  std::vector<Heading> headings_;
  std::size_t begin_ = 0;
};

}  // namespace

std::span<const std::string_view> YamlLoader::extensions() const {
  static constexpr std::array<std::string_view, 2> kExtensions = {"yaml", "yml"};
  return kExtensions;
}

Result<std::vector<Document>> YamlLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(Document whole, decode_document(input, name()));
  return YamlReader(std::move(whole)).run();
}

}  // namespace vecstore
