// Answers that are given again.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <memory>

#include "python/src/answer_values.h"
#include "python/src/answers.h"
#include "python/src/callbacks.h"
#include "python/src/chats.h"
#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/models.h"
#include "python/src/values.h"
#include "python/src/vectors.h"
#include "rag/cache/answer_cache.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

struct CacheHandle : Handle<AnswerCache> {
  explicit CacheHandle(AnswerCache cache) : Handle(std::move(cache)) {}
};

CacheHandle open(const DatabaseHandle& database, const nb::dict& model, double threshold,
                 std::int64_t ttl_s, std::uint64_t capacity, bool create) {
  const AnswerCacheOptions options{threshold, std::chrono::seconds(ttl_s), capacity, create};
  const EmbedderInfo info = to_info(model);
  return CacheHandle(take(
      unlocked(database, [&](auto& engine) { return AnswerCache::open(engine, info, options); })));
}

// What an answer depends on beside question and passages; None keeps the default.
struct Asked {
  std::string model = {};
  AnswerOptions options = {};
};

Asked to_asked(const nb::dict& given) {
  Asked asked{.model = to_text(given["model"], "the name of a model")};
  const auto has = [&](const char* name) {
    return given.contains(name) && !nb::object(given[name]).is_none();
  };
  AnswerOptions& to = asked.options;
  if (has("instructions")) to.instructions = to_text(given["instructions"], "instructions");
  if (has("prompt")) to.prompt = to_text(given["prompt"], "prompt");
  if (has("max_context_tokens"))
    to.max_context_tokens = nb::cast<std::size_t>(given["max_context_tokens"]);
  if (has("max_tokens")) to.chat.max_tokens = nb::cast<std::size_t>(given["max_tokens"]);
  if (has("temperature")) to.chat.temperature = nb::cast<double>(given["temperature"]);
  if (has("seed")) to.chat.seed = nb::cast<std::int64_t>(given["seed"]);
  return asked;
}

std::string key_of(const nb::dict& asked, const std::string& retrieval) {
  const Asked how = to_asked(asked);
  return answer_key(PythonChat(how.model, nb::none()), how.options, retrieval);
}

// `find_passages`: (question, vector) to an Answer, what the model would be shown.
CacheLookup find(const CacheHandle& in, const std::string& key, const std::string& question,
                 nb::handle vector, const nb::dict& asked, nb::handle find_passages,
                 nb::handle cancel) {
  CancelToken token = token_of(cancel);
  auto raised = std::make_shared<Raised>();
  auto function = shared_object(find_passages);
  const AnswerCache::FindPassages search = [raised, function](const std::string& text,
                                                              const Vector& by) -> Result<Hits> {
    const nb::gil_scoped_acquire locked;
    try {
      const nb::object found = (*function)(from_text(text), from_vector(by));
      if (nb::isinstance<Answer>(found)) return *nb::cast<Answer&>(found).hits;
      Hits hits;
      for (const nb::handle hit : found) hits.hits.push_back(to_hit(hit));
      return hits;
    } catch (nb::python_error& error) {
      return raised->keep(error, "the search for passages");
    }
  };
  auto work = [cache = in.shared(), key, question, by = to_vector(vector, VectorKind::kDense),
               options = to_asked(asked).options,
               search] { return cache->find(key, question, by, options, search); };
  Result<CacheLookup> made = watched(std::move(work), &token);
  raised->rethrow();
  return take(std::move(made));
}

// ((question, similarity, milliseconds), (text, citations, problems), hits, left out, tokens of the
// messages, of the answer); None of a miss.
nb::object answer_of(const CacheLookup& lookup) {
  if (!lookup.hit) return nb::none();
  const CachedAnswer& hit = *lookup.hit;
  nb::list passages;
  for (const Hit& one : hit.answer.context.passages) passages.append(from_hit(one));
  return nb::make_tuple(nb::make_tuple(from_text(hit.question), hit.similarity, hit.said_at),
                        from_answer(hit.answer), passages, hit.answer.context.left_out,
                        hit.answer.said.prompt_tokens, hit.answer.said.answer_tokens);
}

void used(const CacheHandle& in, const CacheLookup& lookup) {
  auto work = [cache = in.shared(), hit = *lookup.hit] { return cache->used(hit); };
  check(watched(std::move(work), nullptr));
}

// `said`: (text, cut, tokens of the messages, of the answer) of the model that was asked
// `prepared`.
void keep(const CacheHandle& in, const std::string& key, const std::string& question,
          nb::handle vector, const PreparedQuestion& prepared, const nb::tuple& said,
          const CacheLookup& lookup) {
  const ChatAnswer whole{.text = to_text(said[0], "the text of an answer"),
                         .cut = nb::cast<bool>(said[1]),
                         .prompt_tokens = nb::cast<std::uint64_t>(said[2]),
                         .answer_tokens = nb::cast<std::uint64_t>(said[3])};
  auto work = [cache = in.shared(), key, question, by = to_vector(vector, VectorKind::kDense),
               prepared, whole, stale = lookup.stale] {
    return cache->keep(key, question, by, finish_answer(prepared, whole), stale);
  };
  check(watched(std::move(work), nullptr));
}

nb::tuple stats_of(const CacheHandle& in) {
  const AnswerCacheStats stats =
      take(unlocked(in, [](const AnswerCache& cache) { return cache.stats(); }));
  return nb::make_tuple(stats.entries, stats.hits, stats.misses, stats.stale);
}

}  // namespace

void bind_answer_cache(nb::module_& module) {
  nb::class_<CacheLookup>(module, "CacheLookup").def("answer", answer_of);
  nb::class_<CacheHandle>(module, "AnswerCache")
      .def("find", find, nb::arg("key"), nb::arg("question"), nb::arg("vector"), nb::arg("asked"),
           nb::arg("find_passages"), nb::arg("cancel").none())
      .def("used", used, nb::arg("lookup"))
      .def("keep", keep, nb::arg("key"), nb::arg("question"), nb::arg("vector"),
           nb::arg("prepared"), nb::arg("said"), nb::arg("lookup"))
      .def("collection", [](const CacheHandle& in) { return from_text(in->collection()); })
      .def("stats", stats_of);
  module.def("open_answer_cache", open, nb::arg("database"), nb::arg("model"), nb::arg("threshold"),
             nb::arg("ttl_s"), nb::arg("capacity"), nb::arg("create"));
  module.def("answer_key", key_of, nb::arg("asked"), nb::arg("retrieval"));
  module.attr("ANSWERS_PREFIX") = from_text(kAnswersPrefix);
}

}  // namespace vecstore::python
