// A Splitter cuts a document into chunks: contiguous runs of its text that are embedded and found
// as one.
//
// To add one: derive from Splitter in splitters/NAME_splitter.{h,cc}, add it to make_splitter, test
// it beside the code. Chunks may overlap; text that is in no chunk is white space, a separator that
// was told to be left out, a heading that was, or what holds the members of JSON together.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rag/loaders/document.h"
#include "vecstore/cancel.h"
#include "vecstore/status.h"

namespace vecstore {

class Embedder;

struct Chunk {
  std::size_t begin = 0;  // bytes into document.text; the chunk is text.substr(begin, end - begin)
  std::size_t end = 0;
  std::size_t begin_char = 0;  // the same in code points
  std::size_t end_char = 0;
  std::vector<std::string> headings =
      {};  // titles from the outermost heading to that of the chunk's section
};

// Which piece a separator goes with; kNone: it lies between them.
enum class KeepSeparator { kNone, kStart, kEnd };

// What "semantic" calls far apart: above a percentile of all distances, so many standard deviations
// or interquartile ranges above their mean, or where they rise faster than a percentile of all
// rises.
enum class Breakpoint { kPercentile, kStandardDeviation, kInterquartile, kGradient };

// Sizes are code points, for "token" tokens. make_splitter refuses an option of a splitter that
// does not read it; splitter_options.h has them by name.
struct SplitterOptions {
  std::size_t chunk_size = 1000;    // at least 1
  std::size_t chunk_overlap = 150;  // of neighbouring chunks; at most chunk_size
  std::string tokenizer = {};       // the file of "token"

  // Of "recursive" and of those that cut long runs as it does, coarsest first; of "character" one.
  // "" cuts between any two characters; without it at the end a piece that holds no separator stays
  // whole, however long. Empty: the splitter's own.
  std::vector<std::string> separators = {};
  bool regex_separators = false;                     // as separator.h reads them
  std::optional<KeepSeparator> keep_separator = {};  // unset: the splitter's own

  // Of "recursive" instead of separators, and of "code" for documents that do not tell theirs in
  // the metadata: a name that language_separators.h knows.
  std::string language = {};

  // Of "code": the folder with what tools/build-grammars made, for syntax trees; empty: separators.
  std::string grammars = {};
  bool require_grammar = false;  // an error, not separators, where a grammar could be and is not

  // Of "markdown" and "html".
  std::vector<std::string> split_headings = {};  // "#" to "######" or "h1" to "h6"; empty: all
  bool strip_headings = false;                   // their lines are in no chunk
  bool each_line = false;                        // blocks of lines are not joined to sections

  // Of "json". A chunk smaller than min_chunk_size is filled with parts of what is too large for
  // it; 0: 200 less than chunk_size, at least 50.
  std::size_t min_chunk_size = 0;
  bool split_lists = false;  // into their elements, where else a list stays whole

  // Of "semantic".
  Breakpoint breakpoint = Breakpoint::kPercentile;
  std::optional<double> breakpoint_amount = {};  // unset: 95 %, 3, 1.5, 95 %
  std::size_t number_of_chunks = 0;  // about so many, instead of these two; 0: as many as there are
  std::size_t buffer_size = 1;  // sentences on both sides that are embedded with one, at most 100
  const Embedder* embedder = nullptr;  // outlives the splitter; ingest() has its own stand in
  CancelToken cancel = {};             // ends the embedder's work
};

// Safe from many threads.
class Splitter {
 public:
  virtual ~Splitter() = default;

  virtual std::string_view name() const = 0;

  // Whether it wants the file's own text where the loader of that name would make other text of it.
  virtual bool takes_source(std::string_view /*loader*/) const { return false; }

  // Chunks by ascending `begin`, none empty. An error when the document's text is not UTF-8 or its
  // headings lie outside it.
  virtual Result<std::vector<Chunk>> split(const Document& document) const = 0;
};

}  // namespace vecstore
