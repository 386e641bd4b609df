// A question and passages into an answer that says where it is from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rag/answer/chat_model.h"
#include "rag/answer/citations.h"
#include "rag/answer/context.h"

namespace vecstore {

// Tells the model to use the passages alone, and to name them.
extern const char* const kAnswerInstructions;

struct AnswerOptions {
  ChatOptions chat = {};
  std::size_t max_context_tokens = 3000;  // of passages
  std::string instructions = kAnswerInstructions;
  // What was said before, as History::messages gives it: between the instructions, which its system
  // messages follow, and the prompt.
  std::vector<ChatMessage> history = {};
  // A template (prompt_template.h) with the places {passages} and {question}, both needed.
  std::string prompt = "Passages:\n\n{passages}\n\nQuestion: {question}";
};

struct Answer {
  std::string text = {};
  CheckedCitations checked = {};
  Context context = {};  // the passages that the model saw, by their numbers
  ChatAnswer said = {};  // as it came; `text` is without the blanks around it
};

// A question as a model is asked it.
struct PreparedQuestion {
  Context context = {};
  std::vector<ChatMessage> messages = {};
};

// Two halves of answer_question(), for callers that ask a model of their own in between.
Result<PreparedQuestion> prepare_question(std::string_view question, const Hits& hits,
                                          const AnswerOptions& options);
Answer finish_answer(PreparedQuestion asked, ChatAnswer said);

// One call of the model. kInvalidArgument for a blank question and a template that lacks a place;
// kNotFound when no hit has a text to answer from; else what the model has for an error.
Result<Answer> answer_question(const ChatModel& model, std::string_view question, const Hits& hits,
                               const AnswerOptions& options);

}  // namespace vecstore
