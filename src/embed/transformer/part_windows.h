// Late chunking (Günther et al., "Late Chunking: Contextual Chunk Embeddings Using Long-Context
// Embedding Models", 2024): a text in as few windows of a model's length as its parts need, each
// part whole in one of them with as much of the text before it as fits.
#pragma once

#include <string_view>
#include <vector>

#include "embed/tokenizer/model_tokenizer.h"
#include "embed/transformer/sentence_encoder.h"
#include "vecstore/embedder.h"

namespace vecstore {

struct PartWindows {
  std::vector<SentenceEncoder::Tokens> texts = {};       // of each window, `lead` first
  std::vector<SentenceEncoder::Stretch> stretches = {};  // of each part, in their order

  // A window's last quarter is seen again by the next one, before its first part. Of a part that is
  // longer than a window its beginning counts, of one without tokens nothing. kInvalidArgument for
  // parts that do not lie in the text in order, and for a lead that leaves no room of 8 tokens.
  static Result<PartWindows> make(const ModelTokenizer& tokenizer, const TextParts& of,
                                  std::string_view lead, std::size_t max_tokens);
};

}  // namespace vecstore
