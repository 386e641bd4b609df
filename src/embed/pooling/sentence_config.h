// What turns an encoder into a model of sentences: the small files that sentence-transformers puts
// beside the weights.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "embed/pooling/pooling.h"

namespace vecstore {

// The text of each file that is there.
struct SentenceFiles {
  std::optional<std::string> modules;  // modules.json
  std::optional<std::string> pooling;  // 1_Pooling/config.json
  std::optional<std::string> lengths;  // sentence_bert_config.json
  std::optional<std::string> prompts;  // config_sentence_transformers.json
};

struct SentenceConfig {
  Pooling pooling = Pooling::kMean;
  std::size_t max_tokens = 0;   // special ones included; 0: as many as the encoder takes
  std::string query_prefix;     // what the model was trained to see before a question,
  std::string document_prefix;  // and before a text that is looked for
};

// A module that would change the vectors and is not known here is refused by name. Vectors are
// always brought to length 1, whether a module says so or not.
Result<SentenceConfig> parse_sentence_config(const SentenceFiles& files);

}  // namespace vecstore
