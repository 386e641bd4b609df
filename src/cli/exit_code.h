// What the program returns to the shell: the one table of it.
#pragma once

#include "vecstore/status.h"

namespace vecstore {

enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,    // the request is right and could not be done
  kUsage = 2,     // the request is wrong
  kNotFound = 3,  // no such database, collection, record or file
  kDataLoss = 4,  // damaged bytes
  kBusy = 5,      // another process writes the database; `check`: it cannot be read
};

ExitCode exit_code_of(const Status& status);

}  // namespace vecstore
