// English words to their stems by the algorithm of M. F. Porter, "An algorithm for suffix
// stripping" (1980), with the two later departures that his own program has (-bli and -logi), so
// that stems equal those of search engines that took it over.
#pragma once

#include <string>

namespace vecstore::text {

// Shortens `word` in place. Lower-case ASCII letters are stemmed; a word with anything else in it
// keeps it as if it were a consonant.
void stem_porter(std::string& word);

}  // namespace vecstore::text
