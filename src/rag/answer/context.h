// Passages packed into what a model is shown, numbered so that it can say where a statement is
// from.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "vecstore/hits.h"

namespace vecstore {

struct Context {
  std::string text = {};               // "[1] docs/a.md › Section\nthe passage\n\n[2] …"
  Hits passages = {};                  // as numbered: the first is [1]
  std::vector<std::size_t> hits = {};  // of each passage: which of the hits it is
  std::size_t left_out = 0;            // hits that did not fit, or say nothing
  bool cut = false;                    // the first passage did not fit whole
};

// As many of the best hits, in their order, as fit into about `max_tokens` (embed/remote/tokens.h
// says how they are counted). A hit that does not fit is left out and a shorter one behind it may
// still come; of the first at least the beginning is there. Hits without text are left out, and so
// is one whose text lies within that of a better one.
Context pack_context(const Hits& hits, std::size_t max_tokens);

// "Title › Section › Subsection", as far as they are known.
std::string heading_path(const Metadata& metadata);

// "docs/a.md › Title › Section", "docs/a.zip/b.md › Title": where a hit is from; its id when it
// does not say.
std::string source_line(const Hit& hit);

}  // namespace vecstore
