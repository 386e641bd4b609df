#include "embed/onnxruntime/onnx_image_embedder.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/hash.h"
#include "embed/model_bytes.h"
#include "embed/pooling/pooling.h"

namespace vecstore {
namespace {

const OnnxPort* find_rows(const OnnxSession& session) {
  const auto fits = [](const OnnxPort& port) {
    return port.tensor && port.type == ort::kFloat && port.shape.size() == 2;
  };
  const OnnxPort* const named = session.find_output("image_embeds");
  if (named && fits(*named)) return named;
  const auto at = std::ranges::find_if(session.outputs(), fits);
  return at == session.outputs().end() ? nullptr : &*at;
}

Result<std::shared_ptr<const OnnxImageEmbedder>> refuse(const std::string& file,
                                                        const std::string& why) {
  return unimplemented(file + ": " + why);
}

}  // namespace

Result<std::shared_ptr<const OnnxImageEmbedder>> OnnxImageEmbedder::load(const std::string& file,
                                                                         const std::string& library,
                                                                         int threads) {
  VECSTORE_TRY(check_threads(threads));
  VECSTORE_ASSIGN(auto runtime, OnnxRuntime::open(library));
  VECSTORE_ASSIGN(const Bytes model, read_model_file(file));
  auto opened = OnnxSession::open(std::move(runtime), model, threads);
  if (!opened.ok()) return opened.status().with_context(file);
  const auto& inputs = opened->inputs();
  if (inputs.size() != 1 || !inputs[0].tensor || inputs[0].type != ort::kFloat ||
      inputs[0].shape.size() < 2) {
    return refuse(file, "a model of images has one input, which is a block of floats");
  }
  const OnnxPort* const rows = find_rows(*opened);
  if (!rows) return refuse(file, "no output is a table of floats, one row for each image");
  EmbedderInfo info;
  info.name = std::filesystem::path(file).stem().string();
  info.dimension = static_cast<std::size_t>(std::max<std::int64_t>(rows->shape[1], 0));
  info.pooling = "model";
  info.checksum = "xxh3:" + hex_of(hash64(model));
  std::string output = rows->name;
  return std::shared_ptr<const OnnxImageEmbedder>(
      new OnnxImageEmbedder(std::move(info), *std::move(opened), std::move(output)));
}

Status OnnxImageEmbedder::check(std::span<const float> pixels,
                                const std::vector<std::int64_t>& given) const {
  bool fits = given.size() == shape().size();
  std::size_t left = pixels.size();  // divided by one extent after the other, so nothing overflows
  for (std::size_t i = 0; fits && i < given.size(); ++i) {
    fits = given[i] > 0 && (shape()[i] < 0 || shape()[i] == given[i] || i == 0) &&
           left % static_cast<std::size_t>(given[i]) == 0;
    if (fits) left /= static_cast<std::size_t>(given[i]);
  }
  if (fits && left == 1) return {};
  return invalid_argument(std::to_string(pixels.size()) + " numbers of shape " + shape_text(given) +
                          " do not fit the model's input, which is of shape " +
                          shape_text(shape()));
}

Result<std::vector<float>> OnnxImageEmbedder::embed(std::span<const float> pixels,
                                                    const std::vector<std::int64_t>& shape) const {
  VECSTORE_TRY(check(pixels, shape));
  const OnnxInput input = {session_.inputs().front().name.c_str(), ort::kFloat,
                           std::as_bytes(pixels), shape};
  VECSTORE_ASSIGN(OnnxOutput output, session_.run({&input, 1}, output_));
  const auto count = static_cast<std::size_t>(shape.front());
  if (output.shape.size() != 2 || static_cast<std::size_t>(output.shape[0]) != count) {
    return invalid_argument("the output '" + output_ + "' has the shape " +
                            shape_text(output.shape) + " for " + std::to_string(count) + " images");
  }
  const std::size_t width = output.numbers.size() / count;
  for (std::size_t i = 0; i < count; ++i)
    normalize(std::span(output.numbers).subspan(i * width, width));
  return std::move(output.numbers);
}

}  // namespace vecstore
