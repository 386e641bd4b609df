// An embedder that asks a provider on the network.
//
// Texts are cut into batches within the provider's limits and sent side by side; rows come back in
// the order of the texts, each text is in exactly one batch, and a batch that was answered is not
// asked again. Texts without anything to embed are not sent and give zeros. A NUL is sent as a
// blank. Rows are of unit length whatever the provider gives. Safe from many threads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "embed/remote/calls.h"
#include "embed/remote/provider.h"
#include "vecstore/embedder.h"

namespace vecstore {

// "provider/model", or with the deployment where no model is given.
std::string remote_name(const RemoteOptions& options);

class RemoteEmbedder final : public Embedder {
 public:
  // Checks the options. Asks the provider for one word's vector when the model's dimension is not
  // known. kUnimplemented in a build without HTTP.
  static Result<std::shared_ptr<const RemoteEmbedder>> make(RemoteOptions options);

  // Named as by remote_name().
  const EmbedderInfo& info() const override { return info_; }

  // Texts must be valid UTF-8 of at most kMaxTextBytes each. All or nothing; see embed_some().
  Result<std::vector<float>> embed_batch(std::span<const std::string> texts) const override;
  Result<std::vector<float>> embed_queries(std::span<const std::string> texts) const override;

  // Batches that were answered before an error, or before `cancel`, are not lost.
  SomeEmbedded embed_some(std::span<const std::string> texts,
                          const EmbedOptions& options) const override;

  RemoteUsage usage() const { return calls_->usage(); }

 private:
  struct Work;

  RemoteEmbedder(RemoteOptions options, const Provider& provider, std::unique_ptr<Calls> calls);

  Status ask_dimension();
  // One batch: the texts at `positions`. Writes their rows.
  Status embed_positions(const std::vector<std::size_t>& positions, Work& work) const;
  Result<std::vector<float>> all_or_nothing(std::span<const std::string> texts,
                                            const EmbedOptions& options) const;
  std::string as_sent(const std::string& text, TextRole role) const;

  RemoteOptions options_;
  const Provider& provider_;
  EmbedderInfo info_;
  std::unique_ptr<Calls> calls_;
  std::unique_ptr<ThreadPool> pool_;
};

}  // namespace vecstore
