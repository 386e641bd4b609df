// Answers that are given again: to a question that means the same, while the passages that it is
// answered from are the same.
//
// An entry is a question's vector with the answer, in a collection of the database, one for each
// embedding model, whose name begins with kAnswersPrefix. An answer is given again when
//   - the key is the same: model, instructions, prompt, settings, collection, filter, reranker;
//   - the two questions are the same but for case, blanks and the mark at their end, or the cosine
//     of their vectors is at least the threshold and neither numbers, negations nor the order of
//     their words tell them apart (rag/cache/same_question.h);
//   - the kept question, asked now, would show the model the very same text. That is tried: the
//     passages are searched for again, which costs a query and no model. So no write to the
//     collection makes a wrong answer, and none that does not matter costs one.
// Its citations are checked anew. Entries end with their time, and the least recently used go first
// when there are too many.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rag/answer/answer_question.h"
#include "vecstore/database.h"
#include "vecstore/embedder.h"

namespace vecstore {

inline constexpr std::string_view kAnswersPrefix = "answers-";

struct AnswerCacheOptions {
  // Measured on light rewordings and on questions that only sound alike:
  // docs/design/035-memory-and-cache.md.
  double threshold = 0.97;                     // 0 to 1
  std::chrono::seconds ttl{7 * 24 * 60 * 60};  // at least 1
  std::uint64_t capacity = 10'000;             // entries, at least 1
  bool create = true;                          // the collection, when there is none; else kNotFound
};

// Everything but question and passages that an answer depends on. `retrieval`: how passages are
// chosen, in any words.
std::string answer_key(const ChatModel& model, const AnswerOptions& options,
                       std::string_view retrieval);

struct CachedAnswer {
  std::string id = {};        // of the entry
  std::string question = {};  // that it was given to
  double similarity = 0;      // the cosine; 1 for the same words
  TimeMs said_at = 0;
  Answer answer = {};
};

struct CacheLookup {
  std::optional<CachedAnswer> hit = {};
  std::vector<std::string> stale = {};  // entries that would have been, but for their passages
};

struct AnswerCacheStats {
  std::uint64_t hits = 0;  // of all programs, as far as they could write
  std::uint64_t misses = 0;
  std::uint64_t stale = 0;  // of the misses: there was an answer, from other passages
  std::uint64_t entries = 0;
};

// Safe from many threads.
class AnswerCache {
 public:
  using FindPassages =
      std::function<Result<Hits>(const std::string& question, const Vector& vector)>;

  static Result<AnswerCache> open(Database& database, const EmbedderInfo& model,
                                  const AnswerCacheOptions& options);

  // `find` gives what the model would be shown for a question, best first; `options` packs it.
  Result<CacheLookup> find(const std::string& key, std::string_view question, const Vector& vector,
                           const AnswerOptions& options, const FindPassages& find) const;

  // Counts the hit and makes the entry the last used.
  Status used(const CachedAnswer& hit);
  // Counts the miss, keeps the answer and forgets the stale ones. An answer that was cut, or whose
  // citations have problems, is not kept: asked again the model may do better.
  Status keep(const std::string& key, std::string_view question, const Vector& vector,
              const Answer& answer, const std::vector<std::string>& stale);

  Result<AnswerCacheStats> stats() const { return stats_of(entries_); }
  // The name of the collection that has the entries.
  std::string collection() const { return entries_.name(); }
  // Of a collection that is such a cache; kFailedPrecondition for others.
  static Result<AnswerCacheStats> stats_of(const Collection& collection);

 private:
  AnswerCache(Collection entries, const AnswerCacheOptions& options)
      : entries_(std::move(entries)), options_(options) {}

  Result<std::vector<Hit>> candidates(const std::string& key, std::string_view question,
                                      const Vector& vector) const;
  Status write(std::vector<BatchOperation> steps, const AnswerCacheStats& more);
  Status forget_oldest();

  Collection entries_;
  AnswerCacheOptions options_;
};

// In lower case (ASCII), blanks folded, without '?', '!' and '.' at the end.
std::string plain_question(std::string_view question);

}  // namespace vecstore
