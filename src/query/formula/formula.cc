#include "query/formula/formula.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/number.h"
#include "base/utf8.h"
#include "query/filter/filter_path.h"
#include "query/formula/formula_names.h"

namespace vecstore::query {
namespace {

using Kind = Value::Kind;
using meta::EncodedValue;

// The parser's depth, times what one level can leave waiting: a summand, a factor, a base and four
// arguments.
constexpr std::size_t kStack = 256;

EncodedValue value_at(const Path& path, ByteView metadata, bool& ok) {
  EncodedValue value = meta::EncodedReader(metadata).object();
  ok = value.is_object();
  for (std::size_t i = 0; i < path.size() && ok && !value.is_null(); ++i) {
    if (const auto* key = std::get_if<std::string>(&path[i])) {
      value = value.is_object() ? meta::find_member(value, *key, ok) : EncodedValue{};
      continue;
    }
    const std::size_t position = std::get<std::size_t>(path[i]);
    const bool inside = value.is_list() && position < value.count;
    meta::EncodedReader in(inside ? value.items : ByteView{});
    for (std::size_t skipped = 0; inside && skipped < position && in.ok(); ++skipped) in.skip();
    value = inside ? in.value() : EncodedValue{};
    ok = in.ok();
  }
  return value;
}

std::optional<double> number_in(const EncodedValue& value) {
  switch (value.kind) {
    case Kind::kBool:
      return value.boolean ? 1 : 0;
    case Kind::kInt:
      return static_cast<double>(value.integer);
    case Kind::kDouble:
      return value.real;
    case Kind::kString: {
      const auto instant = meta::parse_instant(value.text);
      return instant ? std::optional(seconds_of(*instant)) : std::nullopt;
    }
    default:
      return {};
  }
}

std::string_view kind_name(const EncodedValue& value) {
  if (value.kind == Kind::kString) return "a string that is no time";
  return value.is_list() ? "a list" : "an object";
}

Status no_number(const FormulaInput& input, const Path& path, const EncodedValue& value) {
  std::string field;
  append_path(field, path);
  std::string message = "record '" + shorten(input.row.id) + "': ";
  message += value.is_null() ? "there is no '" + field + "'"
                             : "'" + field + "' is " + std::string(kind_name(value));
  return invalid_argument(message + "; write default(" + field + ", 0) for a number in its place");
}

Result<double> read_field(const FormulaNode& node, const Path& path, const FormulaInput& input) {
  const RecordField own = record_field(path);
  if (own == RecordField::kCreatedAt) return static_cast<double>(input.row.created_at) / 1000;
  if (own == RecordField::kUpdatedAt) return static_cast<double>(input.row.updated_at) / 1000;
  bool ok = true;
  const EncodedValue value = value_at(path, input.row.metadata, ok);
  if (!ok) return data_loss("metadata cannot be read: encoded values end or begin where none can");
  const std::optional<double> number = number_in(value);
  if (number) return *number;
  if (node.op == FormulaOp::kFieldOr) return node.number;
  return no_number(input, path, value);
}

// At the origin 1, at a distance of offset + scale `decay`: as Elasticsearch's function_score.
double decayed(FormulaOp op, const double* of) {
  const double scale = of[2], decay = of[4];
  const double distance = std::max(std::abs(of[0] - of[1]) - of[3], 0.0) / scale;
  if (op == FormulaOp::kGaussDecay) return std::exp(std::log(decay) * distance * distance);
  if (op == FormulaOp::kExpDecay) return std::exp(std::log(decay) * distance);
  return std::max(1 - distance * (1 - decay), 0.0);
}

double result_of(FormulaOp op, const double* of) {
  switch (op) {
    case FormulaOp::kNegate:
      return -of[0];
    case FormulaOp::kAdd:
      return of[0] + of[1];
    case FormulaOp::kSubtract:
      return of[0] - of[1];
    case FormulaOp::kMultiply:
      return of[0] * of[1];
    case FormulaOp::kDivide:
      return of[0] / of[1];
    case FormulaOp::kPower:
      return std::pow(of[0], of[1]);
    case FormulaOp::kMin:
      return std::min(of[0], of[1]);
    case FormulaOp::kMax:
      return std::max(of[0], of[1]);
    case FormulaOp::kAbs:
      return std::abs(of[0]);
    case FormulaOp::kExp:
      return std::exp(of[0]);
    case FormulaOp::kLn:
      return std::log(of[0]);
    case FormulaOp::kLog10:
      return std::log10(of[0]);
    case FormulaOp::kSqrt:
      return std::sqrt(of[0]);
    default:
      return decayed(op, of);
  }
}

Status not_finite(const FormulaInput& input, FormulaOp op, const double* of) {
  const std::string name(name_of(op));
  const std::string first = format_double(of[0]);
  std::string what = name + "(" + first + ")";
  if (operands_of(op) == 2) what = first + " " + name + " " + format_double(of[1]);
  return invalid_argument("record '" + shorten(input.row.id) + "': " + what +
                          " is not a finite number");
}

Result<double> operation(FormulaOp op, const double* of, const FormulaInput& input) {
  if (is_decay(op)) {
    const Status status = check_decay(of[2], of[3], of[4]);
    if (!status.ok())
      return invalid_argument("record '" + shorten(input.row.id) +
                              "': " + std::string(name_of(op)) + "(): " + status.message());
  }
  const double result = result_of(op, of);
  if (!std::isfinite(result)) return not_finite(input, op, of);
  return result;
}

}  // namespace

double seconds_of(const meta::Instant& instant) {
  return static_cast<double>(instant.ms) / 1000 + instant.nanos * 1e-9;
}

std::size_t operands_of(FormulaOp op) {
  if (op < FormulaOp::kNegate) return 0;
  if (is_decay(op)) return 5;
  const bool two = op >= FormulaOp::kAdd && op <= FormulaOp::kMax;
  return two ? 2 : 1;
}

std::size_t Formula::stages() const {
  std::size_t most = 0;
  for (const FormulaNode& node : nodes_)
    if (node.op == FormulaOp::kStage) most = std::max<std::size_t>(most, node.index);
  return most;
}

bool Formula::reads(RecordField field) const {
  return std::ranges::any_of(paths_,
                             [field](const Path& path) { return record_field(path) == field; });
}

Result<double> Formula::evaluate(const FormulaInput& input) const {
  std::array<double, kStack> stack;
  std::size_t top = 0;
  for (const FormulaNode& node : nodes_) {
    double result = node.number;
    if (node.op == FormulaOp::kScore) {
      result = input.score;
    } else if (node.op == FormulaOp::kStage) {
      result = node.index <= input.stages.size() ? input.stages[node.index - 1] : 0;
    } else if (node.op == FormulaOp::kNow) {
      result = static_cast<double>(input.now) / 1000;
    } else if (node.op == FormulaOp::kField || node.op == FormulaOp::kFieldOr) {
      VECSTORE_ASSIGN(result, read_field(node, paths_[node.index], input));
    } else if (node.op != FormulaOp::kNumber) {
      top -= operands_of(node.op);
      VECSTORE_ASSIGN(result, operation(node.op, stack.data() + top, input));
    }
    stack[top++] = result;
  }
  if (std::isfinite(stack[0])) return stack[0];
  return invalid_argument("record '" + shorten(input.row.id) + "': the formula gives " +
                          format_double(stack[0]));
}

}  // namespace vecstore::query
