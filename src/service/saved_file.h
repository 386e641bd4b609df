// What the service keeps in files of JSON is read back member by member: one that is not what it
// should be is kDataLoss, which says of which file.
#pragma once

#include <string>
#include <string_view>

#include "vecstore/record.h"
#include "vecstore/status.h"
#include "vecstore/value.h"

namespace vecstore {

class SavedFile {
 public:
  // `what`: the file, in words ("keys").
  explicit constexpr SavedFile(std::string_view what) : what_(what) {}

  Status damaged(const std::string& why) const {
    return data_loss("the " + std::string(what_) + " file is damaged: " + why);
  }
  Result<std::string> text(const Object& object, std::string_view member) const {
    const Value* value = object.find(member);
    if (value && value->as_string()) return *value->as_string();
    return damaged("'" + std::string(member) + "' is no text");
  }
  Result<TimeMs> time(const Object& object, std::string_view member) const {
    const Value* value = object.find(member);
    if (value && value->as_int() && *value->as_int() >= 0) return *value->as_int();
    return damaged("'" + std::string(member) + "' is no time");
  }

 private:
  std::string_view what_;
};

}  // namespace vecstore
