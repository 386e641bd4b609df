// Texts as vectors of the kind that a collection has.
#pragma once

#include <string>
#include <vector>

#include "cli/session.h"
#include "vecstore/collection.h"

namespace vecstore {

bool searches_texts(const TextOptions& options);

// Dense vectors are made by the session's embedder, sparse ones by embedding.model where it is a
// SPLADE, multi-vectors where it is a ColBERT. kFailedPrecondition when the collection's vectors
// come from another model, or are of another kind than the model makes. `questions`: texts that are
// looked for; else texts to be found. Where there is nothing to embed in a text its vector is
// empty.
Result<std::vector<Vector>> embed_texts(Session& session, const Collection& collection,
                                        const std::vector<std::string>& texts, bool questions);
// The same, where an empty vector is kInvalidArgument.
Result<std::vector<Vector>> embed_questions(Session& session, const Collection& collection,
                                            const std::vector<std::string>& texts);

}  // namespace vecstore
