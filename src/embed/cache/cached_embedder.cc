#include "embed/cache/cached_embedder.h"

#include <algorithm>
#include <random>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr const char* kSeedsAttribute = "seeds";
constexpr std::size_t kForgottenAtOnce = 10'000;

void append_hex(std::string& out, std::uint64_t value) {
  for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[value >> shift & 15];
}

// What vectors of two models must not share: everything that is known of the model.
std::string name_for(const EmbedderInfo& model) {
  std::string known;
  for (const std::string& part :
       {model.name, std::to_string(model.dimension), model.pooling, model.checksum}) {
    known += part;
    known += '\0';
  }
  std::string name(kCachePrefix);
  append_hex(name, hash64(as_bytes(known)));
  return name;
}

std::int64_t unguessable() {
  std::random_device device;
  return static_cast<std::int64_t>(std::uint64_t{device()} << 32 | device());
}

CollectionOptions options_for(const EmbedderInfo& model) {
  CollectionOptions options;
  options.dimension = static_cast<std::uint32_t>(model.dimension);
  options.metric = Metric::kDot;  // a text without words is the zero vector, which has no angle
  options.index = IndexKind::kFlat;
  options.text.analyzer = "none";
  options.description = "vectors of '" + model.name + "' by the hash of their texts";
  options.attributes[kSeedsAttribute] = List{unguessable(), unguessable()};
  return options;
}

Result<std::array<std::uint64_t, 2>> seeds_of(const Collection& vectors) {
  const CollectionOptions options = vectors.options();
  const Value* seeds = options.attributes.find(kSeedsAttribute);
  const List* both = seeds ? seeds->as_list() : nullptr;
  if (!both || both->size() != 2 || !(*both)[0].as_int() || !(*both)[1].as_int()) {
    return failed_precondition("collection '" + vectors.name() +
                               "' has the name of an embedding cache and is none");
  }
  return std::array{static_cast<std::uint64_t>(*(*both)[0].as_int()),
                    static_cast<std::uint64_t>(*(*both)[1].as_int())};
}

// Another thread or process may make it between the look and the making.
Result<Collection> open_or_make(Database& database, const EmbedderInfo& model, bool read_only) {
  const std::string name = name_for(model);
  Result<Collection> there = database.collection(name);
  if (there.ok() || there.status().code() != Code::kNotFound || read_only) return there;
  Result<Collection> made = database.create_collection(name, options_for(model));
  if (made.ok() || made.status().code() != Code::kAlreadyExists) return made;
  return database.collection(name);
}

Status check_shape(const SomeEmbedded& some, std::size_t texts, const EmbedderInfo& model) {
  if (some.rows.size() != texts * model.dimension || some.done.size() != texts) {
    return internal_error("model '" + model.name + "' gave " + std::to_string(some.rows.size()) +
                          " numbers for " + std::to_string(texts) + " texts of dimension " +
                          std::to_string(model.dimension));
  }
  const auto done = static_cast<std::size_t>(std::ranges::count(some.done, true));
  if (!some.status.ok() || done == texts) return {};
  return internal_error("model '" + model.name + "' gave " + std::to_string(done) + " of " +
                        std::to_string(texts) + " vectors and no error");
}

}  // namespace

Result<std::shared_ptr<const CachedEmbedder>> CachedEmbedder::open(
    Database& database, std::shared_ptr<const Embedder> model,
    const EmbeddingCacheOptions& options) {
  if (options.max_entries == 0) return invalid_argument("max_entries must be at least 1, it is 0");
  if (model->info().dimension == 0) {
    return failed_precondition("model '" + model->info().name + "' does not say its dimension");
  }
  VECSTORE_ASSIGN(Collection vectors, open_or_make(database, model->info(), options.read_only));
  VECSTORE_ASSIGN(const Seeds seeds, seeds_of(vectors));
  return std::shared_ptr<const CachedEmbedder>(
      new CachedEmbedder(std::move(vectors), std::move(model), seeds, options));
}

std::string CachedEmbedder::id_of(std::string_view text) const {
  std::string id;
  for (const std::uint64_t seed : seeds_) append_hex(id, hash64(as_bytes(text), seed));
  return id + '-' + std::to_string(text.size());
}

// Each text of a call once, and which of them stands where.
struct CachedEmbedder::Distinct {
  std::vector<std::string> ids;
  std::vector<std::string_view> texts;
  std::vector<std::size_t> places;  // of each text of the call, in `ids`
  std::unordered_map<std::string_view, std::size_t> by_text;
  std::unordered_map<std::string, std::size_t> by_id;
};

CachedEmbedder::Distinct CachedEmbedder::distinct(std::span<const std::string> texts) const {
  Distinct out;
  for (const std::string& text : texts) {
    const auto [at, fresh] = out.by_text.try_emplace(text, out.ids.size());
    out.places.push_back(at->second);
    if (!fresh) continue;
    out.ids.push_back(id_of(text));
    out.texts.push_back(text);
    out.by_id.emplace(out.ids.back(), at->second);
  }
  return out;
}

// Into `rows`, and which are there.
Result<std::vector<bool>> CachedEmbedder::read(const Distinct& wanted,
                                               std::span<float> rows) const {
  std::vector<bool> known(wanted.ids.size());
  VECSTORE_ASSIGN(const std::vector<Record> found, vectors_.get_many(wanted.ids));
  for (const Record& record : found) {
    const DenseVector* values = record.vector.dense();
    if (!values || values->size() != info().dimension) continue;
    const std::size_t at = wanted.by_id.at(record.id);
    std::ranges::copy(*values, rows.subspan(at * values->size()).begin());
    known[at] = true;
  }
  return known;
}

// Marks in `known` what came, and keeps it, also where an error came after it.
Status CachedEmbedder::embed_missing(const Distinct& wanted, const EmbedOptions& options,
                                     std::vector<bool>& known, std::span<float> rows) const {
  std::vector<std::string> texts;
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < known.size(); ++at) {
    if (known[at]) continue;
    texts.emplace_back(wanted.texts[at]);
    places.push_back(at);
  }
  hits_ += known.size() - texts.size();
  if (texts.empty()) return {};
  const std::size_t dimension = info().dimension;
  const SomeEmbedded some = model_->embed_some(texts, options);
  if (some.rows.empty() && !some.status.ok()) return some.status;
  VECSTORE_TRY(check_shape(some, texts.size(), info()));
  std::vector<std::string> ids;
  std::vector<float> made;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!some.done[i]) continue;
    const auto row = std::span(some.rows).subspan(i * dimension, dimension);
    std::ranges::copy(row, rows.subspan(places[i] * dimension).begin());
    made.insert(made.end(), row.begin(), row.end());
    ids.push_back(wanted.ids[places[i]]);
    known[places[i]] = true;
  }
  misses_ += ids.size();
  const Status kept = read_only_ ? Status() : keep(ids, made);
  return some.status.ok() ? kept : some.status;
}

Result<std::vector<float>> CachedEmbedder::embed_batch(std::span<const std::string> texts) const {
  SomeEmbedded some = embed_some(texts, {});
  VECSTORE_TRY(some.status);
  return std::move(some.rows);
}

SomeEmbedded CachedEmbedder::embed_some(std::span<const std::string> texts,
                                        const EmbedOptions& options) const {
  if (options.questions) return model_->embed_some(texts, options);
  const std::size_t dimension = info().dimension;
  const Distinct wanted = distinct(texts);
  std::vector<float> rows(wanted.ids.size() * dimension);
  Result<std::vector<bool>> known = read(wanted, rows);
  if (!known.ok()) return {{}, std::vector<bool>(texts.size()), known.status()};
  SomeEmbedded out;
  out.status = embed_missing(wanted, options, *known, rows);
  out.rows.reserve(texts.size() * dimension);
  for (const std::size_t at : wanted.places) {
    const auto row = std::span<const float>(rows).subspan(at * dimension, dimension);
    out.rows.insert(out.rows.end(), row.begin(), row.end());
    out.done.push_back((*known)[at]);
  }
  return out;
}

// In batches that the log takes.
Status CachedEmbedder::keep(std::span<const std::string> ids, std::span<const float> rows) const {
  const std::size_t dimension = info().dimension;
  const std::size_t most = std::max<std::size_t>(1, kMaxBatchBytes / 2 / (4 * dimension + 128));
  for (std::size_t i = 0; i < ids.size(); i += most) {
    const std::size_t count = std::min(most, ids.size() - i);
    VECSTORE_TRY(
        vectors_.upsert_many(ids.subspan(i, count), rows.subspan(i * dimension, count * dimension))
            .status());
  }
  return forget_oldest();
}

// `take(record)` for every entry, in the order of ids.
template <typename Take>
Status CachedEmbedder::for_each_entry(Take take) const {
  VECSTORE_ASSIGN(Scan scan, vectors_.scan({.include_vectors = false}));
  while (true) {
    VECSTORE_ASSIGN(const std::vector<Record> records, scan.next());
    if (records.empty()) return {};
    for (const Record& record : records) take(record);
  }
}

// Versions are the order of writes; what one call wrote may have one.
Status CachedEmbedder::forget_oldest() const {
  MutexLock lock(forgetting_);
  VECSTORE_ASSIGN(const std::uint64_t entries, vectors_.count());
  if (entries <= max_entries_) return {};
  std::vector<std::uint64_t> versions;
  VECSTORE_TRY(for_each_entry([&](const Record& entry) { versions.push_back(entry.version); }));
  const std::size_t kept = static_cast<std::size_t>(max_entries_ - max_entries_ / 8);
  if (versions.size() <= kept) return {};
  const std::size_t going = versions.size() - kept;
  std::ranges::nth_element(versions, versions.begin() + static_cast<std::ptrdiff_t>(going - 1));
  const std::uint64_t last = versions[going - 1];
  std::vector<std::string> ids;
  VECSTORE_TRY(for_each_entry([&](const Record& entry) {
    if (entry.version <= last && ids.size() < going) ids.push_back(entry.id);
  }));
  for (std::size_t i = 0; i < ids.size(); i += kForgottenAtOnce) {
    const std::size_t count = std::min(kForgottenAtOnce, ids.size() - i);
    VECSTORE_TRY(vectors_.remove_many(std::span(ids).subspan(i, count)).status());
  }
  return {};
}

Result<EmbeddingCacheStats> CachedEmbedder::stats() const {
  VECSTORE_ASSIGN(const std::uint64_t entries, vectors_.count());
  return EmbeddingCacheStats{hits_, misses_, entries};
}

}  // namespace vecstore
