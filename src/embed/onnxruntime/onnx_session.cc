#include "embed/onnxruntime/onnx_session.h"

#include <algorithm>
#include <utility>

namespace vecstore {
namespace {

using OwnedValue = OnnxOwned<ort::Value, ort::ReleaseValue>;

Status read_shape(const OnnxRuntime& runtime, const ort::TensorInfo* info, ort::ElementType& type,
                  std::vector<std::int64_t>& shape) {
  std::size_t rank = 0;
  VECSTORE_TRY(runtime.call<ort::GetElementType>(info, &type));
  VECSTORE_TRY(runtime.call<ort::GetDimensionsCount>(info, &rank));
  shape.resize(rank);
  return runtime.call<ort::GetDimensions>(info, shape.data(), rank);
}

Status read_type(const OnnxRuntime& runtime, const ort::TypeInfo* info, OnnxPort& port) {
  const ort::TensorInfo* tensor = nullptr;  // a part of `info`
  VECSTORE_TRY(runtime.call<ort::CastToTensorInfo>(info, &tensor));
  port.tensor = tensor != nullptr;
  return tensor ? read_shape(runtime, tensor, port.type, port.shape) : Status();
}

template <typename Count, typename Name, typename Type>
Status read_ports(const OnnxRuntime& runtime, const ort::Session* session,
                  std::vector<OnnxPort>& ports) {
  std::size_t count = 0;
  ort::Allocator* allocator = nullptr;  // the library's own, for ever
  VECSTORE_TRY(runtime.call<Count>(session, &count));
  VECSTORE_TRY(runtime.call<ort::GetDefaultAllocator>(&allocator));
  for (std::size_t i = 0; i < count; ++i) {
    OnnxPort port;
    char* name = nullptr;
    VECSTORE_TRY(runtime.call<Name>(session, i, allocator, &name));
    port.name = name;
    VECSTORE_TRY(runtime.call<ort::AllocatorFree>(allocator, static_cast<void*>(name)));
    OnnxOwned<ort::TypeInfo, ort::ReleaseTypeInfo> type(runtime);
    VECSTORE_TRY(runtime.call<Type>(session, i, type.out()));
    VECSTORE_TRY(read_type(runtime, type.get(), port));
    ports.push_back(std::move(port));
  }
  return {};
}

const OnnxPort* find(const std::vector<OnnxPort>& ports, std::string_view name) {
  const auto at = std::ranges::find(ports, name, &OnnxPort::name);
  return at == ports.end() ? nullptr : &*at;
}

// A tensor over the caller's bytes, which the library only reads.
Status make_value(const OnnxRuntime& runtime, const ort::MemoryInfo* memory, const OnnxInput& input,
                  OwnedValue& value) {
  return runtime.call<ort::CreateTensorWithData>(
      memory, const_cast<void*>(static_cast<const void*>(input.bytes.data())), input.bytes.size(),
      input.shape.data(), input.shape.size(), input.type, value.out());
}

Result<OnnxOutput> read_value(const OnnxRuntime& runtime, ort::Value* value,
                              const std::string& name) {
  int is_tensor = 0;
  VECSTORE_TRY(runtime.call<ort::IsTensor>(value, &is_tensor));
  if (!is_tensor) return unimplemented("the output '" + name + "' is no tensor");
  OnnxOwned<ort::TensorInfo, ort::ReleaseTensorInfo> info(runtime);
  VECSTORE_TRY(runtime.call<ort::GetTensorInfo>(value, info.out()));
  OnnxOutput output;
  ort::ElementType type = ort::kFloat;
  VECSTORE_TRY(read_shape(runtime, info.get(), type, output.shape));
  if (type != ort::kFloat) {
    return unimplemented("the output '" + name + "' has elements of type " + std::to_string(type) +
                         ", expected 1 (float)");
  }
  std::size_t count = 1;
  for (const std::int64_t extent : output.shape) count *= static_cast<std::size_t>(extent);
  void* data = nullptr;
  VECSTORE_TRY(runtime.call<ort::GetTensorData>(value, &data));
  const float* const numbers = static_cast<const float*>(data);
  output.numbers.assign(numbers, numbers + count);
  return output;
}

}  // namespace

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (const std::int64_t extent : shape) {
    text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
  }
  return text + "]";
}

Status check_threads(int threads) {
  constexpr int kMaxThreads = 1024;
  if (threads >= 1 && threads <= kMaxThreads) return {};
  return invalid_argument("threads is " + std::to_string(threads) + ", expected 1 to " +
                          std::to_string(kMaxThreads));
}

Result<OnnxSession> OnnxSession::open(std::shared_ptr<const OnnxRuntime> runtime, ByteView model,
                                      int threads) {
  OnnxSession made(std::move(runtime));
  const OnnxRuntime& ort = *made.runtime_;
  OnnxOwned<ort::SessionOptions, ort::ReleaseSessionOptions> options(ort);
  VECSTORE_TRY(ort.call<ort::CreateSessionOptions>(options.out()));
  VECSTORE_TRY(ort.call<ort::SetIntraOpNumThreads>(options.get(), threads));
  VECSTORE_TRY(ort.call<ort::SetInterOpNumThreads>(options.get(), 1));
  VECSTORE_TRY(
      ort.call<ort::CreateSessionFromArray>(ort.env(), static_cast<const void*>(model.data()),
                                            model.size(), options.get(), made.session_.out()));
  VECSTORE_TRY((
      read_ports<ort::SessionGetInputCount, ort::SessionGetInputName, ort::SessionGetInputTypeInfo>(
          ort, made.session_.get(), made.inputs_)));
  VECSTORE_TRY(
      (read_ports<ort::SessionGetOutputCount, ort::SessionGetOutputName,
                  ort::SessionGetOutputTypeInfo>(ort, made.session_.get(), made.outputs_)));
  return made;
}

const OnnxPort* OnnxSession::find_input(std::string_view name) const { return find(inputs_, name); }
const OnnxPort* OnnxSession::find_output(std::string_view name) const {
  return find(outputs_, name);
}

Result<OnnxOutput> OnnxSession::run(std::span<const OnnxInput> inputs,
                                    const std::string& output) const {
  OnnxOwned<ort::MemoryInfo, ort::ReleaseMemoryInfo> memory(*runtime_);
  VECSTORE_TRY(runtime_->call<ort::CreateCpuMemoryInfo>(ort::kArenaAllocator, ort::kDefaultMemory,
                                                        memory.out()));
  std::vector<OwnedValue> owned;
  std::vector<const char*> names;
  std::vector<const ort::Value*> values;
  for (const OnnxInput& input : inputs) {
    VECSTORE_TRY(make_value(*runtime_, memory.get(), input, owned.emplace_back(*runtime_)));
    names.push_back(input.name);
    values.push_back(owned.back().get());
  }
  const char* const output_name = output.c_str();
  OwnedValue result(*runtime_);
  const ort::RunOptions* const usual = nullptr;
  VECSTORE_TRY(runtime_->call<ort::Run>(session_.get(), usual, names.data(), values.data(),
                                        values.size(), &output_name, std::size_t{1}, result.out()));
  return read_value(*runtime_, result.get(), output);
}

}  // namespace vecstore
