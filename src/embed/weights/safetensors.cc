#include "embed/weights/safetensors.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "base/coding.h"
#include "base/json.h"

namespace vecstore {
namespace {

// The format's own limit; the largest published models stay below 1 MB.
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;

struct TypeRow {
  TensorType type;
  std::string_view name;
  std::uint64_t bytes;
};

constexpr std::array kTypes = {
    TypeRow{TensorType::kBool, "BOOL", 1},      TypeRow{TensorType::kU8, "U8", 1},
    TypeRow{TensorType::kI8, "I8", 1},          TypeRow{TensorType::kF8E4M3, "F8_E4M3", 1},
    TypeRow{TensorType::kF8E5M2, "F8_E5M2", 1}, TypeRow{TensorType::kU16, "U16", 2},
    TypeRow{TensorType::kI16, "I16", 2},        TypeRow{TensorType::kF16, "F16", 2},
    TypeRow{TensorType::kBF16, "BF16", 2},      TypeRow{TensorType::kU32, "U32", 4},
    TypeRow{TensorType::kI32, "I32", 4},        TypeRow{TensorType::kF32, "F32", 4},
    TypeRow{TensorType::kU64, "U64", 8},        TypeRow{TensorType::kI64, "I64", 8},
    TypeRow{TensorType::kF64, "F64", 8},
};

const TypeRow* find_type(std::string_view name) {
  const auto* row = std::ranges::find(kTypes, name, &TypeRow::name);
  return row == kTypes.end() ? nullptr : row;
}

// A list of integers that are not negative, or nullopt.
std::optional<std::vector<std::uint64_t>> read_counts(const Value* value) {
  const List* list = value ? value->as_list() : nullptr;
  if (!list) return std::nullopt;
  std::vector<std::uint64_t> counts;
  for (const Value& item : *list) {
    const std::int64_t* count = item.as_int();
    if (!count || *count < 0) return std::nullopt;
    counts.push_back(static_cast<std::uint64_t>(*count));
  }
  return counts;
}

// unit * shape[0] * shape[1] * …, or nullopt beyond 64 bits.
std::optional<std::uint64_t> byte_count(std::uint64_t unit,
                                        const std::vector<std::uint64_t>& shape) {
  if (std::ranges::find(shape, 0u) != shape.end()) return 0;
  std::uint64_t total = unit;
  for (std::uint64_t extent : shape) {
    if (total > std::numeric_limits<std::uint64_t>::max() / extent) return std::nullopt;
    total *= extent;
  }
  return total;
}

Result<std::uint64_t> read_header_bytes(ByteView file) {
  if (file.size() < 8) {
    return invalid_argument("a safetensors file of " + std::to_string(file.size()) +
                            " bytes is cut short");
  }
  const std::uint64_t header_bytes = load_u64(file.data());
  if (header_bytes > std::min<std::uint64_t>(kMaxHeaderBytes, file.size() - 8)) {
    return invalid_argument("a safetensors header of " + std::to_string(header_bytes) +
                            " bytes does not fit a file of " + std::to_string(file.size()));
  }
  return header_bytes;
}

Result<Tensor> read_tensor(const Object::Member& member, ByteView data) {
  const std::string named = "tensor '" + member.key + "'";
  const Object* fields = member.value.as_object();
  if (!fields) return invalid_argument(named + " is not described by an object");

  const Value* dtype = fields->find("dtype");
  if (!dtype || !dtype->as_string()) return invalid_argument(named + " has no dtype");
  const TypeRow* type = find_type(*dtype->as_string());
  if (!type) return invalid_argument(named + " has the unknown dtype " + *dtype->as_string());

  auto shape = read_counts(fields->find("shape"));
  if (!shape) return invalid_argument(named + " has no valid shape");
  const auto place = read_counts(fields->find("data_offsets"));
  if (!place || place->size() != 2) return invalid_argument(named + " has no valid data_offsets");
  const std::uint64_t begin = (*place)[0], end = (*place)[1];
  if (begin > end || end > data.size()) {
    return invalid_argument(named + " lies at bytes " + std::to_string(begin) + " to " +
                            std::to_string(end) + " of " + std::to_string(data.size()));
  }
  const auto needed = byte_count(type->bytes, *shape);
  if (needed != end - begin) {
    return invalid_argument(named + " has " + std::to_string(end - begin) +
                            " bytes, which does not match its shape and dtype");
  }
  return Tensor{member.key, type->type, *std::move(shape), data.subspan(begin, end - begin)};
}

// The tensors, in the order of their data, follow each other from its first byte to its last.
Status check_cover(const std::vector<Tensor>& tensors, ByteView data) {
  const std::byte* at = data.data();
  for (const Tensor& tensor : tensors) {
    if (tensor.data.data() != at) {
      return invalid_argument("tensor '" + tensor.name + "' leaves a gap or overlaps at byte " +
                              std::to_string(std::min(at, tensor.data.data()) - data.data()));
    }
    at += tensor.data.size();
  }
  const std::ptrdiff_t left = data.data() + data.size() - at;
  if (left != 0) return invalid_argument(std::to_string(left) + " bytes belong to no tensor");
  return {};
}

}  // namespace

std::string_view type_name(TensorType type) {
  return std::ranges::find(kTypes, type, &TypeRow::type)->name;
}

std::optional<std::uint64_t> tensor_bytes(TensorType type,
                                          const std::vector<std::uint64_t>& shape) {
  return byte_count(std::ranges::find(kTypes, type, &TypeRow::type)->bytes, shape);
}

Result<SafeTensors> SafeTensors::parse(Bytes file) {
  VECSTORE_ASSIGN(const std::uint64_t header_bytes, read_header_bytes(file));
  SafeTensors result;
  result.file_ = std::move(file);
  const ByteView header = ByteView(result.file_).subspan(8, header_bytes);
  const ByteView data = ByteView(result.file_).subspan(8 + header_bytes);

  auto parsed = parse_json(as_text(header));
  if (!parsed.ok()) return parsed.status().with_context("safetensors header");
  const Object* members = parsed->as_object();
  if (!members) return invalid_argument("a safetensors header is not a JSON object");
  for (const Object::Member& member : *members) {
    if (member.key == "__metadata__") continue;
    VECSTORE_ASSIGN(Tensor tensor, read_tensor(member, data));
    result.tensors_.push_back(std::move(tensor));
  }
  std::ranges::sort(result.tensors_, {}, [](const Tensor& tensor) {
    return std::pair(tensor.data.data(), tensor.data.size());
  });
  VECSTORE_TRY(check_cover(result.tensors_, data));
  return result;
}

const Tensor* SafeTensors::find(std::string_view name) const {
  const auto found = std::ranges::find(tensors_, name, &Tensor::name);
  return found == tensors_.end() ? nullptr : &*found;
}

}  // namespace vecstore
