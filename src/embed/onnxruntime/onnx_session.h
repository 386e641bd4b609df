// A model in ONNX form, run by ONNX Runtime: named tensors in, a tensor of floats out.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "embed/onnxruntime/onnx_runtime.h"

namespace vecstore {

// An input or output of a model.
struct OnnxPort {
  std::string name;
  bool tensor = false;  // others, such as sequences, have nothing of what follows
  ort::ElementType type = ort::kFloat;
  std::vector<std::int64_t> shape;  // -1: any extent
};

// For an input; the numbers stay the caller's. The product of `shape` is the count of numbers.
struct OnnxInput {
  const char* name;
  ort::ElementType type;
  std::span<const std::byte> bytes;
  std::vector<std::int64_t> shape;
};

struct OnnxOutput {
  std::vector<std::int64_t> shape;
  std::vector<float> numbers;
};

// "[1, -1, 384]"
std::string shape_text(const std::vector<std::int64_t>& shape);

// Refuses other than 1 to 1,024.
Status check_threads(int threads);

// Safe from many threads.
class OnnxSession {
 public:
  // `threads` work on one run. Weights in other files than `model` are refused by the library.
  static Result<OnnxSession> open(std::shared_ptr<const OnnxRuntime> runtime, ByteView model,
                                  int threads);

  const std::vector<OnnxPort>& inputs() const { return inputs_; }
  const std::vector<OnnxPort>& outputs() const { return outputs_; }
  const OnnxPort* find_input(std::string_view name) const;
  const OnnxPort* find_output(std::string_view name) const;

  // What `output` is for `inputs`; kInvalidArgument, with the library's words, where they do not
  // fit.
  Result<OnnxOutput> run(std::span<const OnnxInput> inputs, const std::string& output) const;

 private:
  using Owned = OnnxOwned<ort::Session, ort::ReleaseSession>;
  struct Ports;

  OnnxSession(std::shared_ptr<const OnnxRuntime> runtime)
      : runtime_(std::move(runtime)), session_(*runtime_) {}

  std::shared_ptr<const OnnxRuntime> runtime_;
  Owned session_;
  std::vector<OnnxPort> inputs_;
  std::vector<OnnxPort> outputs_;
};

}  // namespace vecstore
