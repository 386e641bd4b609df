#include "embed/weights/weights.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/coding.h"
#include "simd/kernels.h"

namespace vecstore {
namespace {

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  std::string text = "[";
  for (std::uint64_t extent : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(extent);
  }
  return text + "]";
}

// Magnitudes compared as bits order as the numbers do, with infinities and NaN last.
bool all_finite(std::span<const float> numbers) {
  std::uint32_t worst = 0;
  for (float x : numbers) worst = std::max(worst, std::bit_cast<std::uint32_t>(x) & 0x7FFFFFFFu);
  return worst < 0x7F800000u;
}

Result<std::vector<float>> to_floats(const Tensor& tensor) {
  const std::size_t width = tensor.type == TensorType::kF32 ? 4 : 2;
  std::vector<float> numbers(tensor.data.size() / width);
  const std::byte* data = tensor.data.data();
  switch (tensor.type) {
    case TensorType::kF32:
      if constexpr (std::endian::native == std::endian::little) {
        if (!numbers.empty()) std::memcpy(numbers.data(), data, tensor.data.size());
      } else {
        for (std::size_t i = 0; i < numbers.size(); ++i) {
          numbers[i] = std::bit_cast<float>(load_u32(data + 4 * i));
        }
      }
      break;
    case TensorType::kF16:
    case TensorType::kBF16: {
      const Kernels& table = kernels();
      (tensor.type == TensorType::kF16 ? table.f16_codec : table.bf16_codec)
          .decode(data, numbers.size(), numbers.data());
      break;
    }
    default:
      return unimplemented("tensor '" + tensor.name + "' is " +
                           std::string(type_name(tensor.type)) + ", expected F32, F16 or BF16");
  }
  if (!all_finite(numbers)) {
    return invalid_argument("tensor '" + tensor.name + "' holds a number that is not finite");
  }
  return numbers;
}

}  // namespace

Result<Weights> Weights::from_safetensors(Bytes file) {
  VECSTORE_ASSIGN(SafeTensors parsed, SafeTensors::parse(std::move(file)));
  std::vector<OnnxTensor> tensors;
  for (const Tensor& tensor : parsed.tensors()) tensors.push_back({{tensor}, false});
  Weights weights;
  weights.file_ = std::move(parsed).release();
  VECSTORE_TRY(weights.add(std::move(tensors)));
  return weights;
}

Result<Weights> Weights::from_onnx(Bytes file) {
  Weights weights;
  weights.file_ = std::move(file);
  VECSTORE_ASSIGN(auto tensors, read_onnx(weights.file_));
  VECSTORE_TRY(weights.add(std::move(tensors)));
  return weights;
}

Status Weights::add(std::vector<OnnxTensor> tensors) {
  tensors_ = std::move(tensors);
  for (const OnnxTensor& tensor : tensors_) {
    if (by_name_.emplace(tensor.name, &tensor).second) continue;
    return invalid_argument("two tensors are named '" + tensor.name + "'");
  }
  return {};
}

const Tensor* Weights::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

Result<std::vector<float>> Weights::table(std::string_view name, std::size_t rows,
                                          std::size_t columns) const {
  const Tensor* tensor = find(name);
  if (!tensor) return not_found("the weights have no tensor '" + std::string(name) + "'");
  std::vector<std::uint64_t> shape = {columns};
  if (rows > 0) shape.insert(shape.begin(), rows);
  if (tensor->shape != shape) {
    return invalid_argument("tensor '" + tensor->name + "' has the shape " +
                            shape_text(tensor->shape) + ", expected " + shape_text(shape));
  }
  return to_floats(*tensor);
}

Result<LinearMatrix> Weights::matrix(std::string_view name, std::size_t outputs,
                                     std::size_t inputs) const {
  const auto found = by_name_.find(name);
  const bool turned = found != by_name_.end() && found->second->turned;
  auto numbers = turned ? table(name, inputs, outputs) : table(name, outputs, inputs);
  if (!numbers.ok()) return numbers.status();
  return LinearMatrix{*std::move(numbers), turned};
}

std::string_view Weights::prefix_of(std::string_view ending) const {
  std::string_view best;
  bool found = false;
  for (const OnnxTensor& tensor : tensors_) {
    const std::string_view name = tensor.name;
    if (!name.ends_with(ending) || (found && name.size() - ending.size() >= best.size())) continue;
    best = name.substr(0, name.size() - ending.size());
    found = true;
  }
  return best;
}

}  // namespace vecstore
