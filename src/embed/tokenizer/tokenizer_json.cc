#include "embed/tokenizer/tokenizer_json.h"

#include "base/json.h"
#include "embed/tokenizer/json/members.h"
#include "embed/tokenizer/json/readers.h"

namespace vecstore {

using tokenizer_json::find_object;
using tokenizer_json::find_set;
using tokenizer_json::refuse;

Result<ModelTokenizer> parse_tokenizer_json(std::string_view json) {
  auto parsed = parse_json(json);
  if (!parsed.ok()) return parsed.status().with_context("tokenizer");
  const Object* root = parsed->as_object();
  if (!root) return refuse("not a JSON object");
  TokenizerParts parts;
  if (const Value* normalizer = find_set(*root, "normalizer")) {
    VECSTORE_TRY(tokenizer_json::read_normalizer(*normalizer, parts.normalizer));
  }
  if (const Value* splitter = find_set(*root, "pre_tokenizer")) {
    VECSTORE_TRY(tokenizer_json::read_splitter(*splitter, parts.splitters));
  }
  if (const Value* processor = find_set(*root, "post_processor")) {
    VECSTORE_TRY(tokenizer_json::read_post_processor(*processor, parts.post));
  }
  const Object* object = find_object(*root, "model");
  if (!object) return refuse("no model");
  VECSTORE_ASSIGN(tokenizer_json::ModelParts model_parts, tokenizer_json::read_model(*object));
  VECSTORE_TRY(tokenizer_json::read_added_tokens(*root, model_parts.pieces, parts.added));
  if (!parts.post.trims.empty()) parts.pieces = model_parts.pieces;
  VECSTORE_ASSIGN(TokenModel model,
                  tokenizer_json::make_model(std::move(model_parts), parts.splitters));
  return ModelTokenizer(std::move(model), std::move(parts));
}

}  // namespace vecstore
