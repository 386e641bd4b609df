// Any bytes are either refused or give settings within their bounds, whichever of a model's small
// files they are taken for; and no tokenizer.json gives an id for a piece that it does not name.
#include <cstdlib>
#include <string>

#include "embed/heads/head_config.h"
#include "embed/heads/piece_ids.h"

namespace {

constexpr std::size_t kLongest = 1 << 20;

void check(bool holds) {
  if (!holds) std::abort();
}

void check_tokens(const vecstore::Result<vecstore::TokenConfig>& config) {
  if (!config.ok()) return;
  check(config->query_tokens >= 4 && config->query_tokens <= kLongest);
  check(config->document_tokens >= 4 && config->document_tokens <= kLongest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)vecstore::parse_model_kind({.config = text});
  (void)vecstore::parse_model_kind({.config = "{}", .modules = text});
  check(!vecstore::parse_pair_config(text, text).ok() ||
        vecstore::parse_pair_config(text, text)->max_tokens <= kLongest);
  check_tokens(vecstore::parse_colbert_config(text));
  check_tokens(vecstore::parse_pylate_config(text));
  const auto folders = vecstore::parse_dense_folders(text);
  if (folders.ok()) {
    for (const std::string& folder : *folders) {
      check(!folder.empty() && folder.front() != '.' && folder.find('/') == folder.npos);
    }
  }
  (void)vecstore::parse_dense_config(text);
  const auto sparse = vecstore::parse_sparse_config({text, text, text, text});
  check(!sparse.ok() || sparse->max_tokens <= kLongest);
  (void)vecstore::parse_mask_token(text);
  const std::string absent = text + "\n";
  const auto ids = vecstore::find_piece_ids(text, {&absent, 1});
  check(!ids.ok() || !ids->front());
  return 0;
}
