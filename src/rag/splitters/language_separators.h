// What programs and other marked-up texts are cut at, by language: the lists of LangChain's
// RecursiveCharacterTextSplitter.from_language, which are regular expressions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vecstore {

// Coarsest first, for SplitterOptions::separators with regex_separators; empty for a language that
// is not known. Names in any case: "python" or "py", "cpp" or "c++", "js" or "javascript", ...
std::vector<std::string> language_separators(std::string_view language);

// One name of each, for messages: "c, cobol, csharp, ...".
std::string known_languages();

}  // namespace vecstore
