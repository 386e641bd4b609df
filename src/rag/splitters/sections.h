// Sections below headings of chosen levels: what the splitters "markdown" and "html" share.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rag/splitters/recursive_splitter.h"
#include "rag/splitters/splitter.h"
#include "rag/splitters/text_span.h"

namespace vecstore {

// The headings that are open, outermost first: level and title.
using SectionPath = std::vector<std::pair<int, std::string>>;

// Chunks repeat the titles above them: more bytes of them all together are refused.
inline constexpr std::size_t kMaxRepeatedTitles = std::size_t{256} << 20;

// Lines without an empty one between them, below the same headings.
struct SectionBlock {
  TextSpan span = {};
  std::shared_ptr<const SectionPath> path = {};  // not null
  bool after_heading = false;                    // one that is not part of it lies before it
  bool ends_in_heading = false;                  // its last line is one, or looks like one
};

// Makes blocks of lines that come one by one.
class BlockReader {
 public:
  // With `strip`, headings are no part of blocks.
  explicit BlockReader(bool strip) : strip_(strip) {}

  void heading(TextSpan line, int level, std::string title);
  void line(TextSpan line, bool looks_like_heading);
  void empty_line() { flush(); }

  // Ends the last block. kResourceExhausted for more than kMaxHeadings headings.
  Result<std::vector<SectionBlock>> finish();

 private:
  void flush();

  bool strip_;
  bool after_heading_ = false;
  std::size_t headings_ = 0;
  SectionBlock open_;  // without a path
  std::shared_ptr<const SectionPath> path_ = std::make_shared<SectionPath>();
  std::vector<SectionBlock> blocks_;
};

// Blocks that follow one another below the same headings joined, and a heading without text with
// the deeper section below it.
std::vector<SectionBlock> join_blocks(std::vector<SectionBlock> blocks);

// A chunk of each, or several as `inside` cuts it where it is longer than chunk_size.
Result<std::vector<Chunk>> chunks_of_blocks(const Document& document,
                                            const std::vector<SectionBlock>& blocks,
                                            std::size_t chunk_size,
                                            const RecursiveSplitter& inside);

// Whether sections begin at each level, from 1 to 6; 0 is unused.
struct SectionLevels {
  bool split[7] = {};
};

// Of options.split_headings, "#" to "######" or "h1" to "h6"; all when there is none.
Result<SectionLevels> section_levels(const SplitterOptions& options);

}  // namespace vecstore
