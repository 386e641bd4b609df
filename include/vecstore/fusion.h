// How several rankings become one.
#pragma once

#include <string_view>

#include "vecstore/status.h"

namespace vecstore {

// How the two rankings of a hybrid query become one. kRrf: by reciprocal rank (Cormack et al. 2009), 1 / (60 + rank) from each. kMinMax:
// the scores of each, from 0 for its worst candidate to 1 for its best.
enum class FusionMethod : unsigned char { kRrf, kMinMax };
std::string_view fusion_method_name(FusionMethod method);  // rrf, minmax
Result<FusionMethod> parse_fusion_method(std::string_view name);

struct Fusion {
  FusionMethod method = FusionMethod::kRrf;
  double alpha = 0.5;  // the vector's share, 0 to 1; the text has the rest
};

}  // namespace vecstore
