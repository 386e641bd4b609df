#include "embed/tokenizer/json/members.h"
#include "embed/tokenizer/json/readers.h"

namespace vecstore::tokenizer_json {
namespace {

using Item = TokenTemplate::Item;

// The ids that the template's special token `name` stands for.
Status append_special(const Object& processor, std::string_view name, std::uint32_t type,
                      TokenTemplate& out) {
  const Object* known = find_object(processor, "special_tokens");
  const Object* token = known ? find_object(*known, name) : nullptr;
  const List* list = token ? find_list(*token, "ids") : nullptr;
  if (!list) return refuse("the template's special token '" + std::string(name) + "' has no ids");
  for (const Value& value : *list) {
    const auto id = as_id(&value);
    if (!id) return refuse("special token '" + std::string(name) + "' has an invalid id");
    out.items.push_back({Item::kSpecial, *id, type});
  }
  return {};
}

Status append_item(const Object& processor, const Value& item, TokenTemplate& out) {
  const Object* object = item.as_object();
  const Object* special = object ? find_object(*object, "SpecialToken") : nullptr;
  const Object* sequence = object ? find_object(*object, "Sequence") : nullptr;
  const Object* either = special ? special : sequence;
  const auto type = either ? as_id(either->find("type_id")).value_or(0) : 0;
  if (special) return append_special(processor, find_text(*special, "id"), type, out);
  const std::string_view text = sequence ? find_text(*sequence, "id") : "";
  if (text != "A" && text != "B") {
    return refuse("the template has an item that is neither special token nor text");
  }
  out.items.push_back({text == "A" ? Item::kFirst : Item::kSecond, 0, type});
  return {};
}

int count(const TokenTemplate& order, Item::Kind kind) {
  int found = 0;
  for (const Item& item : order.items) found += item.kind == kind;
  return found;
}

Status read_template(const Object& processor, PostProcessor& post) {
  const List* single = find_list(processor, "single");
  if (!single) return refuse("the template has no part for single texts");
  post.single.items.clear();
  for (const Value& item : *single) VECSTORE_TRY(append_item(processor, item, post.single));
  if (count(post.single, Item::kFirst) != 1 || count(post.single, Item::kSecond) != 0) {
    return refuse("the template takes a single text " +
                  std::to_string(count(post.single, Item::kFirst)) + " times");
  }
  post.pair.reset();
  const List* pair = find_list(processor, "pair");
  if (!pair || pair->empty()) return {};
  TokenTemplate both;
  for (const Value& item : *pair) VECSTORE_TRY(append_item(processor, item, both));
  if (count(both, Item::kFirst) != 1 || count(both, Item::kSecond) != 1) {
    return refuse("the template for two texts does not take each once");
  }
  post.pair = std::move(both);
  return {};
}

// ["text", id]
Status read_token(const Object& processor, std::string_view key, std::uint32_t& id) {
  const List* pair = find_list(processor, key);
  const auto found = pair && pair->size() == 2 ? as_id(&(*pair)[1]) : std::nullopt;
  if (!found) return refuse("the post-processor's " + std::string(key) + " has no valid id");
  id = *found;
  return {};
}

// BERT's [CLS] first [SEP] second [SEP], and RoBERTa's with a second separator and one type.
Status read_classic(const Object& processor, bool is_roberta, PostProcessor& post) {
  std::uint32_t begin = 0, end = 0;
  VECSTORE_TRY(read_token(processor, "cls", begin));
  VECSTORE_TRY(read_token(processor, "sep", end));
  const std::uint32_t second = is_roberta ? 0 : 1;
  post.single = {{{Item::kSpecial, begin, 0}, {Item::kFirst, 0, 0}, {Item::kSpecial, end, 0}}};
  post.pair = post.single;
  if (is_roberta) post.pair->items.push_back({Item::kSpecial, end, 0});
  post.pair->items.push_back({Item::kSecond, 0, second});
  post.pair->items.push_back({Item::kSpecial, end, second});
  return {};
}

// What a Sequence has had so far: one template at most, and spans trimmed before it.
Status read_step(const Value& value, bool& has_template, PostProcessor& post) {
  const Object* object = value.as_object();
  const std::string_view type = object ? find_text(*object, "type") : "";
  if (type == "Sequence") {
    const List* list = find_list(*object, "processors");
    if (!list) return refuse("the post-processor Sequence has no processors");
    for (const Value& item : *list) VECSTORE_TRY(read_step(item, has_template, post));
    return {};
  }
  if (type != "ByteLevel" && type != "RobertaProcessing" && type != "BertProcessing" &&
      type != "TemplateProcessing") {
    return unsupported("post-processor", type);
  }
  if (has_template) {
    return refuse("the post-processor '" + std::string(type) +
                  "' after a template is not supported");
  }
  const bool may_trim = type == "ByteLevel" || type == "RobertaProcessing";
  if (may_trim && find_flag(*object, "trim_offsets", true)) {
    post.trims.push_back(find_flag(*object, "add_prefix_space", true));
  }
  if (type == "ByteLevel") return {};
  has_template = true;
  if (type == "TemplateProcessing") return read_template(*object, post);
  return read_classic(*object, type == "RobertaProcessing", post);
}

}  // namespace

Status read_post_processor(const Value& value, PostProcessor& post) {
  bool has_template = false;
  return read_step(value, has_template, post);
}

}  // namespace vecstore::tokenizer_json
