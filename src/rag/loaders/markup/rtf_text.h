// The text of an RTF file with its headings and properties.
#pragma once

#include <string_view>

#include "rag/loaders/document.h"
#include "vecstore/status.h"

namespace vecstore {

// Deeper groups are an error.
inline constexpr std::size_t kMaxRtfDepth = 1'000;

// Fills text, headings, metadata and remarks.
Status read_rtf(std::string_view bytes, Document& document);

}  // namespace vecstore
