// The names of the enumerations that options are written with, and what a Vector knows of itself.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "vecstore/options.h"
#include "vecstore/query.h"
#include "vecstore/tuning.h"
#include "vecstore/vector.h"

namespace vecstore {
namespace {

// Each name stands at the position of its enumerator.
constexpr std::array<std::string_view, 4> kKinds = {"dense", "sparse", "binary", "multi"};
constexpr std::array<std::string_view, 4> kElements = {"f32", "f16", "bf16", "i8"};
constexpr std::array<std::string_view, 3> kDurabilities = {"full", "normal", "off"};
constexpr std::array<std::string_view, 3> kIndexKinds = {"auto", "flat", "hnsw"};
constexpr std::array<std::string_view, 5> kQuantizations = {"auto", "sq8", "sq4", "sq2", "rabitq1"};
constexpr std::array<std::string_view, 2> kTextSyntaxes = {"words", "query"};
constexpr std::array<std::string_view, 8> kFusionMethods = {
    "rrf", "weighted_sum", "relative_score", "dbsf",
    "max", "min",          "harmonic_mean",  "geometric_mean"};
constexpr std::array<std::string_view, 4> kNormalizations = {"none", "min_max", "z_score", "dbsf"};
constexpr std::array<std::string_view, 4> kEfforts = {"fast", "balanced", "high_recall",
                                                      "max_recall"};
constexpr std::array<std::string_view, 4> kPlans = {"auto", "scan", "walk", "sweep"};
constexpr std::array<std::string_view, 4> kTuneGoals = {"balanced", "max_recall", "min_latency",
                                                        "min_memory"};

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

template <typename Enum, std::size_t kCount>
Result<Enum> parse(const char* what, const std::array<std::string_view, kCount>& names,
                   std::string_view name) {
  std::string known;
  for (std::size_t i = 0; i < kCount; ++i) {
    if (same_name(name, names[i])) return static_cast<Enum>(i);
    known += (i == 0 ? "" : ", ") + std::string(names[i]);
  }
  return invalid_argument("unknown " + std::string(what) + " '" + shorten(name) + "', known are " +
                          known);
}

}  // namespace

std::string_view vector_kind_name(VectorKind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}

Result<VectorKind> parse_vector_kind(std::string_view name) {
  return parse<VectorKind>("vector kind", kKinds, name);
}

std::string_view element_type_name(ElementType type) {
  return kElements[static_cast<std::size_t>(type)];
}

Result<ElementType> parse_element_type(std::string_view name) {
  return parse<ElementType>("element type", kElements, name);
}

std::string_view durability_name(Durability durability) {
  return kDurabilities[static_cast<std::size_t>(durability)];
}

Result<Durability> parse_durability(std::string_view name) {
  return parse<Durability>("durability", kDurabilities, name);
}

std::string_view index_kind_name(IndexKind kind) {
  return kIndexKinds[static_cast<std::size_t>(kind)];
}

Result<IndexKind> parse_index_kind(std::string_view name) {
  return parse<IndexKind>("index", kIndexKinds, name);
}

std::string_view quantization_name(Quantization quantization) {
  return kQuantizations[static_cast<std::size_t>(quantization)];
}

Result<Quantization> parse_quantization(std::string_view name) {
  return parse<Quantization>("quantization", kQuantizations, name);
}

std::string_view effort_name(Effort effort) { return kEfforts[static_cast<std::size_t>(effort)]; }

Result<Effort> parse_effort(std::string_view name) {
  return parse<Effort>("effort", kEfforts, name);
}

std::string_view plan_name(Plan plan) { return kPlans[static_cast<std::size_t>(plan)]; }

Result<Plan> parse_plan(std::string_view name) { return parse<Plan>("plan", kPlans, name); }

std::string_view tune_goal_name(TuneGoal goal) {
  return kTuneGoals[static_cast<std::size_t>(goal)];
}

Result<TuneGoal> parse_tune_goal(std::string_view name) {
  return parse<TuneGoal>("goal", kTuneGoals, name);
}

std::string_view text_syntax_name(TextSyntax syntax) {
  return kTextSyntaxes[static_cast<std::size_t>(syntax)];
}

Result<TextSyntax> parse_text_syntax(std::string_view name) {
  return parse<TextSyntax>("text syntax", kTextSyntaxes, name);
}

std::string_view fusion_method_name(FusionMethod method) {
  return kFusionMethods[static_cast<std::size_t>(method)];
}

Result<FusionMethod> parse_fusion_method(std::string_view name) {
  return parse<FusionMethod>("fusion", kFusionMethods, name);
}

std::string_view normalization_name(Normalization normalization) {
  return kNormalizations[static_cast<std::size_t>(normalization)];
}

Result<Normalization> parse_normalization(std::string_view name) {
  return parse<Normalization>("normalization", kNormalizations, name);
}

// A sparse or binary vector of a stated dimension is one even when nothing in it is set.
bool Vector::empty() const {
  // unreached: there is no other kind
  switch (kind()) {
    case VectorKind::kDense:
      return dense()->empty();
    case VectorKind::kSparse:
      return *sparse() == SparseVector();
    case VectorKind::kBinary:
      return *binary() == BinaryVector();
    case VectorKind::kMulti:
      return multi()->values.empty();
  }
  return true;
}

std::size_t Vector::dimension() const {
  switch (kind()) {
    case VectorKind::kDense:
      return dense()->size();
    case VectorKind::kSparse:
      return sparse()->dimension;
    case VectorKind::kBinary:
      return binary()->dimension;
    case VectorKind::kMulti:
      return multi()->dimension;
  }
  return 0;
}

}  // namespace vecstore
