// For tests: a library with the one function of ONNX Runtime, older than any that serves.
#include <cstdint>

namespace {

struct Base {
  const void* (*get_api)(std::uint32_t version);
  const char* (*version)();
};

const void* get_api(std::uint32_t) { return nullptr; }
const char* version() { return "1.2.3"; }

constexpr Base kBase = {get_api, version};

}  // namespace

extern "C" __attribute__((visibility("default"))) const void* OrtGetApiBase() { return &kBase; }
