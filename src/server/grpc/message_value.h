// Messages of protobuf as the values that JSON of the same shape would be, and back: fields are
// members by their names. So what bodies of HTTP are read by (server/json) reads messages, too, and
// no rule stands in two places. For what is small: records and vectors have ways of their own
// (convert.h).
#pragma once

#include <google/protobuf/message.h>

#include <initializer_list>

#include "vecstore/status.h"
#include "vecstore/value.h"

namespace vecstore {

// The fields that are set, but for those with these numbers. kInvalidArgument for a field that this
// server does not know, in whatever message, and for a number beyond int64.
Result<Object> object_of(const google::protobuf::Message& message,
                         std::initializer_list<int> without = {});

// Sets the fields that are named; null sets none. kInternal for a member that is no field, or of
// another kind.
Status set_fields(const Object& from, google::protobuf::Message& message);

// kInvalidArgument where the message itself has a field that this server does not know.
Status check_known(const google::protobuf::Message& message);

}  // namespace vecstore
