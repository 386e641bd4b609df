#include "embed/remote/embed_answer.h"

#include <algorithm>
#include <cmath>

#include "base/base64.h"
#include "base/coding.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

Result<std::vector<float>> floats_of_base64(const std::string& text) {
  const Result<Bytes> bytes = base64_decode(text);
  if (!bytes.ok()) return invalid_argument("is not base64");
  if (bytes->size() % 4 != 0)
    return invalid_argument("has " + std::to_string(bytes->size()) +
                            " bytes, which are no 32-bit floats");
  std::vector<float> numbers(bytes->size() / 4);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = load_f32(bytes->data() + 4 * i);
  return numbers;
}

Result<std::vector<float>> floats_of_list(const List& list) {
  std::vector<float> numbers;
  numbers.reserve(list.size());
  for (const Value& value : list) {
    if (const double* x = value.as_double()) {
      numbers.push_back(static_cast<float>(*x));
    } else if (const std::int64_t* n = value.as_int()) {
      numbers.push_back(static_cast<float>(*n));
    } else {
      return invalid_argument("has something that is no number at position " +
                              std::to_string(numbers.size()));
    }
  }
  return numbers;
}

// Some providers shorten vectors and leave their length to the reader.
void normalize(std::span<float> row) {
  double squares = 0;
  for (const float x : row) squares += double{x} * double{x};
  if (squares == 0) return;
  const double scale = 1 / std::sqrt(squares);
  for (float& x : row) x = static_cast<float>(x * scale);
}

}  // namespace

const Value* member_of(const Value* value, std::string_view name) {
  const Object* object = value ? value->as_object() : nullptr;
  return object ? object->find(name) : nullptr;
}

std::uint64_t count_of(const Value* value) {
  const std::int64_t* count = value ? value->as_int() : nullptr;
  const double* number = value ? value->as_double() : nullptr;  // as Cohere counts
  if (number && *number >= 0 && *number < 1e15) return static_cast<std::uint64_t>(*number);
  return count && *count > 0 ? static_cast<std::uint64_t>(*count) : 0;
}

Result<std::vector<float>> numbers_of(const Value& embedding) {
  const List* list = embedding.as_list();
  const std::string* text = embedding.as_string();
  if (!list && !text) return invalid_argument("is neither a list of numbers nor base64");
  VECSTORE_ASSIGN(std::vector<float> numbers,
                  list ? floats_of_list(*list) : floats_of_base64(*text));
  const auto bad = std::ranges::find_if(numbers, [](float x) { return !std::isfinite(x); });
  if (bad != numbers.end())
    return invalid_argument("has a number that is not finite at position " +
                            std::to_string(bad - numbers.begin()));
  return numbers;
}

Status AnswerRows::add(std::size_t index, const Value* embedding) {
  if (index >= seen_.size())
    return wrong_answer("a vector for text " + std::to_string(index) + " of " +
                        std::to_string(seen_.size()) + " came");
  if (seen_[index]) return wrong_answer("two vectors for text " + std::to_string(index) + " came");
  if (!embedding) return wrong_answer("no vector for text " + std::to_string(index) + " came");
  const Result<std::vector<float>> numbers = numbers_of(*embedding);
  if (!numbers.ok())
    return wrong_answer("the vector for text " + std::to_string(index) + " " +
                        numbers.status().message());
  return add_numbers(index, *numbers);
}

Status AnswerRows::add_numbers(std::size_t index, const std::vector<float>& numbers) {
  if (dimension_ == 0) dimension_ = numbers.size();
  if (numbers.size() != dimension_ || dimension_ == 0 || dimension_ > kMaxDimension)
    return wrong_answer(
        "the vector for text " + std::to_string(index) + " has dimension " +
        std::to_string(numbers.size()) + ", expected " +
        (dimension_ == 0 ? "some" : std::to_string(std::min(dimension_, kMaxDimension))));
  rows_.resize(seen_.size() * dimension_);
  const std::span<float> row = std::span(rows_).subspan(index * dimension_, dimension_);
  std::ranges::copy(numbers, row.begin());
  normalize(row);
  seen_[index] = true;
  return {};
}

Status AnswerRows::add_all(const Value* embeddings) {
  const List* list = embeddings ? embeddings->as_list() : nullptr;
  if (!list) return wrong_answer("the answer has no list of vectors");
  for (std::size_t i = 0; i < list->size(); ++i) VECSTORE_TRY(add(i, &(*list)[i]));
  return {};
}

Result<EmbedAnswer> AnswerRows::finish(std::uint64_t tokens) && {
  const auto missing = std::ranges::find(seen_, false);
  if (missing != seen_.end())
    return wrong_answer("no vector for text " + std::to_string(missing - seen_.begin()) + " of " +
                        std::to_string(seen_.size()) + " came");
  return EmbedAnswer{std::move(rows_), dimension_, tokens};
}

}  // namespace vecstore
