// What every fallible call returns: Status, or Result<T> = a value or a Status.
//
// The codes are the canonical gRPC set with its numbers, so each wire protocol needs one table. Messages are lower-case, name the
// thing and the numbers, and end without a full stop. Nothing in VecStore throws; Result::value() alone stops a program (it throws
// std::runtime_error, or aborts in a build without exceptions) and is meant for those that would stop anyway.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#if defined(__cpp_exceptions)
#include <stdexcept>
#endif

namespace vecstore {

enum class Code : int {
  kOk = 0,
  kCancelled = 1,           // the caller asked to stop
  kUnknown = 2,             // an error from outside that fits no other code
  kInvalidArgument = 3,     // the request is wrong whatever the state: dimension, filter text, limits
  kDeadlineExceeded = 4,    // the time given ran out
  kNotFound = 5,            // no such collection, record or file
  kAlreadyExists = 6,       // create of what is there
  kPermissionDenied = 7,    // the operating system or a rule refuses
  kResourceExhausted = 8,   // disk full, too many files, a quota
  kFailedPrecondition = 9,  // the state forbids it: read-only store, another configuration, writer fenced
  kAborted = 10,            // a conditional write lost
  kOutOfRange = 11,         // a cursor or sequence beyond the end
  kUnimplemented = 12,      // this build or version lacks it
  kInternal = 13,           // a bug of ours
  kUnavailable = 14,        // busy: another process holds the store
  kDataLoss = 15,           // bytes that fail their checksum; the message names file and offset
  kUnauthenticated = 16,
};

// "invalid_argument" and the like, for logs and machine-readable errors.
std::string_view code_name(Code code);

// Success is one null pointer; an error owns its code and message. Copies are cheap.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message)
      : error_(code == Code::kOk ? nullptr
                                 : std::make_shared<const Error>(Error{code, std::move(message)})) {}

  bool ok() const { return error_ == nullptr; }
  Code code() const { return error_ ? error_->code : Code::kOk; }
  const std::string& message() const;

  // "not_found: collection 'docs' does not exist", or "ok".
  std::string to_string() const;

  // The same code with `context` and ": " before the message; ok stays ok. For crossing a layer.
  Status with_context(std::string_view context) const;

 private:
  struct Error {
    Code code;
    std::string message;
  };
  std::shared_ptr<const Error> error_;
};

Status invalid_argument(std::string message);
Status not_found(std::string message);
Status already_exists(std::string message);
Status failed_precondition(std::string message);
Status resource_exhausted(std::string message);
Status unavailable(std::string message);
Status data_loss(std::string message);
Status internal_error(std::string message);
Status aborted(std::string message);
Status cancelled(std::string message);
Status deadline_exceeded(std::string message);
Status unimplemented(std::string message);

// A T, or the Status that says why there is none. Converts from both.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Status status) : status_(std::move(status)) {
    if (status_.ok()) status_ = Status(Code::kInternal, "a result was made from an ok status");
  }

  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Status& status() const { return status_; }

  // The value must be there: check ok() first.
  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  T operator*() && { return std::move(*value_); }  // by value: `for (auto& hit : *query())` is sound
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

  // The value, or the end of the program.
  T& value() & { return require(), *value_; }
  const T& value() const& { return require(), *value_; }
  T value() && { return require(), std::move(*value_); }

  T value_or(T otherwise) && { return ok() ? std::move(*value_) : std::move(otherwise); }

 private:
  void require() const {
    if (ok()) return;
#if defined(__cpp_exceptions)
    throw std::runtime_error(status_.to_string());
#else
    std::fprintf(stderr, "vecstore: %s\n", status_.to_string().c_str());
    std::abort();
#endif
  }

  std::optional<T> value_;
  Status status_;
};

}  // namespace vecstore

// Returns from the calling function when `expression` (a Status) is not ok.
#define VECSTORE_TRY(expression) VECSTORE_TRY_AT(expression, __COUNTER__)
#define VECSTORE_TRY_AT(expression, counter) VECSTORE_TRY_NAMED(expression, counter)
#define VECSTORE_TRY_NAMED(expression, counter)                     \
  do {                                                              \
    ::vecstore::Status vecstore_status_##counter = (expression);    \
    if (!vecstore_status_##counter.ok()) return vecstore_status_##counter; \
  } while (false)

// `declaration` = the value of `expression` (a Result), or return its Status: VECSTORE_ASSIGN(auto file, files.open(path));
#define VECSTORE_ASSIGN(declaration, expression) \
  VECSTORE_ASSIGN_AT(declaration, expression, __COUNTER__)
#define VECSTORE_ASSIGN_AT(declaration, expression, counter) \
  VECSTORE_ASSIGN_NAMED(declaration, expression, counter)
#define VECSTORE_ASSIGN_NAMED(declaration, expression, counter)           \
  auto vecstore_result_##counter = (expression);                          \
  if (!vecstore_result_##counter.ok()) return vecstore_result_##counter.status(); \
  declaration = *std::move(vecstore_result_##counter)
