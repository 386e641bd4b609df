#include "embed/remote/secret.h"

#include <algorithm>
#include <ostream>
#include <vector>

#include "base/base64.h"
#include "embed/remote/address.h"

namespace vecstore {
namespace {

constexpr std::size_t kLeastPart = 8;

// How much of `text`, from its start, is a part of `form`: 0 when less than a telling part.
std::size_t telling_part(std::string_view text, std::string_view form) {
  const std::size_t least = std::min(kLeastPart, form.size());
  if (least == 0 || text.size() < least) return 0;
  std::size_t longest = 0;
  for (std::size_t at = form.find(text.substr(0, least)); at != form.npos;
       at = form.find(text.substr(0, least), at + 1)) {
    const std::string_view rest = form.substr(at);
    const auto differ = std::mismatch(
        rest.begin(), rest.end(), text.begin(),
        text.begin() + static_cast<std::ptrdiff_t>(std::min(rest.size(), text.size())));
    longest = std::max(longest, static_cast<std::size_t>(differ.first - rest.begin()));
  }
  return longest;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

std::string redact(std::string_view text, std::span<const Secret> secrets) {
  std::vector<std::string> forms;
  for (const Secret& secret : secrets) {
    if (secret.empty()) continue;
    forms.push_back(secret.reveal());
    forms.push_back(percent_encoded(secret.reveal()));
    forms.push_back(base64_encode(as_bytes(secret.reveal())));
  }
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t hidden = 0;
    for (const std::string& form : forms)
      hidden = std::max(hidden, telling_part(text.substr(at), form));
    if (hidden == 0) {
      out += text[at++];
    } else {
      at += hidden;
      out += "***";
    }
  }
  return out;
}

}  // namespace vecstore
