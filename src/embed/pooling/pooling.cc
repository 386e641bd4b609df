#include "embed/pooling/pooling.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/json.h"

namespace vecstore {

std::string_view pooling_name(Pooling pooling) {
  switch (pooling) {
    case Pooling::kMean:
      return "mean";
    case Pooling::kFirst:
      return "cls";
    case Pooling::kLast:
      return "last";
  }
  return "unknown";
}

Result<Pooling> parse_pooling_config(std::string_view json) {
  VECSTORE_ASSIGN(const Value value, parse_json(json));
  const Object* object = value.as_object();
  if (!object) return invalid_argument("the pooling is not a JSON object");
  std::vector<std::string_view> modes;
  for (const Object::Member& member : *object) {
    const bool* chosen = member.value.as_bool();
    if (chosen && *chosen && member.key.starts_with("pooling_mode_"))
      modes.push_back(std::string_view(member.key).substr(13));
  }
  if (modes.empty()) return invalid_argument("the pooling names no mode");
  if (modes.size() > 1) return unimplemented("several poolings side by side are not known here");
  if (modes[0] == "mean_tokens") return Pooling::kMean;
  if (modes[0] == "cls_token") return Pooling::kFirst;
  if (modes[0] == "lasttoken") return Pooling::kLast;
  return unimplemented("the pooling '" + std::string(modes[0]) + "' is not known here");
}

void pool(Pooling pooling, const float* rows, std::size_t stride, std::size_t tokens,
          std::span<float> out) {
  if (pooling != Pooling::kMean) {
    std::copy_n(pooling == Pooling::kFirst ? rows : rows + (tokens - 1) * stride, out.size(),
                out.begin());
    return;
  }
  std::ranges::fill(out, 0.0f);
  for (std::size_t t = 0; t < tokens; ++t) {
    const float* row = rows + t * stride;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += row[i];
  }
  for (float& x : out) x /= static_cast<float>(tokens);
}

void normalize(std::span<float> vector) {
  double squares = 0;
  for (float x : vector) squares += double{x} * double{x};
  if (squares == 0) return;
  const double scale = 1 / std::sqrt(squares);
  for (float& x : vector) x = static_cast<float>(x * scale);
}

}  // namespace vecstore
