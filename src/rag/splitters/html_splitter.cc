#include "rag/splitters/html_splitter.h"

#include <algorithm>
#include <utility>

namespace vecstore {

HtmlSplitter::HtmlSplitter(const SplitterOptions& options, SectionLevels levels,
                           RecursiveSplitter inside)
    : options_(options), levels_(levels), inside_(std::move(inside)) {}

Result<HtmlSplitter> HtmlSplitter::create(const SplitterOptions& options) {
  VECSTORE_ASSIGN(const SectionLevels levels, section_levels(options));
  VECSTORE_ASSIGN(RecursiveSplitter inside, RecursiveSplitter::create(options));
  return HtmlSplitter(options, levels, std::move(inside));
}

Result<std::vector<Chunk>> HtmlSplitter::split(const Document& document) const {
  VECSTORE_TRY(check_document(document));
  const std::string_view text = document.text;
  BlockReader reader(options_.strip_headings);
  auto heading = document.headings.begin();
  for (std::size_t begin = 0; begin <= text.size();) {
    const TextSpan line = {begin, std::min(text.find('\n', begin), text.size())};
    begin = line.end + 1;
    // Of several on one line the last one counts, as its text is that of all.
    const Heading* here = nullptr;
    for (; heading != document.headings.end() && heading->begin <= line.end; ++heading) {
      const bool splits =
          heading->level >= 1 && heading->level <= 6 && levels_.split[heading->level];
      if (splits) here = &*heading;
    }
    if (here) {
      reader.heading(line, here->level, here->title);
    } else if (!strip(text, line).empty()) {
      reader.line(line, false);
    } else {
      reader.empty_line();
    }
  }
  VECSTORE_ASSIGN(std::vector<SectionBlock> blocks, reader.finish());
  if (!options_.each_line) blocks = join_blocks(std::move(blocks));
  return chunks_of_blocks(document, blocks, options_.chunk_size, inside_);
}

}  // namespace vecstore
