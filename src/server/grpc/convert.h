// What the library speaks of as messages (proto/vecstore/v1), and back. From messages nothing is
// believed: errors name the place, and a field that this server does not know is one.
#pragma once

#include "vecstore/hits.h"
#include "vecstore/query.h"
#include "vecstore/record.h"
#include "vecstore/v1/vecstore.pb.h"

namespace vecstore {

// Deeper nesting than metadata can have is refused when the message is parsed: each level of it
// takes at most three messages.
inline constexpr int kMaxMessageDepth = 3 * 64 + 16;

Result<Value> value_from(const v1::Value& message);
Result<Object> object_from(const v1::Object& message);  // its keys in the order of their bytes
void to_message(const Value& value, v1::Value& to);
void to_message(const Object& object, v1::Object& to);

Result<Vector> vector_from(const v1::Vector& message);  // none set: an empty one
void to_message(const Vector& vector, v1::Vector& to);

Result<Record> record_from(const v1::Record& message);
void to_message(const Record& record, v1::Record& to);

Result<Update> update_from(const v1::UpdateRequest& message);

// What is not set has the library's default.
Result<Query> query_from(const v1::Query& message);

void to_message(const Hit& hit, v1::Hit& to);
// All but the hits themselves.
void summary_to_message(const Hits& hits, v1::Hits& to);

}  // namespace vecstore
