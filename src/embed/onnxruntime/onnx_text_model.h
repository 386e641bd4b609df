// A model in ONNX form whose inputs are those of a text encoder: input_ids, and where it has them
// attention_mask, token_type_ids and position_ids, all int64 of shape [texts][tokens].
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "embed/onnxruntime/onnx_session.h"
#include "embed/tokenizer/model_tokenizer.h"
#include "vecstore/query.h"

namespace vecstore {

// One run: texts of about equal length, filled up to the longest.
struct OnnxTextBatch {
  std::span<const std::size_t> texts;  // positions in what was asked
  std::size_t tokens = 0;              // of the longest
  OnnxOutput output;
};

// Safe from many threads.
class OnnxTextModel {
 public:
  // `padding` is the id behind texts that are shorter than others in a run. kUnimplemented names an
  // input that is none of those above.
  static Result<OnnxTextModel> make(OnnxSession session, std::int64_t padding);

  const OnnxSession& session() const { return session_; }

  // The batches of those `texts` that have tokens, each of at most `batch_tokens` tokens with what
  // fills it, or one text; `take` gets what `output` is for each. kCancelled between two batches.
  Status run(std::span<const Encoding> texts, std::size_t batch_tokens, const std::string& output,
             const CancelToken& cancel,
             const std::function<Status(const OnnxTextBatch&)>& take) const;

 private:
  OnnxTextModel(OnnxSession session, std::int64_t padding)
      : session_(std::move(session)), padding_(padding) {}

  Result<OnnxOutput> run_batch(std::span<const Encoding> texts, const OnnxTextBatch& batch,
                               const std::string& output) const;

  OnnxSession session_;
  std::int64_t padding_;
};

}  // namespace vecstore
