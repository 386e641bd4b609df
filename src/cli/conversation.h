// `ask --conversation`: what was said before goes to the model, and what is said now is kept.
#pragma once

#include <memory>
#include <string>

#include "cli/session.h"
#include "rag/answer/answer_question.h"
#include "rag/memory/history.h"

namespace vecstore {

struct Talk {
  std::string name = {};
  HistoryOptions options = {};
  History history = {};
  std::string searched_for = {};  // the question, rewritten where a model could
  std::shared_ptr<const Embedder> embedder = {};
};

// Reads what was said; `model`, where there is one, makes a question of its own of `question`.
// What is near to it of older turns is in the history, too.
Result<Talk> begin_talk(Session& session, OpenCollection& open, const std::string& name,
                        const std::string& question, const ChatModel* model,
                        const ChatOptions& chat);

// What was asked and answered, with {"model"?, "searched_for"?, "sources"}: ids of passages.
// Without an answer, the question alone. Where answering.summarize says so, turns that the history
// has no room for are summed up by the model. Waits for another program that writes.
Status keep_turn(const Session& session, const Talk& talk, const std::string& question,
                 const Answer* answer, const Hits& shown, const ChatModel* model,
                 const ChatOptions& chat);

// To write; waits some seconds where another program does.
Result<Database> wait_to_write(const Session& session);

}  // namespace vecstore
