// Passages with what stands around them: found by a little, shown with enough to understand it.
//
// Of chunks that ingest() wrote; other records stay as they are. Sentence window: split by
// sentences, ask with a window. Parent document: ask for the section or the document of a hit.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "vecstore/collection.h"

namespace vecstore {

enum class Parent : unsigned char { kNone, kSection, kDocument };
std::string_view parent_name(Parent parent);  // none, section, document
Result<Parent> parse_parent(std::string_view name);

inline constexpr std::size_t kMaxWindow = 100;

struct NeighbourOptions {
  std::size_t window = 0;         // chunks before a hit, and as many behind it
  Parent parent = Parent::kNone;  // or all before and behind with its headings, or of its document
  std::size_t max_bytes = 8000;   // of a hit with its neighbours; the nearest come first
  // Looked at between hits: kCancelled.
  std::optional<CancelToken> cancel = {};

  bool any() const { return window > 0 || parent != Parent::kNone; }
};

// Each hit's text grows by its neighbours, whole ones, in both directions in turn; offsets stay
// exact (rag/answer/passage_parts.h), pages go from the first to the last. No chunk is shown twice:
// it goes to the best hit that takes it, and a hit that a better one has taken leaves, so that
// fewer may come. Filters of the query are not asked about neighbours. Hits whose text was
// shortened stay as they are. Cost: reading the neighbours, one call for each hit and sixteen
// chunks.
Result<Hits> with_neighbours(const Collection& collection, Hits hits,
                             const NeighbourOptions& options);

}  // namespace vecstore
