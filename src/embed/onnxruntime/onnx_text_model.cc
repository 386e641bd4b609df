#include "embed/onnxruntime/onnx_text_model.h"

#include <algorithm>
#include <utility>

namespace vecstore {
namespace {

using Numbers = std::vector<std::int64_t>;

constexpr std::string_view kIds = "input_ids", kMask = "attention_mask", kTypes = "token_type_ids",
                           kPositions = "position_ids";

Status check_input(const OnnxPort& input) {
  const std::string named = "the input '" + input.name + "'";
  if (input.name != kIds && input.name != kMask && input.name != kTypes &&
      input.name != kPositions) {
    return unimplemented(named + " is none that a model of texts has");
  }
  if (!input.tensor || input.type != ort::kInt64 || input.shape.size() != 2) {
    return unimplemented(named + " is no table of 64-bit numbers");
  }
  return {};
}

// What `name` has for the token `at` of a text.
std::int64_t number_of(std::string_view name, const Encoding& text, std::size_t at) {
  if (name == kIds) return text.ids[at];
  if (name == kTypes) return text.type_ids[at];
  if (name == kPositions) return static_cast<std::int64_t>(at);
  return 1;
}

}  // namespace

Result<OnnxTextModel> OnnxTextModel::make(OnnxSession session, std::int64_t padding) {
  for (const OnnxPort& input : session.inputs()) VECSTORE_TRY(check_input(input));
  if (!session.find_input(kIds)) return unimplemented("no input is named 'input_ids'");
  return OnnxTextModel(std::move(session), padding);
}

Status OnnxTextModel::run(std::span<const Encoding> texts, std::size_t batch_tokens,
                          const std::string& output, const CancelToken& cancel,
                          const std::function<Status(const OnnxTextBatch&)>& take) const {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!texts[i].ids.empty()) order.push_back(i);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return texts[i].ids.size(); });
  for (std::size_t begin = 0, end; begin < order.size(); begin = end) {
    if (cancel.cancelled()) return cancelled("embedding was cancelled");
    end = begin + 1;
    while (end < order.size() && (end + 1 - begin) * texts[order[end]].ids.size() <= batch_tokens)
      ++end;
    OnnxTextBatch batch;
    batch.texts = std::span(order).subspan(begin, end - begin);
    batch.tokens = texts[order[end - 1]].ids.size();
    VECSTORE_ASSIGN(batch.output, run_batch(texts, batch, output));
    VECSTORE_TRY(take(batch));
  }
  return {};
}

Result<OnnxOutput> OnnxTextModel::run_batch(std::span<const Encoding> texts,
                                            const OnnxTextBatch& batch,
                                            const std::string& output) const {
  std::vector<Numbers> columns;
  std::vector<OnnxInput> inputs;
  for (const OnnxPort& port : session_.inputs()) {
    Numbers& numbers = columns.emplace_back();
    numbers.reserve(batch.texts.size() * batch.tokens);
    for (const std::size_t text : batch.texts) {
      const std::size_t own = texts[text].ids.size();
      for (std::size_t at = 0; at < own; ++at)
        numbers.push_back(number_of(port.name, texts[text], at));
      numbers.insert(numbers.end(), batch.tokens - own, port.name == kIds ? padding_ : 0);
    }
    inputs.push_back({.name = port.name.c_str(),
                      .type = ort::kInt64,
                      .bytes = std::as_bytes(std::span(numbers)),
                      .shape = {static_cast<std::int64_t>(batch.texts.size()),
                                static_cast<std::int64_t>(batch.tokens)}});
  }
  return session_.run(inputs, output);
}

}  // namespace vecstore
