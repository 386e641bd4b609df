// The cache of answers as `ask` uses it: looked into before the model is asked, written after.
#pragma once

#include <optional>
#include <string>

#include "cli/session.h"
#include "rag/cache/answer_cache.h"

namespace vecstore {

struct KeptAnswers {
  bool on = false;
  AnswerCacheOptions options = {};
  EmbedderInfo model = {};  // of the questions' vectors
  std::string key = {};
  std::string question = {};
  Vector vector = {};
  CacheLookup lookup = {};
};

// Whether answering.cache asks for it; what it has wrong is told here.
Result<KeptAnswers> kept_answers(const Session& session);

// Looks for an answer to the question with that vector. A collection whose vectors no model makes
// of texts has none, which is noted.
Status look_for_answer(Session& session, OpenCollection& open, const ChatModel& model,
                       const AnswerOptions& options, const std::string& retrieval,
                       const AnswerCache::FindPassages& find, KeptAnswers& kept);

// Notes that an answer was said before, and to what.
void note_cached(const Output& out, const CachedAnswer& cached);

// What became of the look: a hit, or a new answer. Another program that writes is not waited for;
// then nothing is kept, which is noted.
void remember(const Session& session, const KeptAnswers& kept, const Answer& answer);

}  // namespace vecstore
