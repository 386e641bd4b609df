// What a provider says of an error, in whichever of the known places of its answer.
#pragma once

#include <string>
#include <string_view>

namespace vecstore {

struct ProviderMessage {
  std::string text;  // as it came: redact and one_line() before it is shown. The whole body when it
                     // has none of the known forms
  bool quota_is_used_up = false;  // insufficient_quota: waiting does not help
};

ProviderMessage provider_message(std::string_view body);

// The first 400 bytes or so, valid UTF-8, with one blank for each run of blanks and control
// characters.
std::string one_line(std::string_view text);

}  // namespace vecstore
