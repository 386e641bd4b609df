// Passages whose text is parts of their document instead of one run of it: sentences that were
// kept, or a passage with its neighbours. What a citation points to stays exact.
//
// The text of such a hit is its parts with an empty line between them; its metadata have
//   text_parts   [[start, end], ..]: bytes of the document, where `start` and `end` of the hit are
//                counted too; there when the text is more than one run, or was shortened
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rag/splitters/text_span.h"
#include "vecstore/hits.h"

namespace vecstore {

inline constexpr const char* kTextPartsKey = "text_parts";

struct PassagePart {
  std::int64_t start = 0;  // byte of the document
  std::string text = {};

  std::int64_t end() const { return start + static_cast<std::int64_t>(text.size()); }
};

// The text in its parts: one where nothing was left out of it. A hit that does not know its `start`
// counts from its own text. None where there is no text.
std::vector<PassagePart> parts_of(const Hit& hit);

// Makes the text of `hit` those parts, in the order of the document; what overlaps or touches is
// one. `start` and `end` are set where the hit has them; highlights, which pointed into the text
// that was, go. `parts` are not empty.
void set_parts(Hit& hit, std::vector<PassagePart> parts);

// Those spans of the hit's text, in order, alone.
void keep_spans(Hit& hit, const std::vector<TextSpan>& spans);

// Where byte `at` of the hit's text, or the end of a part, is in the document.
std::int64_t document_offset(const Hit& hit, std::size_t at);

}  // namespace vecstore
