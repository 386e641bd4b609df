// A key that does not print: what is written of it is "***", and redact() takes it out of text that
// others wrote.
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace vecstore {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  bool empty() const { return value_.empty(); }
  // For the one place that sends it. Whatever else is made of it must go through redact().
  const std::string& reveal() const { return value_; }

  bool operator==(const Secret&) const = default;

 private:
  std::string value_;
};

std::ostream& operator<<(std::ostream& out, const Secret& secret);  // "***"

// `text` with "***" for each of the secrets, also where only a part of one stands: any eight of its
// characters in a row, as it is, percent-encoded or in base64. Shorter secrets are found whole.
// Cost: the length of the text times that of the secrets.
std::string redact(std::string_view text, std::span<const Secret> secrets);

}  // namespace vecstore
