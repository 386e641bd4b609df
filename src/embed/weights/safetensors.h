// Named tensors in a file: the safetensors format, read.
//
// A file is a u64 length, a JSON header of that length that gives each tensor its type, shape and
// place, then the data. parse() vouches for every tensor it returns: its bytes lie inside the file
// and are exactly as many as type and shape need, and together the tensors cover the data without
// gap or overlap. Nothing is promised about alignment: read elements with load_as().
//
// Immutable once made, so safe from many threads. The bytes are owned, not mapped: a file that
// shrinks under a map would end the process.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "vecstore/status.h"

namespace vecstore {

enum class TensorType {
  kBool,
  kU8,
  kI8,
  kF8E4M3,
  kF8E5M2,
  kU16,
  kI16,
  kF16,
  kBF16,
  kU32,
  kI32,
  kF32,
  kU64,
  kI64,
  kF64,
};

// "F16" and the like, as the format spells it.
std::string_view type_name(TensorType type);

// The bytes of a tensor of that type and shape, or nullopt beyond 64 bits.
std::optional<std::uint64_t> tensor_bytes(TensorType type, const std::vector<std::uint64_t>& shape);

struct Tensor {
  std::string name;
  TensorType type;
  std::vector<std::uint64_t> shape;  // row-major; empty for a single number
  ByteView data;                     // little-endian; lives as long as the SafeTensors it is of
};

class SafeTensors {
 public:
  static Result<SafeTensors> parse(Bytes file);

  SafeTensors(SafeTensors&&) = default;
  SafeTensors& operator=(SafeTensors&&) = default;

  // In the order of their data.
  std::span<const Tensor> tensors() const { return tensors_; }

  // The file, where the data of the tensors stays; what is left has none.
  Bytes release() && { return std::move(file_); }

  // The tensor of that name, or nullptr.
  const Tensor* find(std::string_view name) const;

 private:
  SafeTensors() = default;

  Bytes file_;
  std::vector<Tensor> tensors_;
};

}  // namespace vecstore
