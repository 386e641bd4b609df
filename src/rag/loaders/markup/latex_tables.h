// What LaTeX commands mean to a reader: letters, signs, levels of headings, and which arguments are
// text.
#pragma once

#include <string>
#include <string_view>

namespace vecstore {

// "ß" for "ss", "…" for "ldots"; empty when the command is no sign.
std::string_view latex_sign(std::string_view command);

// One of the commands that put an accent on the next letter: ' ` ^ " ~ = . c v u H r k
bool is_latex_accent(std::string_view command);

// "é" for '\'' and "e", "{e}" or " {\\i}"; the letter alone when there is no such character. `size`
// is what it takes of `text`, 0 when no letter comes.
std::string latex_accent_at(char accent, std::string_view text, std::size_t& size);

// 1 for \part to 7 for \subparagraph, else 0.
int latex_heading_level(std::string_view command);

// One letter for each argument in braces: s is left out, t is text, c is written in brackets, n is
// a note in brackets, l is a line of its own. Null for commands that nobody here knows.
const char* latex_arguments(std::string_view command);

// What is done when a group ends, and whether its text is written.
enum class LatexRole { kText, kSkipped, kHeading, kBracketed, kLabel, kLine, kTitle, kAuthor };

// Of an argument, by its letter in latex_arguments(); h is a heading, T the title, A the author.
LatexRole latex_role(char argument);

// How an environment is read.
enum class LatexEnvironment { kPlain, kVerbatim, kMath, kTable, kList, kDrawing, kComment };

LatexEnvironment latex_environment(std::string_view name);

}  // namespace vecstore
