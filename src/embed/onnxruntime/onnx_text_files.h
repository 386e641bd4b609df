// The folder of a model of texts in ONNX form: model.onnx and tokenizer.json, and config.json where
// it is there.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "embed/onnxruntime/onnx_text_model.h"

namespace vecstore {

struct OnnxOptions {
  std::string library;             // as for OnnxRuntime::open()
  int threads = 1;                 // that work on one run, 1 to 1,024
  std::size_t batch_tokens = 512;  // of a run, with those that fill it; at least one text
  std::size_t dimension = 0;       // of an embedder: numbers kept of a vector (Matryoshka); 0: all
};
Status check_onnx_options(const OnnxOptions& options);

struct OnnxTextFiles {
  OnnxTextModel model;
  ModelTokenizer tokenizer;
  std::string checksum;               // of model.onnx
  std::size_t longest;                // text in tokens, by its table of positions; 512 if unknown
  std::optional<std::string> config;  // config.json
};

// kInvalidArgument and kUnimplemented name the file, or the input that no model of texts has.
Result<OnnxTextFiles> read_onnx_text_model(const std::filesystem::path& folder,
                                           const OnnxOptions& options);

}  // namespace vecstore
