#include "cli/kept_answers.h"

#include "base/clock.h"
#include "cli/answering_settings.h"
#include "cli/terminal.h"

namespace vecstore {
namespace {

Status write_to_cache(const Session& session, const KeptAnswers& kept, const Answer& answer) {
  VECSTORE_ASSIGN(Database database, session.open_to_write());
  VECSTORE_ASSIGN(AnswerCache cache, AnswerCache::open(database, kept.model, kept.options));
  if (kept.lookup.hit) {
    VECSTORE_TRY(cache.used(*kept.lookup.hit));
  } else {
    VECSTORE_TRY(cache.keep(kept.key, kept.question, kept.vector, answer, kept.lookup.stale));
  }
  return database.close();
}

}  // namespace

Result<KeptAnswers> kept_answers(const Session& session) {
  KeptAnswers kept;
  kept.on = *session.settings.value("answering.cache").as_bool();
  VECSTORE_ASSIGN(kept.options, answer_cache_options(session.settings));
  return kept;
}

Status look_for_answer(Session& session, OpenCollection& open, const ChatModel& model,
                       const AnswerOptions& options, const std::string& retrieval,
                       const AnswerCache::FindPassages& find, KeptAnswers& kept) {
  const DenseVector* values = kept.vector.dense();
  if (!values || values->empty()) {
    kept.on = false;
    session.out.note(
        "answering.cache is for collections whose dense vectors a model makes of texts");
    return {};
  }
  VECSTORE_ASSIGN(const auto embedder, session.embedder(&open.collection));
  kept.model = embedder->info();
  kept.key = answer_key(model, options, retrieval);
  AnswerCacheOptions there = kept.options;
  there.create = false;
  const Result<AnswerCache> cache = AnswerCache::open(open.database, kept.model, there);
  if (!cache.ok() && cache.status().code() == Code::kNotFound) return {};
  VECSTORE_TRY(cache.status());
  VECSTORE_ASSIGN(kept.lookup, cache->find(kept.key, kept.question, kept.vector, options, find));
  return {};
}

void note_cached(const Output& out, const CachedAnswer& cached) {
  const double ago_s =
      static_cast<double>(std::max<std::int64_t>(0, system_clock().now_ms() - cached.said_at)) /
      1000;
  out.note("from the cache, said " + format_duration(ago_s) + " ago to '" +
           printable(cached.question) + "' (similarity " + fixed(cached.similarity, 3) + ")");
}

void remember(const Session& session, const KeptAnswers& kept, const Answer& answer) {
  if (!kept.on) return;
  const Status status = write_to_cache(session, kept, answer);
  if (!status.ok()) session.out.note("not written to the cache: " + printable(status.message()));
}

}  // namespace vecstore
