// The text of an XML file in the order of its elements, with titles as headings.
#pragma once

#include <string_view>

#include "rag/loaders/document.h"
#include "vecstore/status.h"

namespace vecstore {

// Deeper elements are an error.
inline constexpr std::size_t kMaxXmlDepth = 1'000;

// Fills text, headings, metadata and remarks.
Status read_xml(std::string_view bytes, Document& document);

}  // namespace vecstore
