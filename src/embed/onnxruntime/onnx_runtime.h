// ONNX Runtime, when it is on the machine: its shared library is opened by name when somebody asks
// for it, never linked to. Any release from 1.16 on serves.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "embed/onnxruntime/ort_api.h"
#include "vecstore/status.h"

namespace vecstore {

// Immutable once made, so safe from many threads. What is made with it keeps it open.
class OnnxRuntime {
 public:
  // `library` is the file (of PyPI's wheel: onnxruntime/capi/libonnxruntime.so.VERSION); "" asks
  // the system for libonnxruntime.so.1 and libonnxruntime.so. kNotFound when there is none,
  // kFailedPrecondition for one that is older than 1.16 or that is something else.
  static Result<std::shared_ptr<const OnnxRuntime>> open(const std::string& library = {});

  ~OnnxRuntime();
  OnnxRuntime(const OnnxRuntime&) = delete;
  OnnxRuntime& operator=(const OnnxRuntime&) = delete;

  const std::string& version() const { return version_; }  // "1.32.0"
  const std::string& library() const { return library_; }
  const ort::Env* env() const { return env_; }

  // Calls a function of the library; what it reports becomes a kInvalidArgument with its words.
  template <typename Slot, typename... Arguments>
  Status call(Arguments... arguments) const {
    return status_of(Slot::in(table_)(arguments...));
  }
  template <typename Slot, typename Object>
  void release(Object* object) const {
    if (object) Slot::in(table_)(object);
  }

 private:
  OnnxRuntime(std::string library, const ort::Function* table, const char* version)
      : library_(std::move(library)), table_(table), version_(version) {}
  Status status_of(ort::Failure* failure) const;

  std::string library_;
  const ort::Function* table_ = nullptr;
  std::string version_;
  ort::Env* env_ = nullptr;
};

// An object of the library that `ReleaseSlot` ends.
template <typename Object, typename ReleaseSlot>
class OnnxOwned {
 public:
  explicit OnnxOwned(const OnnxRuntime& runtime) : runtime_(&runtime) {}
  OnnxOwned(OnnxOwned&& other) noexcept
      : runtime_(other.runtime_), object_(std::exchange(other.object_, nullptr)) {}
  OnnxOwned& operator=(OnnxOwned&&) = delete;
  ~OnnxOwned() { runtime_->release<ReleaseSlot>(object_); }

  Object* get() const { return object_; }
  Object** out() { return &object_; }

 private:
  const OnnxRuntime* runtime_;
  Object* object_ = nullptr;
};

}  // namespace vecstore
