#include "rag/splitters/sections.h"

#include <algorithm>

namespace vecstore {

void BlockReader::flush() {
  if (open_.span.empty()) return;
  open_.path = path_;
  open_.after_heading = after_heading_;
  after_heading_ = false;
  blocks_.push_back(std::move(open_));
  open_ = {};
}

void BlockReader::heading(TextSpan line, int level, std::string title) {
  flush();
  ++headings_;
  SectionPath path = *path_;
  while (!path.empty() && path.back().first >= level) path.pop_back();
  path.emplace_back(level, std::move(title));
  path_ = std::make_shared<const SectionPath>(std::move(path));
  after_heading_ = strip_;
  if (!strip_) this->line(line, true);
}

void BlockReader::line(TextSpan line, bool looks_like_heading) {
  if (open_.span.empty()) open_.span.begin = line.begin;
  open_.span.end = line.end;
  open_.ends_in_heading = looks_like_heading;
}

Result<std::vector<SectionBlock>> BlockReader::finish() {
  flush();
  if (headings_ > kMaxHeadings) {
    return resource_exhausted(std::to_string(headings_) + " headings; the limit is " +
                              std::to_string(kMaxHeadings));
  }
  return std::move(blocks_);
}

std::vector<SectionBlock> join_blocks(std::vector<SectionBlock> blocks) {
  std::vector<SectionBlock> out;
  for (SectionBlock& block : blocks) {
    const bool apart = out.empty() || block.after_heading;
    const bool same = !apart && *out.back().path == *block.path;
    const bool below = !apart && !same && out.back().path->size() < block.path->size() &&
                       out.back().ends_in_heading;
    if (!same && !below) {
      out.push_back(std::move(block));
      continue;
    }
    out.back().span.end = block.span.end;
    out.back().ends_in_heading = block.ends_in_heading;
    if (below) out.back().path = std::move(block.path);
  }
  return out;
}

Result<std::vector<Chunk>> chunks_of_blocks(const Document& document,
                                            const std::vector<SectionBlock>& blocks,
                                            std::size_t chunk_size,
                                            const RecursiveSplitter& inside) {
  const std::string_view text = document.text;
  std::vector<TextSpan> spans;
  std::vector<const SectionPath*> paths;  // per span
  std::size_t titles = 0;                 // bytes
  for (const SectionBlock& block : blocks) {
    const TextSpan span = strip(text, block.span);
    if (count_code_points(span.of(text)) > chunk_size) {
      VECSTORE_TRY(inside.split_span(text, span, spans));
    } else if (!span.empty()) {
      spans.push_back(span);
    }
    for (; paths.size() < spans.size(); paths.push_back(block.path.get())) {
      for (const auto& [level, title] : *block.path) titles += title.size() + sizeof(title);
    }
    if (titles > kMaxRepeatedTitles) {
      return resource_exhausted("the headings above more than " + std::to_string(paths.size()) +
                                " chunks are too long to be kept with each");
    }
  }
  std::vector<Chunk> chunks = make_chunks(document, spans);
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    chunks[i].headings.clear();
    for (const auto& [level, title] : *paths[i]) chunks[i].headings.push_back(title);
  }
  return chunks;
}

Result<SectionLevels> section_levels(const SplitterOptions& options) {
  SectionLevels levels;
  for (const std::string& mark : options.split_headings) {
    std::size_t level = mark.size();
    const bool tag = level == 2 && (mark[0] == 'h' || mark[0] == 'H');
    if (tag) level = static_cast<std::size_t>(mark[1] - '0');
    if (level < 1 || level > 6 || (!tag && mark.find_first_not_of('#') != mark.npos)) {
      return invalid_argument("split_headings has '" + mark +
                              "'; they are # to ###### or h1 to h6");
    }
    levels.split[level] = true;
  }
  if (options.split_headings.empty()) std::ranges::fill(levels.split, true);
  return levels;
}

}  // namespace vecstore
