#include "embed/model_tokenizer.h"

#include <algorithm>
#include <functional>

namespace vecstore {
namespace {

std::string replace_all(std::string_view text, const NormalizerStep& step) {
  std::string out;
  out.reserve(text.size() * 2);
  for (std::size_t at; (at = text.find(step.pattern)) != text.npos;) {
    out.append(text.substr(0, at)).append(step.text);
    text.remove_prefix(at + step.pattern.size());
  }
  return out.append(text);
}

}  // namespace

ModelTokenizer::ModelTokenizer(BpeModel model, TokenizerParts parts)
    : model_(std::move(model)), parts_(std::move(parts)), id_limit_(model_.id_limit()) {
  const auto length = [](const AddedToken& token) { return token.text.size(); };
  std::ranges::stable_sort(parts_.added, std::greater{}, length);
  for (const AddedToken& token : parts_.added) {
    starts_added_[static_cast<unsigned char>(token.text[0])] = true;
    id_limit_ = std::max(id_limit_, token.id + 1);
  }
  for (std::uint32_t id : parts_.prefix) id_limit_ = std::max(id_limit_, id + 1);
  for (std::uint32_t id : parts_.suffix) id_limit_ = std::max(id_limit_, id + 1);
}

std::vector<std::uint32_t> ModelTokenizer::encode(std::string_view text,
                                                  SpecialTokens special) const {
  std::vector<std::uint32_t> ids;
  if (special == SpecialTokens::kAdd) ids = parts_.prefix;
  while (!text.empty()) {
    std::size_t at = 0;
    const AddedToken* added = nullptr;
    while (at < text.size() && !(added = added_token_at(text.substr(at)))) ++at;
    if (at > 0) model_.encode(normalize(text.substr(0, at)), ids);
    if (added) ids.push_back(added->id);
    text.remove_prefix(added ? at + added->text.size() : at);
  }
  if (special == SpecialTokens::kAdd) {
    ids.insert(ids.end(), parts_.suffix.begin(), parts_.suffix.end());
  }
  return ids;
}

const AddedToken* ModelTokenizer::added_token_at(std::string_view text) const {
  if (!starts_added_[static_cast<unsigned char>(text[0])]) return nullptr;
  const auto found = std::ranges::find_if(
      parts_.added, [&](const AddedToken& token) { return text.starts_with(token.text); });
  return found == parts_.added.end() ? nullptr : &*found;
}

std::string ModelTokenizer::normalize(std::string_view text) const {
  std::string out(text);
  for (const NormalizerStep& step : parts_.normalizer) {
    if (out.empty()) break;
    if (step.pattern.empty()) {
      out.insert(0, step.text);
    } else {
      out = replace_all(out, step);
    }
  }
  return out;
}

}  // namespace vecstore
