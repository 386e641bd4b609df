#include "cli/new_collection.h"

#include "base/number.h"
#include "cli/read_file.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

Status compare(const Collection& collection, const char* what, std::string_view stored,
               std::string_view wanted) {
  if (stored == wanted) return {};
  return {Code::kFailedPrecondition, "collection '" + collection.name() + "' has " + what + " " +
                                         std::string(stored) + ", not " + std::string(wanted)};
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

Status check_index_given(const Collection& collection, const NewCollection& given,
                         const CollectionOptions& wanted) {
  const CollectionOptions stored = collection.options();
  if (given.index) {
    VECSTORE_TRY(
        compare(collection, "index", index_kind_name(stored.index), index_kind_name(wanted.index)));
  }
  if (given.quantization) {
    VECSTORE_TRY(compare(collection, "quantization", quantization_name(stored.quantization),
                         quantization_name(wanted.quantization)));
  }
  const auto same = [&](const char* what, bool asked, std::uint32_t there, std::uint32_t now) {
    return asked ? compare(collection, what, std::to_string(there), std::to_string(now)) : Status();
  };
  VECSTORE_TRY(same("m", given.m.has_value(), stored.hnsw.m, wanted.hnsw.m));
  VECSTORE_TRY(same("ef_construction", given.ef_construction.has_value(),
                    stored.hnsw.ef_construction, wanted.hnsw.ef_construction));
  return same("ef_search", given.ef_search.has_value(), stored.hnsw.ef_search,
              wanted.hnsw.ef_search);
}

Result<std::string> text_or_file(const std::string& given) {
  if (!given.starts_with('@')) return given;
  return read_file(given.substr(1));
}

// What the number must be is checked with the other options.
Status take_count(const char* name, std::optional<std::int64_t> given, std::uint32_t& to) {
  if (!given) return {};
  to = static_cast<std::uint32_t>(*given);
  if (to == *given) return {};
  return invalid_argument(std::string(name) + " is " + std::to_string(*given));
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
  if (given.analyzer) {
    VECSTORE_TRY(compare(collection, "text analyzer", stored.text.analyzer, wanted.text.analyzer));
  }
  if (given.metadata_schema) {
    VECSTORE_TRY(compare(collection, "metadata schema", metadata_schema_to_json(stored.metadata),
                         metadata_schema_to_json(wanted.metadata)));
  }
  if (given.partition_key) {
    VECSTORE_TRY(compare(collection, "partition key", stored.partition_key, wanted.partition_key));
  }
  if (given.keep_versions) {
    VECSTORE_TRY(compare(collection, "keep_versions", std::to_string(stored.keep_versions),
                         std::to_string(wanted.keep_versions)));
  }
  if (!given.text_fields.empty()) {
    VECSTORE_TRY(compare(collection, "text fields", joined(text_fields_of(stored.text)),
                         joined(text_fields_of(wanted.text))));
  }
  VECSTORE_TRY(check_index_given(collection, given, wanted));
  if (!given.dimension) return {};
  if (stored.dimension == 0) {
    return compare(collection, "dimension", "0 (its first vector will say)",
                   std::to_string(wanted.dimension));
  }
  return compare(collection, "dimension", std::to_string(stored.dimension),
                 std::to_string(wanted.dimension));
}

// NAME[^BOOST][:ANALYZER]
Result<TextField> parse_text_field(const std::string& text) {
  TextField field;
  const std::size_t colon = text.rfind(':');
  if (colon != text.npos) field.analyzer = text.substr(colon + 1);
  field.name = text.substr(0, colon);
  const std::size_t mark = field.name.rfind('^');
  if (mark == text.npos) return field;
  const std::optional<double> boost = parse_double(std::string_view(field.name).substr(mark + 1));
  if (!boost)
    return invalid_argument("--text-field is NAME[^BOOST][:ANALYZER]: it is '" + text + "'");
  field.boost = *boost;
  field.name.resize(mark);
  return field;
}

}  // namespace

std::vector<std::string> text_fields_of(const TextOptions& options) {
  std::vector<std::string> all;
  for (const TextField& field : options.fields) {
    std::string text = field.name;
    if (field.boost != 1) text += "^" + format_double(field.boost);
    if (!field.analyzer.empty()) text += ":" + field.analyzer;
    all.push_back(std::move(text));
  }
  if (all.empty() && options.analyzer != "none") all.emplace_back("text");
  return all;
}

std::vector<Option> new_collection_arguments(NewCollection& to) {
  return {
      {"--dimension", &to.dimension, "components of a vector (else taken from the first one)", "N"},
      {"--metric", &to.metric,
       "cosine, euclidean, dot, manhattan, hamming, jaccard, chebyshev, canberra, braycurtis",
       "METRIC"},
      {"--storage", &to.storage, "how a component is kept: f32, f16, bf16, i8", "TYPE"},
      {"--kind", &to.kind, "dense, sparse, binary or multi", "KIND"},
      {"--index", &to.index, "auto, flat (exact) or hnsw (a graph)", "INDEX"},
      {"--quantization", &to.quantization,
       "hnsw: codes that walks compare: auto, sq8, sq4, sq2 or rabitq1", "CODES"},
      {"--analyzer", &to.analyzer,
       "how words are made of texts: english or another language, simple, whitespace, code, none",
       "NAME"},
      {"--metadata-schema", &to.metadata_schema,
       "rules for metadata: a JSON object or @file with \"fields\" and \"strict\"", "JSON"},
      {"--partition-key", &to.partition_key,
       "a field of the metadata: records with one value of it lie together, as those of a tenant",
       "FIELD"},
      {"--keep-versions", &to.keep_versions,
       "so many replaced or deleted versions of each record are kept (0)", "N"},
      {"--text-field", &to.text_fields,
       "a text field to search: text or a path in the metadata; several may be given (text)",
       "NAME[^BOOST][:ANALYZER]"},
      {"--m", &to.m, "hnsw: neighbours of a row (16)", "N"},
      {"--ef-construction", &to.ef_construction, "hnsw: effort of building (200)", "N"},
      {"--ef-search", &to.ef_search, "hnsw: effort of a query (50)", "N"}};
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
  if (given.index) {
    VECSTORE_ASSIGN(options.index, parse_index_kind(*given.index));
  }
  if (given.quantization) {
    VECSTORE_ASSIGN(options.quantization, parse_quantization(*given.quantization));
  }
  if (given.analyzer) options.text.analyzer = *given.analyzer;
  if (given.metadata_schema) {
    VECSTORE_ASSIGN(const std::string json, text_or_file(*given.metadata_schema));
    Result<MetadataSchema> schema = metadata_schema_from_json(json);
    VECSTORE_TRY(schema.status().with_context("--metadata-schema"));
    options.metadata = *std::move(schema);
  }
  if (given.partition_key) options.partition_key = *given.partition_key;
  VECSTORE_TRY(take_count("--keep-versions", given.keep_versions, options.keep_versions));
  for (const std::string& text : given.text_fields) {
    VECSTORE_ASSIGN(options.text.fields.emplace_back(), parse_text_field(text));
  }
  VECSTORE_TRY(take_count("--m", given.m, options.hnsw.m));
  VECSTORE_TRY(
      take_count("--ef-construction", given.ef_construction, options.hnsw.ef_construction));
  VECSTORE_TRY(take_count("--ef-search", given.ef_search, options.hnsw.ef_search));
  return options;
}

Status check_new_collection(const std::string& name, const CollectionOptions& options) {
  VECSTORE_ASSIGN(Database scratch, Database::in_memory());
  return scratch.create_collection(name, options).status();
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
