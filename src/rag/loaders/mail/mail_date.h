// The Date field of a mail as ISO 8601.
#pragma once

#include <string>
#include <string_view>

namespace vecstore {

// "Mon, 20 Nov 2023 10:11:12 +0100 (CET)" as "2023-11-20T10:11:12+01:00"; empty when it is no date
// of RFC 5322, obsolete forms included. An unknown zone is UTC, as "-0000" is.
std::string mail_date(std::string_view field);

}  // namespace vecstore
