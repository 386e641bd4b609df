// What is behind the package's embedders: one of the engine, whichever made it, or one of Python's;
// and behind its rerankers.
//
// A model may be used in a child of fork(): threads that the parent started for it are missing
// there, and the caller does their work. It is not destroyed there, since that waits for them.
#pragma once

#include <nanobind/nanobind.h>

#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/forks.h"
#include "embed/cache/cached_embedder.h"
#include "embed/remote/remote_embedder.h"
#include "embed/transformer/linear.h"
#include "vecstore/embedder.h"
#include "vecstore/reranker.h"

namespace vecstore {
class CrossEncoder;
class RemoteReranker;
class TransformerEmbedder;
}  // namespace vecstore

namespace vecstore::python {

// An embedder in Python: functions that take a list of str and give a float32 matrix, for texts to
// be found and for questions. What they raise ends the call that asked, unchanged.
class PythonEmbedder final : public Embedder {
 public:
  PythonEmbedder(EmbedderInfo info, nanobind::handle embed, nanobind::handle embed_queries);

  const EmbedderInfo& info() const override { return info_; }
  Result<std::vector<float>> embed_batch(std::span<const std::string> texts) const override {
    return call(*embed_, texts);
  }
  Result<std::vector<float>> embed_queries(std::span<const std::string> texts) const override {
    return call(*embed_queries_, texts);
  }

  // Throws what was raised, once for each call that failed by it; returns when nothing was. With
  // several threads at it, each gets the error of one of them.
  void rethrow() const;
  // The same at the end of a call that went on after such errors: the first one, of them all.
  void rethrow_and_forget() const;

 private:
  Result<std::vector<float>> call(const nanobind::object& function,
                                  std::span<const std::string> texts) const;

  EmbedderInfo info_;
  std::shared_ptr<nanobind::object> embed_, embed_queries_;
  mutable std::deque<nanobind::python_error> raised_;  // under the interpreter lock
};

// The same object as what it is, where that has more to say; `python` is what a cache stands on.
struct Loaded {
  std::shared_ptr<const Embedder> embedder;
  std::shared_ptr<const PythonEmbedder> python = {};
  std::shared_ptr<const TransformerEmbedder> transformer = {};
  std::shared_ptr<const CachedEmbedder> cached = {};
  std::shared_ptr<const RemoteEmbedder> remote = {};
  RemoteOptions remote_options = {};  // that it was made with
};

template <typename T>
class KeptOverForks {
 public:
  explicit KeptOverForks(T value) : value_(std::make_shared<const T>(std::move(value))) {}
  KeptOverForks(KeptOverForks&&) noexcept = default;
  KeptOverForks& operator=(KeptOverForks&&) = delete;
  ~KeptOverForks() {
    if (value_ == nullptr) return;
    if (forks_ != forks()) {
      new std::shared_ptr<const T>(std::move(value_));  // leaked
      return;
    }
    nanobind::gil_scoped_release unlocked;  // threads end, a cache's collection is let go
    value_.reset();
  }

  const T& operator*() const { return *value_; }
  const T* operator->() const { return value_.get(); }
  const std::shared_ptr<const T>& shared() const { return value_; }

 private:
  std::shared_ptr<const T> value_;
  std::uint64_t forks_ = forks();
};

using Model = KeptOverForks<Loaded>;

// Whichever it is, until the token says so; and the same object as what it is.
struct Ranker {
  std::string name;
  std::function<Result<std::vector<RankedText>>(std::string_view query,
                                                std::span<const std::string> texts,
                                                std::size_t count, const CancelToken& cancel)>
      rerank;
  std::shared_ptr<const RemoteReranker> remote = {};
  std::shared_ptr<const CrossEncoder> pairs = {};
};

using RerankerHandle = KeptOverForks<Ranker>;

// "float" or "int8"; raises for all else.
Precision parse_precision(const std::string& name);

// Who asks a provider: what it can be told depends on that.
enum class RemoteUse : unsigned char { kEmbeds, kRanks, kChats };

// `defaults` with what the dict says. Raises, with the nearest name, for an option there is not.
RemoteOptions to_remote_options(const nanobind::dict& given, RemoteUse use,
                                RemoteOptions defaults = {});

EmbedderInfo to_info(const nanobind::dict& given);
// Of one that asks a provider: (requests, retries, texts, tokens), and what texts would come to.
nanobind::tuple from_usage(const RemoteUsage& usage);
nanobind::tuple usage_of(const Model& model);
nanobind::tuple usage_of(const RerankerHandle& reranker);
nanobind::tuple estimate_of(const Model& model, const std::vector<std::string>& texts,
                            bool questions);
// A Model, or a tuple: {name, dimension, pooling, checksum}, a function for texts, one for
// questions.
Loaded to_loaded(nanobind::handle embedder);

}  // namespace vecstore::python
