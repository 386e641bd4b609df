// Readers of the parts of a tokenizer.json, one for each.
#pragma once

#include "embed/tokenizer/model_tokenizer.h"
#include "vecstore/value.h"

namespace vecstore::tokenizer_json {

// A normalizer, or a Sequence of them, appended.
Status read_normalizer(const Value& value, std::vector<NormalizerStep>& steps);

// A pre-tokenizer, or a Sequence of them, appended.
Status read_splitter(const Value& value, std::vector<PreTokenizer>& steps);

// A pattern as {"String": text} or {"Regex": text}.
Result<Pattern> read_pattern(const Object& owner);

// A post-processor, or a Sequence of them.
Status read_post_processor(const Value& value, PostProcessor& post);

struct ModelParts {
  std::vector<VocabularyPiece> pieces;
  std::variant<BpeParts, WordPieceParts, UnigramParts> own;  // whose pieces are still to be set
};
Result<ModelParts> read_model(const Object& model);

// Makes the model. Where the last of `splitters` writes bytes as characters only for the model to
// find a piece for each, both are told to leave that out.
Result<TokenModel> make_model(ModelParts parts, std::vector<PreTokenizer>& splitters);

// The added tokens of a file. Ids of those that are not in the vocabulary follow it in the order of
// the file, as in the reference: a file whose numbers say otherwise is refused.
Status read_added_tokens(const Object& root, const std::vector<VocabularyPiece>& pieces,
                         std::vector<AddedToken>& tokens);

}  // namespace vecstore::tokenizer_json
