// Texts embedded by a provider: what it will cost, then the vectors. The key is where the
// provider's users keep it.
//   embed_remote PROVIDER MODEL ADDRESS TEXT...       (an empty ADDRESS is the provider's own)
#include <cstdio>
#include <cstdlib>

#include "embed/remote/model_facts.h"
#include "embed/remote/remote_embedder.h"

namespace {

vecstore::Status run(const std::string& provider, const std::string& model,
                     const std::string& address, const std::vector<std::string>& texts) {
  VECSTORE_ASSIGN(const vecstore::Provider* known, vecstore::embedding_provider(provider));
  const char* key = std::getenv(std::string(known->key_variable).c_str());

  vecstore::RemoteOptions options;
  options.provider = provider;
  options.model = model;
  options.address = address;
  options.key = vecstore::Secret(key ? key : "");
  options.total_timeout_ms = 60'000;

  VECSTORE_ASSIGN(const auto before, vecstore::estimate(options, texts));
  std::printf("%zu requests, about %zu tokens\n", before.requests, before.likely_tokens);
  VECSTORE_ASSIGN(const auto embedder, vecstore::RemoteEmbedder::make(options));
  VECSTORE_ASSIGN(const std::vector<float> rows, embedder->embed_batch(texts));
  const std::size_t dimension = embedder->info().dimension;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::printf("%.4f %.4f ... %s\n", static_cast<double>(rows[i * dimension]),
                static_cast<double>(rows[i * dimension + 1]), texts[i].c_str());
  }
  std::printf("%s, dimension %zu, %llu tokens\n", embedder->info().name.c_str(), dimension,
              static_cast<unsigned long long>(embedder->usage().tokens));
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: embed_remote PROVIDER MODEL ADDRESS TEXT...\n");
    return 2;
  }
  const vecstore::Status status = run(argv[1], argv[2], argv[3], {argv + 4, argv + argc});
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.to_string().c_str());
  return status.code() == vecstore::Code::kUnimplemented ? 77 : 1;
}
