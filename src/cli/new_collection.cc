#include "cli/new_collection.h"

#include "vecstore/limits.h"

namespace vecstore {

std::vector<Option> new_collection_arguments(NewCollection& to) {
  return {
      {"--dimension", &to.dimension, "components of a vector (else taken from the first one)", "N"},
      {"--metric", &to.metric,
       "cosine, euclidean, dot, manhattan, hamming, jaccard, chebyshev, canberra, braycurtis",
       "METRIC"},
      {"--storage", &to.storage, "how a component is kept: f32, f16, bf16, i8", "TYPE"},
      {"--kind", &to.kind, "dense, sparse, binary or multi", "KIND"}};
}

Result<CollectionOptions> new_collection_options(const Session& session,
                                                 const NewCollection& given) {
  VECSTORE_ASSIGN(CollectionOptions options,
                  session.settings.collection_options(session.collection_name()));
  if (given.dimension) {
    VECSTORE_ASSIGN(const std::size_t dimension,
                    count_argument("--dimension", given.dimension, 0, kMaxDimension));
    options.dimension = static_cast<std::uint32_t>(dimension);
  }
  if (given.metric) {
    VECSTORE_ASSIGN(options.metric, parse_metric(*given.metric));
  }
  if (given.storage) {
    VECSTORE_ASSIGN(options.storage, parse_element_type(*given.storage));
  }
  if (given.kind) {
    VECSTORE_ASSIGN(options.kind, parse_vector_kind(*given.kind));
  }
  return options;
}

}  // namespace vecstore
