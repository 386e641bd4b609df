#include "embed/tokenizer/tiktoken_json.h"

#include <unordered_set>

#include "base/base64.h"
#include "base/coding.h"
#include "base/json.h"
#include "embed/tokenizer/json/members.h"

namespace vecstore {
namespace {

using tokenizer_json::find_text;
using tokenizer_json::refuse;

// Tokens longer than this are spaces and dashes; each way to cut one in two is a rule.
constexpr std::size_t kMaxTokenBytes = 256;

// In characters that stand for bytes, as the vocabularies of tokenizer.json are written.
std::string in_characters(std::string_view bytes) {
  std::string text;
  for (char byte : bytes) append_utf8(text, byte_character(static_cast<unsigned char>(byte)));
  return text;
}

// One line: "! first_rank token token ...", in base 64.
Status read_line(std::string_view line, std::vector<std::string>& tokens) {
  const auto next_word = [&line] {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
  };
  if (next_word() != "!" || next_word() != std::to_string(tokens.size())) {
    return refuse("ranks are not one after another");
  }
  while (!line.empty()) {
    const auto bytes = base64_decode(next_word());
    if (!bytes.ok() || bytes->empty() || bytes->size() > kMaxTokenBytes) {
      return refuse("the token of rank " + std::to_string(tokens.size()) + " cannot be read");
    }
    tokens.emplace_back(as_text(*bytes));
    if (tokens.size() > kMaxVocabulary) return refuse("there are too many tokens");
  }
  return {};
}

Result<std::vector<std::string>> read_tokens(std::string_view ranks) {
  std::vector<std::string> tokens;
  while (!ranks.empty()) {
    const std::size_t end = std::min(ranks.find('\n'), ranks.size());
    VECSTORE_TRY(read_line(ranks.substr(0, end), tokens));
    ranks.remove_prefix(std::min(end + 1, ranks.size()));
  }
  return tokens;
}

BpeParts make_parts(const std::vector<std::string>& tokens) {
  BpeParts parts;
  parts.ignore_merges = parts.ranks_are_ids = true;
  const std::unordered_set<std::string_view> known(tokens.begin(), tokens.end());
  for (const std::string& token : tokens) {
    parts.pieces.push_back({in_characters(token), static_cast<std::uint32_t>(parts.pieces.size())});
    for (std::size_t cut = 1; cut < token.size(); ++cut) {
      const auto left = std::string_view(token).substr(0, cut);
      const auto right = std::string_view(token).substr(cut);
      if (!known.contains(left) || !known.contains(right)) continue;
      parts.merges.emplace_back(in_characters(left), in_characters(right));
    }
  }
  return parts;
}

}  // namespace

Result<ModelTokenizer> parse_tiktoken_json(std::string_view json) {
  const auto parsed = parse_json(json);
  if (!parsed.ok()) return parsed.status().with_context("tokenizer");
  const Object* root = parsed->as_object();
  if (!root) return refuse("not a JSON object");
  auto pattern = Pattern::regex(find_text(*root, "pat_str"));
  if (!pattern.ok()) return pattern.status().with_context("tokenizer");
  VECSTORE_ASSIGN(const auto tokens, read_tokens(find_text(*root, "bpe_ranks")));
  BpeParts parts = make_parts(tokens);
  if (!can_take_bytes(parts)) return refuse("a byte has no token");
  parts.bare_bytes = true;
  auto model = BpeModel::make(parts);
  if (!model.ok()) return model.status().with_context("tokenizer");
  TokenizerParts steps;
  steps.splitters.push_back(PatternSplit{*std::move(pattern), SplitBehavior::kIsolated, false});
  return ModelTokenizer(*std::move(model), std::move(steps));
}

}  // namespace vecstore
