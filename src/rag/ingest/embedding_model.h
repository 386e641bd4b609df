// Which model made a collection's vectors: written when the collection is made, compared before
// anything else is embedded for it.
#pragma once

#include "vecstore/collection.h"
#include "vecstore/database.h"
#include "vecstore/embedder.h"

namespace vecstore {

// The key in CollectionOptions::attributes under which it is kept: {"name", "dimension", "pooling",
// "checksum"}.
inline constexpr const char* kEmbeddingAttribute = "embedding";

// Options of a new collection for this model's vectors: cosine, its dimension, the attribute.
CollectionOptions options_for(const EmbedderInfo& model);

// kFailedPrecondition naming both models when the collection's vectors come from another one. A
// collection without the attribute is judged by its dimension alone.
Status check_model(const Collection& collection, const EmbedderInfo& model);

// The dimension that the collection remembers of the model of that name; 0 when it is of another,
// or remembers none.
std::size_t embedded_dimension(const Collection& collection, std::string_view model);

}  // namespace vecstore
