// How one JSON value becomes a document: shared by the JSON and JSONL loaders.
//
// An object whose "text", "content" or "body" (the first that is there) is a string: that is the
// text, the other members are metadata. Any other value: its strings, one per line as "path.to.key:
// string", are the text; an object of at most kMaxFlatMembers members keeps those of up to
// kMaxMetadataBytesEach as metadata.
#pragma once

#include "rag/loaders/document.h"

namespace vecstore {

// Metadata is stored with every chunk: what is longer stays in the text alone.
inline constexpr std::size_t kMaxMetadataBytesEach = 256;
// A larger object is data rather than a record about something.
inline constexpr std::size_t kMaxFlatMembers = 100;

Document json_document(Value value);

}  // namespace vecstore
