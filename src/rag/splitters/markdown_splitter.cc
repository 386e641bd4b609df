#include "rag/splitters/markdown_splitter.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "embed/tokenizer/unicode/unicode.h"

namespace vecstore {
namespace {

bool can_be_printed(char32_t value) {
  if (value == ' ') return true;
  return !is_space(value) && (unicode::traits(value) & unicode::kOther) == 0;
}

// The line without blanks around it and without what cannot be printed. Reused memory.
void read_line(std::string_view text, TextSpan line, std::string& out) {
  out.clear();
  std::string_view rest = strip(text, line).of(text);
  while (!rest.empty()) {
    const CodePoint c = decode_utf8(rest);
    if (can_be_printed(c.value)) out.append(rest.substr(0, c.size));
    rest.remove_prefix(c.size);
  }
}

std::size_t count_of(std::string_view mark, std::string_view line) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = line.find(mark, at)) != line.npos; at += mark.size()) ++count;
  return count;
}

// Which lines are code: the fence that opens and all up to the one that closes.
class Fences {
 public:
  bool is_code(std::string_view line) {
    if (open_.empty()) {
      if (line.starts_with("```") && count_of("```", line) == 1) {
        open_ = "```";
      } else if (line.starts_with("~~~")) {
        open_ = "~~~";
      }
    } else if (line.starts_with(open_)) {
      open_ = {};
    }
    return !open_.empty();
  }

 private:
  std::string_view open_;
};

// 0 when it is no heading.
int level_of(std::string_view line) {
  const std::size_t marks = std::min(line.find_first_not_of('#'), line.size());
  const bool is_heading = marks >= 1 && marks <= 6 && line.size() <= kMaxTitleBytes &&
                          (marks == line.size() || line[marks] == ' ');
  return is_heading ? static_cast<int>(marks) : 0;
}

}  // namespace

MarkdownSplitter::MarkdownSplitter(const SplitterOptions& options, SectionLevels levels,
                                   RecursiveSplitter inside)
    : options_(options), levels_(levels), inside_(std::move(inside)) {}

Result<MarkdownSplitter> MarkdownSplitter::create(const SplitterOptions& options) {
  VECSTORE_ASSIGN(const SectionLevels levels, section_levels(options));
  VECSTORE_ASSIGN(RecursiveSplitter inside, RecursiveSplitter::create(options));
  return MarkdownSplitter(options, levels, std::move(inside));
}

Result<std::vector<Chunk>> MarkdownSplitter::split(const Document& document) const {
  VECSTORE_TRY(check_document(document));
  const std::string_view text = document.text;
  BlockReader reader(options_.strip_headings);
  Fences fences;
  std::string line;
  for (std::size_t begin = 0; begin <= text.size();) {
    const TextSpan span = {begin, std::min(text.find('\n', begin), text.size())};
    begin = span.end + 1;
    read_line(text, span, line);
    const bool code = fences.is_code(line);
    const int level = code ? 0 : level_of(line);
    if (level > 0 && levels_.split[level]) {
      const std::string_view behind =
          std::string_view(line).substr(static_cast<std::size_t>(level));
      reader.heading(span, level, std::string(strip(behind, {0, behind.size()}).of(behind)));
    } else if (code || !line.empty()) {
      reader.line(span, line.starts_with('#'));
    } else {
      reader.empty_line();
    }
  }
  VECSTORE_ASSIGN(std::vector<SectionBlock> blocks, reader.finish());
  if (!options_.each_line) blocks = join_blocks(std::move(blocks));
  return chunks_of_blocks(document, blocks, options_.chunk_size, inside_);
}

}  // namespace vecstore
