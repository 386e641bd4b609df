// Answers on their way to Python, and the messages that models are asked with.
#pragma once

#include <nanobind/nanobind.h>

#include <vector>

#include "rag/answer/answer_question.h"

namespace vecstore::python {

// (role, text) of each, and back.
std::vector<ChatMessage> to_messages(const nanobind::list& given);
nanobind::list from_messages(const std::vector<ChatMessage>& messages);

// (the text without blanks around it, citations, problems); of each citation (passage from 1, id,
// source, statement, quote, its start and end where the passage is from, support).
nanobind::tuple from_answer(const vecstore::Answer& answer);

}  // namespace vecstore::python
