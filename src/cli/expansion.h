// --expand: a question asked in more words than its own, or in more ways than one.
#pragma once

#include <string>
#include <vector>

#include "cli/question.h"
#include "cli/session.h"
#include "rag/query/expand_question.h"

namespace vecstore {

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
