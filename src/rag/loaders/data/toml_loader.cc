#include "rag/loaders/data/toml_loader.h"

#include <algorithm>
#include <array>

#include "rag/loaders/encoding.h"

namespace vecstore {
namespace {

class TableFinder {
 public:
  explicit TableFinder(std::string_view text) : text_(text) {}

  std::vector<Heading> run() {
    while (at_ < text_.size()) {
      const std::size_t first = text_.find_first_not_of(" \t", at_);
      if (first == text_.npos) break;
      if (depth_ == 0 && text_[first] == '[') {
        read_header(first);
      } else {
        read_line();
      }
    }
    return std::move(headings_);
  }

 private:
  std::size_t line_end() const { return std::min(text_.find('\n', at_), text_.size() - 1) + 1; }

  // "[a.b]" or "[[a.b]]"
  void read_header(std::size_t first) {
    const std::size_t begin = at_;
    at_ = line_end();
    std::string_view line = text_.substr(first, at_ - first);
    const bool array = line.starts_with("[[");
    line.remove_prefix(array ? 2 : 1);
    const std::size_t end = line.rfind(']', std::min(line.find('#'), line.size()));
    if (end == line.npos || headings_.size() == kMaxHeadings) return;
    if (array && (end == 0 || line[end - 1] != ']')) return;
    std::string_view name = line.substr(0, array ? end - 1 : end);
    name.remove_prefix(std::min(name.find_first_not_of(" \t"), name.size()));
    name = name.substr(0, name.find_last_not_of(" \t") + 1);  // npos + 1 is 0
    if (name.empty() || name.size() > kMaxTitleBytes) return;
    const auto dots = std::ranges::count(name, '.');
    headings_.push_back(
        {static_cast<int>(std::min<std::ptrdiff_t>(dots, 5)) + 1, std::string(name), begin});
  }

  // Passes over a line, and over those that a string goes on in; counts brackets that stay open.
  void read_line() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const std::string_view rest = text_.substr(at_);
      if (c == '#' || c == '\n') {
        at_ = line_end();
        return;
      }
      if (rest.starts_with("\"\"\"") || rest.starts_with("'''")) {
        skip_string(rest.substr(0, 3));
      } else if (c == '"' || c == '\'') {
        skip_string(rest.substr(0, 1));
      } else {
        depth_ += (c == '[') - (c == ']');
        depth_ = std::max(depth_, 0);
        ++at_;
      }
    }
  }

  void skip_string(std::string_view quote) {
    at_ += quote.size();
    while (at_ < text_.size() && !text_.substr(at_).starts_with(quote)) {
      if (quote.size() == 1 && text_[at_] == '\n') return;
      at_ += text_[at_] == '\\' && quote[0] == '"' ? 2 : 1;
    }
    at_ = std::min(at_ + quote.size(), text_.size());
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::vector<Heading> headings_;
};

}  // namespace

std::span<const std::string_view> TomlLoader::extensions() const {
  static constexpr std::array<std::string_view, 1> kExtensions = {"toml"};
  return kExtensions;
}

Result<std::vector<Document>> TomlLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(Document document, decode_document(input, name()));
  document.headings = TableFinder(document.text).run();
  return std::vector<Document>{std::move(document)};
}

}  // namespace vecstore
