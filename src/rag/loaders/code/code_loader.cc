#include "rag/loaders/code/code_loader.h"

#include <algorithm>

#include "rag/loaders/code/languages.h"
#include "rag/loaders/encoding.h"

namespace vecstore {
namespace {

std::string_view language_of(const LoadInput& input) {
  const std::string_view name = input.path.substr(input.path.rfind('/') + 1);  // npos + 1 is 0
  std::string extension(name.substr(name.rfind('.') + 1));
  for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::string_view known = language_of_extension(extension);
  return known.empty() ? language_of_first_line(input.bytes) : known;
}

// The length of the longest line; fills places as far as there may be some.
std::size_t find_lines(Document& document) {
  const std::string_view text = document.text;
  std::size_t longest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    longest = std::max(longest, end - at);
    if (document.places.size() <= kMaxCodeLines) {
      document.places.push_back({at, static_cast<std::int64_t>(document.places.size()) + 1});
    }
    at = end;
  }
  return longest;
}

}  // namespace

std::span<const std::string_view> CodeLoader::extensions() const { return code_extensions(); }

bool CodeLoader::recognises(std::string_view bytes) const {
  return !language_of_first_line(bytes).empty();
}

Result<std::vector<Document>> CodeLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(Document document, decode_document(input, name()));
  const std::string_view language = language_of(input);
  if (!language.empty()) document.metadata["language"] = language;
  const std::size_t longest = find_lines(document);
  if (longest > kLongLineBytes) {
    document.remarks.push_back("a line of " + std::to_string(longest) +
                               " bytes: generated or minified");
  }
  if (document.places.size() > kMaxCodeLines) {
    document.places.clear();
    document.remarks.push_back("more than " + std::to_string(kMaxCodeLines) +
                               " lines: passages do not say theirs");
  }
  if (!document.places.empty()) document.place = "line";
  return std::vector<Document>{std::move(document)};
}

}  // namespace vecstore
