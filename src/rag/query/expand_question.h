// A question asked in more words than its own, or in more ways than one: one query of all of it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rag/query/feedback.h"
#include "rag/query/rewrite.h"
#include "rag/query/synonyms.h"
#include "vecstore/collection.h"
#include "vecstore/limits.h"

namespace vecstore {

inline constexpr double kMaxSynonymWeight = 100;
// Times the hits that are believed are looked at: the rest is what is common.
inline constexpr std::size_t kFeedbackLooksAt = 10;
inline constexpr std::size_t kMaxFeedbackHits = kMaxK / kFeedbackLooksAt;
inline constexpr std::size_t kMaxFeedbackWords = 500;

struct Expansion {
  bool spelling = false;  // words that no text has become those that were meant
  std::optional<Synonyms> synonyms = {};
  double synonym_weight = 0.5;
  bool feedback = false;
  FeedbackOptions from_hits = {};
  std::optional<Rewriting> rewriting = {};
  std::size_t rewrites = 3;
  ChatOptions chat = {};
  std::shared_ptr<const ChatModel> model = {};  // that rewrites

  bool any() const { return spelling || synonyms || feedback || rewriting; }
};

// Which of them are named, without what they need.
struct ExpansionMethods {
  bool spelling = false, synonyms = false, feedback = false;
  std::optional<Rewriting> rewriting = {};
};
// spelling, synonyms, feedback, and one of multi_query, decompose, step_back and hyde.
// kInvalidArgument names the nearest, or the two that do not go together.
Result<ExpansionMethods> parse_expansions(std::span<const std::string> methods);

// kInvalidArgument for numbers that are out of range: weights, hits, words, rewrites.
Status check_expansion(const Expansion& expansion);

struct ExpansionSources {
  // A query for a text, as the caller asks texts: by its vector, its words, or both; `itself` is
  // true of the question, and false of what a model made of it.
  std::function<Result<Query>(const std::string& text, bool itself)> as_query = {};
  // The vector of a passage that might answer, for hyde.
  std::function<Result<std::vector<float>>(std::string_view passage)> embed = {};
  // Told what was made of the question, and why nothing was: sentences for people.
  std::function<void(const std::string& note)> note = {};
};

// Costs what it asks for: a search for feedback, a call of the model to rewrite, some searches of
// words for spelling. Errors are those of the model, of the sources and of searches;
// kInvalidArgument for words beside TextSyntax::kQuery, feedback where no words are looked for, and
// hyde where vectors are not dense.
Result<Query> expand_question(const Collection& collection, std::string question,
                              const Expansion& expansion, const ExpansionSources& sources);

}  // namespace vecstore
