// Vectors of images, or of anything else that is a block of numbers, by a model in ONNX form.
//
// Decoding, scaling and normalising an image is the caller's: the model's card says how.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "embed/onnxruntime/onnx_session.h"
#include "vecstore/embedder.h"

namespace vecstore {

// Safe from many threads.
class OnnxImageEmbedder {
 public:
  // `file` is a model with one input of floats, whose first extent counts images, and an output of
  // floats with a row for each: "image_embeds" if there is one, else the first of two dimensions.
  // `library` and `threads` as in OnnxOptions. The dimension is 0 where the file leaves it open.
  static Result<std::shared_ptr<const OnnxImageEmbedder>> load(const std::string& file,
                                                               const std::string& library,
                                                               int threads = 1);

  const EmbedderInfo& info() const { return info_; }

  // Of its input, such as {-1, 3, 224, 224}; -1: any extent.
  const std::vector<std::int64_t>& shape() const { return session_.inputs().front().shape; }

  // One row of length 1 for each image. `pixels` are all numbers of `shape`, whose first extent is
  // the count of images, row-major. kInvalidArgument where they do not fit the model's.
  Result<std::vector<float>> embed(std::span<const float> pixels,
                                   const std::vector<std::int64_t>& shape) const;

 private:
  OnnxImageEmbedder(EmbedderInfo info, OnnxSession session, std::string output)
      : info_(std::move(info)), session_(std::move(session)), output_(std::move(output)) {}

  Status check(std::span<const float> pixels, const std::vector<std::int64_t>& given) const;

  EmbedderInfo info_;
  OnnxSession session_;
  std::string output_;
};

}  // namespace vecstore
