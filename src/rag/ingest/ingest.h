// Files and folders into a collection: read, split, embedded and written, and again only where they
// changed.
//
// A chunk is a record. Its id is `root/relative/path#n`, where root is the base name of the folder
// that was named (of the parent, for a single file) and n counts from 0 within the file; its text
// is the chunk itself; its metadata are those of the document and
//   source    root/relative/path            title    of the document, else the file's name
//   headings  list, outermost first         start, end   byte offsets (loaders/document.h says into
//   what)
//   page      (or slide, row, cell, line) where the chunk begins; page_end where it ends on another
//   document  which of the file's documents it is of, from 0, when there are several
//   text_hash of the text that offsets refer to, where that is not the file itself
// and on chunk 0, as the memory of the file: source_hash, chunks (how many), source_root (the
// folder on this machine). A document's own key of one of these names is kept as doc_NAME.
//
// A file's chunks, the removal of its old ones and its hash are one atomic batch, so that whatever
// interrupts an ingest, the next one goes on where it stopped. A file too large for one batch is
// written in several; its hash comes last. Files that are gone from a folder named here lose their
// chunks, and so do files in it that became folders, pipes or binary; files that exist and are
// excluded, or cannot be read (a link to what is not there, too), keep them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rag/loaders/load_budget.h"
#include "rag/splitters/splitter.h"
#include "vecstore/database.h"
#include "vecstore/embedder.h"
#include "vecstore/query.h"

namespace vecstore {

struct IngestProgress {
  std::size_t files_done = 0;
  std::size_t files_total = 0;
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;
  std::uint64_t bytes_unchanged = 0;  // of bytes_done: files that cost no more than reading
  std::uint64_t chunks_embedded =
      0;  // known to a cache or made by the model; ahead of those written
  std::uint64_t chunks_written = 0;
  double seconds = 0;
  std::string_view source = {};  // the file just finished, or a large one in the middle
};

struct IngestOptions {
  std::vector<std::string> paths = {};  // files and folders
  std::vector<std::string> include =
      {};  // patterns of loaders/glob.h, for what is found in folders
  std::vector<std::string> exclude = {};
  bool gitignore = true;             // leave out what .gitignore files say, in folders
  std::string splitter = "heading";  // a name that make_splitter knows
  SplitterOptions splitting = {};
  // Late chunking: the model reads a document whole, as much of it as its length allows, and a
  // chunk's vector is the mean of its tokens there. For transformers that were trained for the
  // mean.
  bool late_chunking = false;
  std::size_t batch_size = 256;  // chunks embedded at a time, at most; fewer where a model is slow
  std::size_t max_file_bytes = std::size_t{64} << 20;
  LoadLimits limits = {};     // of what one file unfolds to
  std::string password = {};  // tried on files that are encrypted; not kept
  // Of what is found, only these files, and those below these folders, are read: absolute, below
  // the canonical path of what was named. The others count as found and stay as they are. Empty:
  // all.
  std::set<std::string> changed = {};
  bool dry_run = false;  // reads and splits, says what would be done and changes nothing

  // Called after every file and every batch of a large one, and about every second while the model
  // works, on the thread of ingest().
  std::function<void(const IngestProgress&)> progress = {};
  std::optional<CancelToken> cancel = {};
};

// A file that was not taken, or was taken with a remark; a folder that cannot be read counts as a
// file that failed.
struct IngestNote {
  std::string source = {};
  Status status = {};
};

// What was done; of a dry run, what would be.
struct IngestReport {
  std::size_t files = 0;  // looked at; the sum of the next six
  std::size_t added = 0;
  std::size_t changed = 0;
  std::size_t unchanged = 0;
  std::size_t empty = 0;    // without text to keep
  std::size_t skipped = 0;  // found in a folder and binary, or no file: a pipe, a device
  std::size_t failed = 0;   // listed in `problems`
  std::size_t removed = 0;  // were there earlier and are gone
  std::uint64_t chunks_written = 0;
  std::uint64_t chunks_removed =
      0;  // of files changed, emptied or removed, beyond those overwritten
  std::uint64_t bytes_read = 0;
  double seconds = 0;
  bool cancelled =
      false;  // everything counted here is done and stays; vanished files were not looked for
  std::vector<IngestNote> problems = {};  // each failed file
  std::vector<IngestNote> skips = {};     // why each skipped file was
  std::vector<IngestNote> remarks = {};   // taken, with something left out or replaced
};

// What ingest() refuses whatever the files hold: paths that are not there, a splitter that cannot
// be made, late chunking by a model without vectors of tokens. For who makes the database only
// then.
Status check_ingest(const Embedder& embedder, const IngestOptions& options);

// Makes the collection when absent: cosine, the embedder's dimension, its description in the
// attribute "embedding". A collection whose vectors come from another model is refused. One file's
// failure is in the report; an error is returned when nothing can be done (no such path, unknown
// splitter, another model) or the store or the embedder fails; what was done until then stays.
Result<IngestReport> ingest(Database& database, std::string_view collection,
                            const Embedder& embedder, const IngestOptions& options);

}  // namespace vecstore
