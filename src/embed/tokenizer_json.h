// Reads the tokenizer.json of a model.
//
// Understood is the family of Llama: a BPE model with byte fallback, the normalizers Prepend,
// Replace (of a string) and Sequence, no pre-tokenizer, and the post-processor TemplateProcessing
// for single texts. Any other component, and any setting that would change the ids, is refused by
// name: ids that are nearly right give vectors that are quietly wrong. Padding and truncation are
// the caller's affair and the decoder is for the way back, so all three are passed over.
#pragma once

#include <string_view>

#include "embed/model_tokenizer.h"

namespace vecstore {

Result<ModelTokenizer> parse_tokenizer_json(std::string_view json);

}  // namespace vecstore
