// Values as compact tagged bytes (docs/format/value.md), for log records and segment files.
//
// Decoding trusts nothing: counts are bounded by the bytes that remain, depth by kMaxMetadataDepth,
// strings are valid UTF-8, doubles finite, keys unique. What decodes re-encodes to the same bytes.
#pragma once

#include "base/bytes.h"
#include "base/coding.h"
#include "vecstore/value.h"

namespace vecstore {

void encode_value(const Value& value, Bytes& out);

// Reads one value and leaves the reader behind it. kDataLoss says what is wrong.
Result<Value> decode_value(ByteReader& in);

void encode_object(const Object& object, Bytes& out);

// All of `bytes` is one object.
Result<Object> decode_object(ByteView bytes);

}  // namespace vecstore
