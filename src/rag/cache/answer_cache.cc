#include "rag/cache/answer_cache.h"

#include <algorithm>

#include "base/clock.h"
#include "base/hash.h"
#include "rag/cache/same_question.h"

namespace vecstore {
namespace {

constexpr const char* kMark = "answers";  // attribute of the collection: the layout's version
constexpr std::int64_t kLayout = 1;
constexpr const char* kCounts = "counts";  // id of the record that has hits and misses
constexpr std::size_t kTried = 4;          // the nearest entries
constexpr std::size_t kForgottenAtOnce = 10'000;
constexpr int kMostTries = 1000;

// Two hashes: an answer to another question must not pass for this one's by chance.
std::string fingerprint(std::string_view text) {
  std::string out;
  for (const std::uint64_t seed : {std::uint64_t{1}, std::uint64_t{2}}) {
    const std::uint64_t hash = hash64(as_bytes(text), seed);
    for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[hash >> shift & 15];
  }
  return out;
}

// Parts that cannot run into each other.
std::string joined(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) {
    out += std::to_string(part.size()) + ':';
    out += part;
  }
  return out;
}

std::string fingerprint_of(const Context& context) {
  std::string all = context.text;
  for (const Hit& hit : context.passages) all += joined({hit.id});
  return fingerprint(all);
}

std::string name_for(const EmbedderInfo& model) {
  const std::string known =
      joined({model.name, std::to_string(model.dimension), model.pooling, model.checksum});
  return std::string(kAnswersPrefix) + fingerprint(known).substr(0, 16);
}

CollectionOptions options_for_answers(const EmbedderInfo& model) {
  CollectionOptions options;
  options.dimension = static_cast<std::uint32_t>(model.dimension);
  options.text.analyzer = "none";
  options.description = "answers by the vectors of their questions, of '" + model.name + "'";
  options.attributes[kMark] = kLayout;
  return options;
}

Result<Collection> open_or_make(Database& database, const EmbedderInfo& model, bool create) {
  const std::string name = name_for(model);
  Result<Collection> there = database.collection(name);
  if (there.ok() || there.status().code() != Code::kNotFound || !create) return there;
  Result<Collection> made = database.create_collection(name, options_for_answers(model));
  if (made.ok() || made.status().code() != Code::kAlreadyExists) return made;
  return database.collection(name);
}

std::string entry_id(const std::string& key, std::string_view question) {
  return key + "-" + fingerprint(plain_question(question));
}

Status check_mark(const Collection& entries) {
  const CollectionOptions stored = entries.options();
  const Value* mark = stored.attributes.find(kMark);
  if (mark && mark->as_int() && *mark->as_int() <= kLayout) return {};
  return failed_precondition("collection '" + entries.name() +
                             "' has the name of a cache of answers and is none of this version");
}

std::string string_at(const Object& object, const char* key) {
  const Value* value = object.find(key);
  return value && value->as_string() ? *value->as_string() : "";
}

std::uint64_t count_at(const Object& object, const char* key) {
  const Value* value = object.find(key);
  return value && value->as_int() && *value->as_int() > 0
             ? static_cast<std::uint64_t>(*value->as_int())
             : 0;
}

}  // namespace

std::string plain_question(std::string_view question) {
  std::string plain;
  for (const char c : question) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (blank && (plain.empty() || plain.back() == ' ')) continue;
    plain += blank ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  while (!plain.empty() && std::string_view(" ?!.").find(plain.back()) != std::string_view::npos)
    plain.pop_back();
  return plain;
}

std::string answer_key(const ChatModel& model, const AnswerOptions& options,
                       std::string_view retrieval) {
  const auto& temperature = options.chat.temperature;
  const auto& seed = options.chat.seed;
  std::string history;
  for (const ChatMessage& message : options.history)
    history += joined({chat_role_name(message.role), message.text});
  return fingerprint(joined(
      {model.name(), options.instructions, options.prompt, history, retrieval,
       std::to_string(options.max_context_tokens), std::to_string(options.chat.max_tokens),
       temperature ? Value(*temperature).to_json() : "", seed ? std::to_string(*seed) : ""}));
}

Result<AnswerCache> AnswerCache::open(Database& database, const EmbedderInfo& model,
                                      const AnswerCacheOptions& options) {
  if (!(options.threshold >= 0 && options.threshold <= 1))
    return invalid_argument("the threshold of answers must be from 0 to 1");
  if (options.ttl.count() < 1) return invalid_argument("the time of answers must be at least 1 s");
  if (options.capacity < 1) return invalid_argument("the capacity for answers must be at least 1");
  if (model.dimension == 0)
    return failed_precondition("model '" + model.name + "' does not say its dimension");
  VECSTORE_ASSIGN(Collection entries, open_or_make(database, model, options.create));
  VECSTORE_TRY(check_mark(entries));
  return AnswerCache(std::move(entries), options);
}

// The entry of the same words first.
Result<std::vector<Hit>> AnswerCache::candidates(const std::string& key, std::string_view question,
                                                 const Vector& vector) const {
  std::vector<Hit> all;
  Result<Record> same = entries_.get(entry_id(key, question));
  if (!same.ok() && same.status().code() != Code::kNotFound) return same.status();
  if (same.ok()) {
    all.push_back(Hit{.id = same->id,
                      .score = 1,
                      .metadata = std::move(same->metadata),
                      .text = std::move(same->text),
                      .vector = std::move(same->vector)});
  }
  Query query;
  query.vector = vector;
  query.k = kTried;
  query.min_score = options_.threshold;
  query.include.vector = true;
  VECSTORE_ASSIGN(query.filter, Filter::parse("key = :key", {{"key", key}}));
  VECSTORE_ASSIGN(Hits near, entries_.query(query));
  for (Hit& hit : near.hits) {
    if (all.empty() || hit.id != all.front().id) all.push_back(std::move(hit));
  }
  return all;
}

Result<CacheLookup> AnswerCache::find(const std::string& key, std::string_view question,
                                      const Vector& vector, const AnswerOptions& options,
                                      const FindPassages& find) const {
  CacheLookup lookup;
  VECSTORE_ASSIGN(const std::vector<Hit> near, candidates(key, question, vector));
  for (const Hit& hit : near) {
    const std::string kept = string_at(hit.metadata, "question");
    if (!hit.text || !hit.vector || !may_have_one_answer(kept, question)) continue;
    VECSTORE_ASSIGN(const Hits passages, find(kept, *hit.vector));
    CachedAnswer cached{hit.id, kept, hit.score, 0, {}};
    Answer& answer = cached.answer;
    answer.context = pack_context(passages, options.max_context_tokens);
    if (fingerprint_of(answer.context) != string_at(hit.metadata, "passages")) {
      lookup.stale.push_back(hit.id);
      continue;
    }
    answer.text = *hit.text;
    answer.said.text = *hit.text;
    answer.said.prompt_tokens = count_at(hit.metadata, "prompt_tokens");
    answer.said.answer_tokens = count_at(hit.metadata, "answer_tokens");
    answer.checked = check_citations(answer.text, answer.context.passages);
    cached.said_at = static_cast<TimeMs>(count_at(hit.metadata, "said_at"));
    lookup.hit = std::move(cached);
    return lookup;
  }
  return lookup;
}

// With the counts, in one batch; again when somebody else counted meanwhile.
Status AnswerCache::write(std::vector<BatchOperation> steps, const AnswerCacheStats& more) {
  steps.emplace_back();
  for (int tries = 0;; ++tries) {
    const Result<Record> there = entries_.get(kCounts);
    if (!there.ok() && there.status().code() != Code::kNotFound) return there.status();
    BatchOperation& last = steps.back();
    last.record.id = kCounts;
    if (there.ok()) {
      last.condition = {.if_version = there->version};
    } else {
      last.condition = {.if_absent = true};
    }
    const Object before = there.ok() ? there->metadata : Object();
    const auto sum = [&](const char* name, std::uint64_t added) {
      last.record.metadata[name] = static_cast<std::int64_t>(count_at(before, name) + added);
    };
    sum("hits", more.hits);
    sum("misses", more.misses);
    sum("stale", more.stale);
    Status status = entries_.apply(steps).status();
    if (status.code() != Code::kAborted || tries == kMostTries) return status;
  }
}

Status AnswerCache::used(const CachedAnswer& hit) {
  Update touched;
  touched.id = hit.id;
  touched.metadata_patch = Metadata{{"used_at", system_clock().now_ms()}};
  Status status = write({BatchOperation::change(std::move(touched))}, {.hits = 1});
  if (status.code() != Code::kNotFound) return status;
  return write({}, {.hits = 1});  // it went since it was found
}

Status AnswerCache::keep(const std::string& key, std::string_view question, const Vector& vector,
                         const Answer& answer, const std::vector<std::string>& stale) {
  std::vector<BatchOperation> steps;
  steps.reserve(stale.size() + 2);  // the answer and the counts
  for (const std::string& id : stale) steps.push_back(BatchOperation::remove(id));
  const AnswerCacheStats counted{.misses = 1, .stale = stale.empty() ? 0u : 1u};
  if (!answer.said.cut && answer.checked.problems.empty()) {
    const std::int64_t now = system_clock().now_ms();
    Record record;
    record.id = entry_id(key, question);
    std::erase_if(steps, [&](const BatchOperation& step) { return step.id == record.id; });
    record.vector = vector;
    record.text = answer.text;
    record.expires_at = now + std::chrono::milliseconds(options_.ttl).count();
    record.metadata = {{"key", key},
                       {"question", question},
                       {"passages", fingerprint_of(answer.context)},
                       {"said_at", now},
                       {"used_at", now},
                       {"prompt_tokens", static_cast<std::int64_t>(answer.said.prompt_tokens)},
                       {"answer_tokens", static_cast<std::int64_t>(answer.said.answer_tokens)}};
    steps.push_back(BatchOperation::upsert(std::move(record)));
  }
  VECSTORE_TRY(write(std::move(steps), counted));
  return forget_oldest();
}

// Versions are the order of writes, and so of use. An eighth at a time goes, so that not every
// answer costs a scan.
Status AnswerCache::forget_oldest() {
  VECSTORE_ASSIGN(const std::uint64_t records, entries_.count());
  if (records <= options_.capacity + 1) return {};  // one of them is the counts
  std::vector<std::pair<std::uint64_t, std::string>> entries;
  VECSTORE_ASSIGN(Scan scan, entries_.scan({.include_vectors = false}));
  while (true) {
    VECSTORE_ASSIGN(const std::vector<Record> some, scan.next());
    if (some.empty()) break;
    for (const Record& record : some) {
      if (record.id != kCounts) entries.emplace_back(record.version, record.id);
    }
  }
  const auto kept = static_cast<std::size_t>(options_.capacity - options_.capacity / 8);
  if (entries.size() <= kept) return {};
  std::ranges::sort(entries);
  std::vector<std::string> going;
  for (std::size_t i = 0; i < entries.size() - kept; ++i) {
    going.push_back(std::move(entries[i].second));
    if (going.size() < kForgottenAtOnce && i + 1 < entries.size() - kept) continue;
    VECSTORE_TRY(entries_.remove_many(going).status());
    going.clear();
  }
  return entries_.purge().status();
}

Result<AnswerCacheStats> AnswerCache::stats_of(const Collection& collection) {
  VECSTORE_TRY(check_mark(collection));
  AnswerCacheStats stats;
  const Result<Record> counts = collection.get(kCounts);
  if (!counts.ok() && counts.status().code() != Code::kNotFound) return counts.status();
  VECSTORE_ASSIGN(stats.entries, collection.count());
  if (!counts.ok()) return stats;
  stats.hits = count_at(counts->metadata, "hits");
  stats.misses = count_at(counts->metadata, "misses");
  stats.stale = count_at(counts->metadata, "stale");
  if (stats.entries > 0) --stats.entries;
  return stats;
}

}  // namespace vecstore
