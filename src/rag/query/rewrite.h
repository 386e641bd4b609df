// A question in other words, by a model that writes: several ways to ask it, its parts, what lies
// behind it, or what an answer might say.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rag/answer/chat_model.h"

namespace vecstore {

enum class Rewriting : unsigned char {
  kMultiQuery,  // the same question in other words
  kDecompose,   // the questions that it is made of
  kStepBack,    // the more general question behind it (Zheng and others 2023)
  kHyde,        // a passage that might answer it, made up, to be embedded (Gao and others 2022)
};
std::string_view rewriting_name(Rewriting rewriting);  // multi_query, decompose, step_back, hyde
Result<Rewriting> parse_rewriting(std::string_view name);

inline constexpr std::size_t kMaxRewrites = 10;
inline constexpr std::size_t kMaxRewriteBytes = 500;   // of a question
inline constexpr std::size_t kMaxPassageBytes = 4000;  // of a passage that is made up

struct RewriteOptions {
  Rewriting how = Rewriting::kMultiQuery;
  std::size_t count = 3;  // questions, at most kMaxRewrites; kStepBack and kHyde give one
  ChatOptions chat = {};  // temperature, seed and token are taken
};

struct Rewritten {
  std::vector<std::string> texts = {};  // without the question itself; none when `remark` says why
  std::string remark = {};              // a sentence for whoever asked
};

// One call. Errors are the model's: it cannot be reached, the key is wrong. That it said nothing
// that can be used is no error but a remark: the question can still be asked as it is, and one that
// a model stumbles over shall not end a file of a thousand. What it says is taken for questions
// where its lines have bullets or numbers, or where there are no more lines than questions wanted;
// lines that are blank, too long, or end with ':' are not, and neither is the question again.
Result<Rewritten> rewrite_question(const ChatModel& model, std::string_view question,
                                   const RewriteOptions& options);

}  // namespace vecstore
