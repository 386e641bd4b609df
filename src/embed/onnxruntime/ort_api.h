// The slice of ONNX Runtime's C interface that is used here.
//
// The library has one exported function, which gives a table of functions that only ever grows at
// its end: the number of a slot means the same function in every version, so neither its headers
// nor the library are needed to build. Signatures are those of API 16 (ONNX Runtime 1.16).
#pragma once

#include <cstddef>
#include <cstdint>

namespace vecstore::ort {

inline constexpr std::uint32_t kApiVersion = 16;
inline constexpr const char* kOldestRelease = "1.16";

// Opaque objects of the library.
struct Allocator;
struct Env;
struct MemoryInfo;
struct RunOptions;
struct Session;
struct SessionOptions;
struct TensorInfo;
struct TypeInfo;
struct Value;
struct Failure;  // its OrtStatus: null is success

enum ElementType : int { kFloat = 1, kInt64 = 7 };
enum LoggingLevel : int { kFatal = 4 };
enum AllocatorType : int { kArenaAllocator = 1 };
enum MemoryType : int { kDefaultMemory = 0 };

using Function = void (*)();

struct ApiBase {
  const Function* (*get_api)(std::uint32_t version);  // null: the library is older
  const char* (*version)();
};

// A function of the table, by the number of its slot.
template <std::size_t kSlot, typename Signature>
struct Slot {
  static Signature* in(const Function* table) { return reinterpret_cast<Signature*>(table[kSlot]); }
};

using ErrorMessage = Slot<2, const char*(const Failure*)>;
using CreateEnv = Slot<3, Failure*(LoggingLevel, const char* name, Env**)>;
using CreateSessionFromArray = Slot<8, Failure*(const Env*, const void* model, std::size_t bytes,
                                                const SessionOptions*, Session**)>;
using Run = Slot<9, Failure*(Session*, const RunOptions*, const char* const* input_names,
                             const Value* const* inputs, std::size_t input_count,
                             const char* const* output_names, std::size_t output_count, Value**)>;
using CreateSessionOptions = Slot<10, Failure*(SessionOptions**)>;
using SetIntraOpNumThreads = Slot<24, Failure*(SessionOptions*, int)>;
using SetInterOpNumThreads = Slot<25, Failure*(SessionOptions*, int)>;
using SessionGetInputCount = Slot<30, Failure*(const Session*, std::size_t*)>;
using SessionGetOutputCount = Slot<31, Failure*(const Session*, std::size_t*)>;
using SessionGetInputTypeInfo = Slot<33, Failure*(const Session*, std::size_t, TypeInfo**)>;
using SessionGetOutputTypeInfo = Slot<34, Failure*(const Session*, std::size_t, TypeInfo**)>;
using SessionGetInputName = Slot<36, Failure*(const Session*, std::size_t, Allocator*, char**)>;
using SessionGetOutputName = Slot<37, Failure*(const Session*, std::size_t, Allocator*, char**)>;
using CreateTensorWithData =
    Slot<49, Failure*(const MemoryInfo*, void* data, std::size_t bytes, const std::int64_t* shape,
                      std::size_t rank, ElementType, Value**)>;
using IsTensor = Slot<50, Failure*(const Value*, int*)>;
using GetTensorData = Slot<51, Failure*(Value*, void**)>;
using CastToTensorInfo =
    Slot<55, Failure*(const TypeInfo*, const TensorInfo**)>;  // null: no tensor
using GetElementType = Slot<60, Failure*(const TensorInfo*, ElementType*)>;
using GetDimensionsCount = Slot<61, Failure*(const TensorInfo*, std::size_t*)>;
using GetDimensions = Slot<62, Failure*(const TensorInfo*, std::int64_t*, std::size_t)>;
using GetTensorInfo = Slot<65, Failure*(const Value*, TensorInfo**)>;
using CreateCpuMemoryInfo = Slot<69, Failure*(AllocatorType, MemoryType, MemoryInfo**)>;
using AllocatorFree = Slot<76, Failure*(Allocator*, void*)>;
using GetDefaultAllocator = Slot<78, Failure*(Allocator**)>;
using ReleaseEnv = Slot<92, void(Env*)>;
using ReleaseFailure = Slot<93, void(Failure*)>;
using ReleaseMemoryInfo = Slot<94, void(MemoryInfo*)>;
using ReleaseSession = Slot<95, void(Session*)>;
using ReleaseValue = Slot<96, void(Value*)>;
using ReleaseTypeInfo = Slot<98, void(TypeInfo*)>;
using ReleaseTensorInfo = Slot<99, void(TensorInfo*)>;
using ReleaseSessionOptions = Slot<100, void(SessionOptions*)>;

}  // namespace vecstore::ort
