// JSON (RFC 8259) in and out, exactly: int64 stays int64, doubles survive the round trip.
//
// Reading refuses what JSON leaves vague: keys given twice, integers beyond int64, numbers beyond
// double, invalid UTF-8, lone surrogates, NUL, nesting deeper than kMaxMetadataDepth, text after
// the value. Time and memory are linear in the text (n log n in the keys of one object).
#pragma once

#include <string>
#include <string_view>

#include "vecstore/value.h"

namespace vecstore {

// An error names line and column (from 1, columns in bytes).
Result<Value> parse_json(std::string_view text);

// The text of a value, appended, on one line without spaces.
void append_json(std::string& out, const Value& value);

// Quoted and escaped. Bytes that are not UTF-8 become U+FFFD, so that the output is always JSON.
void append_json_string(std::string& out, std::string_view text);

// Shortest digits that read back as the same number, always with '.' or 'e'; a float's also when
// the reader makes a double first, as JSON readers do. NaN and the infinities have no JSON form and
// become null.
void append_json_double(std::string& out, double value);
void append_json_float(std::string& out, float value);

}  // namespace vecstore
