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
bool is_time(RecordField field);
RecordField record_field(const Path& path);
RecordField record_field(std::string_view name);  // "$id" and the like

// The parts under kAnd or kOr in normal form: parts of the same op dissolve, kTrue decides or
// vanishes, one part stands alone.
FilterNode join(FilterOp op, std::vector<FilterNode> parts);
FilterNode negate(FilterNode node);

// ">=", "STARTSWITH", "NOT IN": as written, for messages and the printer.
std::string_view op_name(FilterOp op);
std::string_view of_name(FilterOf of);  // "ANY"; empty for kField

// IN, NOT IN, CONTAINS_ANY, CONTAINS_ALL: any number of values.
bool takes_list(FilterOp op);

// Whether the operator goes with what stands left of it, and the value with both; the leaf's own
// values are not looked at. Messages say nothing of places.
Status check_operator(const FilterNode& leaf);
Status check_value(const FilterNode& leaf, const Value& value);

// Times are objects, {"$timestamp": "2024-05-01"} and {"$now": "-7 days"}, since nothing else in a
// filter is one. The shift of the second has one text, which normal_literal makes of what can be
// read; other values stay as they are.
bool is_time_literal(const Value& value);
Value normal_literal(Value value);
Status check_time_literal(const Value& value);

// At most kMaxFilterClauses leaves and kMaxFilterDepth levels.
Status check_size(const FilterNode& node);

// All of a tree whose maker is unknown: size, normal form, leaves.
Status check_filter(const FilterNode& node);

}  // namespace vecstore::query
