// The query language of text searches.
//
//   open file              rows with any of the words; those with more, and rarer ones, first
//   "open the file"        the words side by side; "open file"~3: up to three places moved
//   +must -not NOT this    demanded, excluded, excluded
//   one AND two OR three   AND binds closer; OR is what stands between words anyway
//   (several words)        a group
//   title:word title:"side by side" title:(several words)
//   open* serach~ serach~2 words that begin so; words one, or two, letters away
//   word^2 "phrase"^0.5    counts twice, half
//   \                      takes the meaning from the character that follows
//
// AND, OR and NOT are operators in capitals only. An exclusion holds for the whole of its group.
#pragma once

#include <string_view>

#include "text/search/text_query.h"
#include "vecstore/status.h"

namespace vecstore::text {

// kInvalidArgument names the column, counted in characters from 1. Cost: linear.
Result<TextQuery> parse_text_query(std::string_view text);

}  // namespace vecstore::text
