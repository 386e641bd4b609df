#include "cli/new_collection.h"

#include "vecstore/limits.h"

namespace vecstore {
namespace {

Status compare(const Collection& collection, const char* what, std::string_view stored,
               std::string_view wanted) {
  if (stored == wanted) return {};
  return {Code::kFailedPrecondition, "collection '" + collection.name() + "' has " + what + " " +
                                         std::string(stored) + ", not " + std::string(wanted)};
}

Status check_given(const Collection& collection, const NewCollection& given,
                   const CollectionOptions& wanted) {
  const CollectionOptions stored = collection.options();
  if (given.metric) {
    VECSTORE_TRY(
        compare(collection, "metric", metric_name(stored.metric), metric_name(wanted.metric)));
  }
  if (given.storage) {
    VECSTORE_TRY(compare(collection, "storage", element_type_name(stored.storage),
                         element_type_name(wanted.storage)));
  }
  if (given.kind) {
    VECSTORE_TRY(
        compare(collection, "kind", vector_kind_name(stored.kind), vector_kind_name(wanted.kind)));
  }
  if (!given.dimension || stored.dimension == 0) return {};
  return compare(collection, "dimension", std::to_string(stored.dimension),
                 std::to_string(wanted.dimension));
}

}  // namespace

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

Result<Collection> open_or_make(Database& database, const Session& session,
                                const NewCollection& given) {
  VECSTORE_ASSIGN(const CollectionOptions wanted, new_collection_options(session, given));
  Result<Collection> there = database.collection(session.collection_name());
  if (there.ok()) {
    VECSTORE_TRY(check_given(*there, given, wanted));
    return there;
  }
  if (there.status().code() != Code::kNotFound) return there;
  return database.create_collection(session.collection_name(), wanted);
}

}  // namespace vecstore
