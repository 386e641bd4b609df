// How a question is asked and how hits are shown, beyond one search: the flags of `query` and
// `ask`, and what [retrieval] says of it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/question.h"
#include "cli/session.h"

namespace vecstore {

// Names without "retrieval.", with their defaults.
void for_each_expansion_setting(const std::function<void(std::string name, Value otherwise)>& take);

struct RetrievalFlags {
  std::optional<std::int64_t> window = {};
  std::optional<std::string> parent = {};
  std::optional<std::string> expand = {};  // "none", or as make_expansion() has them

  bool or_settings = false;  // where a flag says nothing, retrieval.expand and so on do

  bool any() const { return window || parent || expand; }
  // That two ways to find passages can be compared.
  std::string text() const;
};
std::vector<Option> retrieval_arguments(RetrievalFlags& to);
// --expand alone.
Option expand_argument(RetrievalFlags& to);

// Errors of flags and settings, before anything is opened.
Status check_retrieval(const Session& session, const RetrievalFlags& flags);

// Whether questions are asked in other words than their own.
bool expands(const Session& session, const RetrievalFlags& flags);

// make_queries(), with every question expanded where that is asked for.
Result<std::vector<Query>> make_retrieval_queries(Session& session, const RetrievalFlags& flags,
                                                  const Collection& collection,
                                                  const std::vector<Question>& questions,
                                                  const Query& common, Mode mode = Mode::kAuto);

// "did you mean", for people, where retrieval.did_you_mean allows it and the collection's texts do
// not have a word of `text`.
void note_spelling(const Session& session, const Collection& collection, const std::string& text);

// The hits with their neighbours, where that is asked for.
Result<Hits> with_surroundings(const Session& session, const RetrievalFlags& flags,
                               const Collection& collection, Hits hits);

}  // namespace vecstore
