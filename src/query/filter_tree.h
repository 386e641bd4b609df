// What a filter tree may be: its normal form, its limits, and which values each operator takes.
//
// The parser, the JSON reader and the builder all make their trees and their errors here, so that
// the three forms of a filter agree.
#pragma once

#include <string_view>
#include <vector>

#include "vecstore/filter.h"
#include "vecstore/limits.h"
#include "vecstore/status.h"

namespace vecstore::query {

using Path = decltype(FilterNode::path);

// The parts of the record that filters reach beside its metadata.
enum class RecordField { kNone, kId, kText, kCreatedAt, kUpdatedAt };
RecordField record_field(const Path& path);
RecordField record_field(std::string_view name);  // "$id" and the like

// The parts under kAnd or kOr in normal form: parts of the same op dissolve, kTrue decides or
// vanishes, one part stands alone.
FilterNode join(FilterOp op, std::vector<FilterNode> parts);
FilterNode negate(FilterNode node);

// ">=", "STARTSWITH", "NOT IN": as written, for messages and the printer.
std::string_view op_name(FilterOp op);

// Whether the operator goes with the path, and the value with both. Messages say nothing of places.
Status check_operator(FilterOp op, const Path& path);
Status check_value(FilterOp op, const Path& path, const Value& value);

// At most kMaxFilterClauses leaves and kMaxFilterDepth levels.
Status check_size(const FilterNode& node);

// All of a tree whose maker is unknown: size, normal form, leaves.
Status check_filter(const FilterNode& node);

}  // namespace vecstore::query
