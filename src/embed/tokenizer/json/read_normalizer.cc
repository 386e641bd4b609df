#include "base/base64.h"
#include "base/coding.h"
#include "embed/tokenizer/json/members.h"
#include "embed/tokenizer/json/readers.h"

namespace vecstore::tokenizer_json {
namespace {

// The longest text that a normalizer may put in: hostile ones must not blow a text up.
constexpr std::size_t kMaxInsertedBytes = 16;

Status check_inserted(std::string_view text) {
  if (text.size() <= kMaxInsertedBytes) return {};
  return refuse("a normalizer puts in " + std::to_string(text.size()) + " bytes, the limit is " +
                std::to_string(kMaxInsertedBytes));
}

Result<NormalizerStep> read_replace(const Object& object) {
  VECSTORE_ASSIGN(Pattern pattern, read_pattern(object));
  const std::string_view content = find_text(object, "content");
  VECSTORE_TRY(check_inserted(content));
  return NormalizerStep(Replace{std::move(pattern), std::string(content)});
}

Result<NormalizerStep> read_charsmap(const Object& object) {
  auto bytes = base64_decode(find_text(object, "precompiled_charsmap"));
  if (!bytes.ok()) return bytes.status().with_context("tokenizer: precompiled_charsmap");
  auto map = Charsmap::make(as_text(*bytes));
  if (!map.ok()) return map.status().with_context("tokenizer");
  return NormalizerStep(*std::move(map));
}

NormalizerStep read_bert(const Object& object) {
  BertNormalizer step;
  step.clean_text = find_flag(object, "clean_text", true);
  step.separate_ideographs = find_flag(object, "handle_chinese_chars", true);
  step.lowercase = find_flag(object, "lowercase", true);
  step.strip_accents = find_flag(object, "strip_accents", step.lowercase);
  return with_table(step);
}

Result<NormalizerStep> read_step(std::string_view type, const Object& object) {
  if (type == "BertNormalizer") return read_bert(object);
  if (type == "NFC") return NormalizerStep(NormalForm::kNfc);
  if (type == "NFD") return NormalizerStep(NormalForm::kNfd);
  if (type == "NFKC") return NormalizerStep(NormalForm::kNfkc);
  if (type == "NFKD") return NormalizerStep(NormalForm::kNfkd);
  if (type == "Lowercase") return NormalizerStep(Lowercase());
  if (type == "StripAccents") return NormalizerStep(StripAccents());
  if (type == "Nmt") return NormalizerStep(Nmt());
  if (type == "ByteLevel") return NormalizerStep(MapBytes());
  if (type == "Strip") {
    return NormalizerStep(
        Strip{find_flag(object, "strip_left", true), find_flag(object, "strip_right", true)});
  }
  if (type == "Precompiled") return read_charsmap(object);
  if (type == "Replace") return read_replace(object);
  if (type != "Prepend") return unsupported("normalizer", type);
  const std::string_view text = find_text(object, "prepend");
  VECSTORE_TRY(check_inserted(text));
  return NormalizerStep(Prepend{std::string(text)});
}

}  // namespace

Status read_normalizer(const Value& value, std::vector<NormalizerStep>& steps) {
  const Object* object = value.as_object();
  if (!object) return refuse("a normalizer is not an object");
  const std::string_view type = find_text(*object, "type");
  if (type != "Sequence") {
    VECSTORE_ASSIGN(NormalizerStep step, read_step(type, *object));
    steps.push_back(std::move(step));
    return {};
  }
  const List* list = find_list(*object, "normalizers");
  if (!list) return refuse("the normalizer Sequence has no normalizers");
  for (const Value& item : *list) VECSTORE_TRY(read_normalizer(item, steps));
  return {};
}

}  // namespace vecstore::tokenizer_json
