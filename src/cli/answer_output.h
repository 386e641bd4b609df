// An answer as `ask` prints it: the text while it comes, then what it names, with where that
// stands.
#pragma once

#include <string_view>

#include "cli/output.h"
#include "rag/answer/answer_question.h"

namespace vecstore {

// A piece of the answer on standard output, at once; control characters but line breaks become
// spaces.
void print_piece(std::string_view text);

// Ends the line; then the passages that are named, and to standard error what is wrong with it.
void print_named_passages(const Output& out, const Answer& answer);

// {"question", "answer", "model", "citations": [{"passage", "id", "source", "statement": {"start",
// "end"}, "quote", "start", "end", "support"}], "problems", "passages", …}. `start` and `end` of a
// citation count what the passage's own do (docs/guide/ingest.md), where it has them.
Object answer_object(std::string_view question, std::string_view model, const Answer& answer);

// {"number","citation","id","score","text","metadata"}
Object passage_object(const Hit& hit, std::size_t number);

}  // namespace vecstore
