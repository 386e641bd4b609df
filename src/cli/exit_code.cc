#include "cli/exit_code.h"

namespace vecstore {

ExitCode exit_code_of(const Status& status) {
  switch (status.code()) {
    case Code::kOk:
      return ExitCode::kDone;
    case Code::kInvalidArgument:
    case Code::kUnimplemented:
      return ExitCode::kUsage;
    case Code::kNotFound:
      return ExitCode::kNotFound;
    case Code::kDataLoss:
      return ExitCode::kDataLoss;
    case Code::kUnavailable:
      return ExitCode::kBusy;
    default:
      return ExitCode::kFailed;
  }
}

}  // namespace vecstore
