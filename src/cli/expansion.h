// --expand: a question asked in more words than its own, or in more ways than one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/question.h"
#include "cli/session.h"
#include "rag/query/feedback.h"
#include "rag/query/rewrite.h"
#include "rag/query/synonyms.h"

namespace vecstore {

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

// Of `methods`: spelling, synonyms, feedback, and one of multi_query, decompose, step_back and
// hyde, with commas between. What it needs of [retrieval] and [answering] is read.
Result<Expansion> make_expansion(const Session& session, const std::vector<std::string>& methods);

// Like make_queries(), with every text expanded. What a model or the spelling made of a question is
// told as a note.
Result<std::vector<Query>> make_expanded_queries(Session& session, const Collection& collection,
                                                 const std::vector<Question>& questions,
                                                 const Query& common, Mode mode,
                                                 const Expansion& expansion);

}  // namespace vecstore
