// What the small files beside a transformer's weights say of its head: which kind of model it is,
// and how it was meant to be used.
//
// What would change an answer and is not known here is refused by name, with kUnimplemented.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "embed/model_kind.h"

namespace vecstore {

// The text of each file that is there.
struct KindFiles {
  std::string_view config;                  // config.json
  std::optional<std::string> modules = {};  // modules.json
  bool pooling = false;                     // there is 1_Pooling/config.json
  bool colbert = false;                     // there is artifact.metadata
};

// Files of sentence-transformers and PyLate have the last word, then the architecture that
// config.json names.
Result<ModelKind> parse_model_kind(const KindFiles& files);

struct PairConfig {
  bool sigmoid = true;         // scores from 0 to 1; else as the classifier gives them
  std::size_t max_tokens = 0;  // of question and passage, special ones included; 0: no own limit
};

// config.json and, when it is there, tokenizer_config.json, as the CrossEncoder of
// sentence-transformers reads them. A model of more labels than one gives no score: refused.
Result<PairConfig> parse_pair_config(std::string_view config,
                                     const std::optional<std::string>& tokenizer_config);

// How ColBERT's questions and documents are made of texts. Tokens are counted with special ones
// and the marker.
struct TokenConfig {
  std::string query_marker, document_marker;  // pieces put behind the first token; empty: none
  std::size_t query_tokens = 32, document_tokens = 180;
  bool expands = true;               // questions are filled up with mask tokens
  bool attends = false;              // ... which the other tokens see
  std::vector<std::string> skipped;  // pieces whose vectors documents go without: punctuation
};
// artifact.metadata of colbert-ir; none: its defaults.
Result<TokenConfig> parse_colbert_config(const std::optional<std::string>& metadata);
// config_sentence_transformers.json of PyLate; none: its defaults.
Result<TokenConfig> parse_pylate_config(const std::optional<std::string>& json);

// The folders of PyLate's Dense modules, in their order, from modules.json.
Result<std::vector<std::string>> parse_dense_folders(const std::string& modules);
// Of one, its config.json: whether there is a bias. Refuses activations and residuals.
Result<bool> parse_dense_config(std::string_view json);

struct SparseConfig {
  bool sum = false;            // over tokens; else the largest
  bool twice = false;          // the logarithm
  std::size_t max_tokens = 0;  // special ones included; 0: no own limit
};
struct SparseFiles {
  std::optional<std::string> modules;    // modules.json
  std::optional<std::string> pooling;    // 1_SpladePooling/config.json
  std::optional<std::string> lengths;    // sentence_bert_config.json
  std::optional<std::string> tokenizer;  // tokenizer_config.json
};
Result<SparseConfig> parse_sparse_config(const SparseFiles& files);

// The piece that stands for a hidden word, of tokenizer_config.json; empty where it says nothing.
Result<std::string> parse_mask_token(const std::optional<std::string>& tokenizer_config);

}  // namespace vecstore
