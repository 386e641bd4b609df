#include "vecstore/status.h"

#include <array>

namespace vecstore {
namespace {

constexpr std::array<std::string_view, 17> kNames = {
    "ok",
    "cancelled",
    "unknown",
    "invalid_argument",
    "deadline_exceeded",
    "not_found",
    "already_exists",
    "permission_denied",
    "resource_exhausted",
    "failed_precondition",
    "aborted",
    "out_of_range",
    "unimplemented",
    "internal",
    "unavailable",
    "data_loss",
    "unauthenticated",
};

const std::string kNoMessage;

}  // namespace

std::string_view code_name(Code code) {
  const auto index = static_cast<std::size_t>(code);
  return index < kNames.size() ? kNames[index] : kNames[static_cast<std::size_t>(Code::kUnknown)];
}

const std::string& Status::message() const { return error_ ? error_->message : kNoMessage; }

std::string Status::to_string() const {
  std::string text(code_name(code()));
  if (!ok()) text.append(": ").append(message());
  return text;
}

Status Status::with_context(std::string_view context) const {
  if (ok()) return *this;
  return Status(code(), std::string(context) + ": " + message());
}

Status invalid_argument(std::string message) {
  return Status(Code::kInvalidArgument, std::move(message));
}
Status not_found(std::string message) { return Status(Code::kNotFound, std::move(message)); }
Status already_exists(std::string message) {
  return Status(Code::kAlreadyExists, std::move(message));
}
Status failed_precondition(std::string message) {
  return Status(Code::kFailedPrecondition, std::move(message));
}
Status resource_exhausted(std::string message) {
  return Status(Code::kResourceExhausted, std::move(message));
}
Status unavailable(std::string message) { return Status(Code::kUnavailable, std::move(message)); }
Status data_loss(std::string message) { return Status(Code::kDataLoss, std::move(message)); }
Status internal_error(std::string message) { return Status(Code::kInternal, std::move(message)); }
Status aborted(std::string message) { return Status(Code::kAborted, std::move(message)); }
Status cancelled(std::string message) { return Status(Code::kCancelled, std::move(message)); }
Status deadline_exceeded(std::string message) {
  return Status(Code::kDeadlineExceeded, std::move(message));
}
Status unimplemented(std::string message) {
  return Status(Code::kUnimplemented, std::move(message));
}

}  // namespace vecstore
