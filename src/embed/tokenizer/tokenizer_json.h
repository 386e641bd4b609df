// Reads the tokenizer.json of a model.
//
// Understood are the models WordPiece, Unigram and BPE (over characters or bytes) with what belongs
// to them: see read_normalizer(), read_splitter() and read_post_processor() in json/. Any other
// component, and any setting that would change the ids, is refused by name: ids that are nearly
// right give vectors that are quietly wrong. Padding and truncation are the caller's affair and the
// decoder is for the way back, so all three are passed over.
#pragma once

#include <string_view>

#include "embed/tokenizer/model_tokenizer.h"

namespace vecstore {

Result<ModelTokenizer> parse_tokenizer_json(std::string_view json);

}  // namespace vecstore
