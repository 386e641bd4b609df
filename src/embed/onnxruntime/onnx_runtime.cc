#include "embed/onnxruntime/onnx_runtime.h"

#include <dlfcn.h>

#include <span>
#include <utility>

namespace vecstore {
namespace {

constexpr const char* kUsualNames[] = {"libonnxruntime.so.1", "libonnxruntime.so"};

std::string last_error() {
  const char* const error = ::dlerror();
  return error ? error : "unknown error";
}

struct Opened {
  std::string name;
  void* handle;
};

Result<Opened> open_first(std::span<const char* const> names) {
  std::string error;
  for (const char* name : names) {
    if (void* const handle = ::dlopen(name, RTLD_NOW | RTLD_LOCAL)) return Opened{name, handle};
    error += (error.empty() ? "" : "; ") + last_error();
  }
  return not_found("ONNX Runtime could not be opened: " + error +
                   "; install it, or name the file of its library");
}

}  // namespace

Result<std::shared_ptr<const OnnxRuntime>> OnnxRuntime::open(const std::string& library) {
  const char* const given[] = {library.c_str()};
  VECSTORE_ASSIGN(Opened opened, library.empty() ? open_first(kUsualNames) : open_first(given));
  const auto refuse = [&](const std::string& why) {
    ::dlclose(opened.handle);
    return failed_precondition(opened.name + " " + why);
  };
  void* const symbol = ::dlsym(opened.handle, "OrtGetApiBase");
  if (!symbol) return refuse("is not ONNX Runtime: it has no function OrtGetApiBase");
  const ort::ApiBase* const base = reinterpret_cast<const ort::ApiBase* (*)()>(symbol)();
  const ort::Function* const table = base ? base->get_api(ort::kApiVersion) : nullptr;
  if (!table) {
    return refuse("is ONNX Runtime " + std::string(base ? base->version() : "of no version") +
                  ", at least " + ort::kOldestRelease + " is needed");
  }
  std::shared_ptr<OnnxRuntime> runtime(
      new OnnxRuntime(std::move(opened.name), table, base->version()));
  VECSTORE_TRY(runtime->call<ort::CreateEnv>(ort::kFatal, "vecstore", &runtime->env_));
  return std::shared_ptr<const OnnxRuntime>(std::move(runtime));
}

// The library itself stays: it has threads and thread-local objects that outlive its environment.
OnnxRuntime::~OnnxRuntime() { release<ort::ReleaseEnv>(env_); }

Status OnnxRuntime::status_of(ort::Failure* failure) const {
  if (!failure) return {};
  std::string message = ort::ErrorMessage::in(table_)(failure);
  release<ort::ReleaseFailure>(failure);
  return invalid_argument("ONNX Runtime: " + message);
}

}  // namespace vecstore
