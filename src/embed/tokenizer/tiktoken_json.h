// Reads an encoding of OpenAI's models, as the npm package tiktoken has it: cl100k_base.json,
// o200k_base.json.
//
// Tokens are ranked: of all neighbours whose bytes together are a token, those whose token ranks
// first become it. Special tokens ("<|endoftext|>") are text like any other, since texts that are
// to be counted or cut are not written for the model: what tiktoken calls encode_ordinary.
#pragma once

#include <string_view>

#include "embed/tokenizer/model_tokenizer.h"

namespace vecstore {

Result<ModelTokenizer> parse_tiktoken_json(std::string_view json);

}  // namespace vecstore
