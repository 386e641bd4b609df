#include "rag/loaders/markup/latex_tables.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace vecstore {
namespace {

using namespace std::string_view_literals;

struct Pair {
  std::string_view name, text;
};

constexpr std::array kSigns = {Pair{"ss", "ß"},
                               Pair{"ae", "æ"},
                               Pair{"AE", "Æ"},
                               Pair{"oe", "œ"},
                               Pair{"OE", "Œ"},
                               Pair{"o", "ø"},
                               Pair{"O", "Ø"},
                               Pair{"aa", "å"},
                               Pair{"AA", "Å"},
                               Pair{"l", "ł"},
                               Pair{"L", "Ł"},
                               Pair{"i", "ı"},
                               Pair{"j", "ȷ"},
                               Pair{"ldots", "…"},
                               Pair{"dots", "…"},
                               Pair{"textellipsis", "…"},
                               Pair{"textendash", "–"},
                               Pair{"textemdash", "—"},
                               Pair{"S", "§"},
                               Pair{"P", "¶"},
                               Pair{"copyright", "©"},
                               Pair{"textcopyright", "©"},
                               Pair{"texttrademark", "™"},
                               Pair{"textregistered", "®"},
                               Pair{"textdegree", "°"},
                               Pair{"textbullet", "•"},
                               Pair{"euro", "€"},
                               Pair{"texteuro", "€"},
                               Pair{"pounds", "£"},
                               Pair{"textbackslash", "\\"},
                               Pair{"textasciitilde", "~"},
                               Pair{"textasciicircum", "^"},
                               Pair{"textless", "<"},
                               Pair{"textgreater", ">"},
                               Pair{"textbar", "|"},
                               Pair{"LaTeX", "LaTeX"},
                               Pair{"LaTeXe", "LaTeX2e"},
                               Pair{"TeX", "TeX"},
                               Pair{"BibTeX", "BibTeX"},
                               Pair{"&", "&"},
                               Pair{"%", "%"},
                               Pair{"$", "$"},
                               Pair{"#", "#"},
                               Pair{"_", "_"},
                               Pair{"{", "{"},
                               Pair{"}", "}"},
                               Pair{" ", " "},
                               Pair{"\n", " "},
                               Pair{"\t", " "},
                               Pair{",", " "},
                               Pair{";", " "},
                               Pair{":", " "},
                               Pair{"quad", " "},
                               Pair{"qquad", " "},
                               Pair{"space", " "},
                               Pair{"and", ", "},
                               Pair{"textquoteleft", "‘"},
                               Pair{"textquoteright", "’"},
                               Pair{"guillemotleft", "«"},
                               Pair{"guillemotright", "»"}};

struct Accent {
  char name;
  std::string_view letters, accented;
};

constexpr std::array kAccents = {
    Accent{'\'', "aeiouyAEIOUYcnslzrCNSLZR", "áéíóúýÁÉÍÓÚÝćńśĺźŕĆŃŚĹŹŔ"},
    Accent{'`', "aeiouAEIOU", "àèìòùÀÈÌÒÙ"},
    Accent{'^', "aeiouAEIOUcghjswyCGHJSWY", "âêîôûÂÊÎÔÛĉĝĥĵŝŵŷĈĜĤĴŜŴŶ"},
    Accent{'"', "aeiouyAEIOUY", "äëïöüÿÄËÏÖÜŸ"},
    Accent{'~', "anoiuANOIU", "ãñõĩũÃÑÕĨŨ"},
    Accent{'=', "aeiouAEIOU", "āēīōūĀĒĪŌŪ"},
    Accent{'.', "cegzCEGIZ", "ċėġżĊĖĠİŻ"},
    Accent{'c', "cstCSTklnrKLNR", "çşţÇŞŢķļņŗĶĻŅŖ"},
    Accent{'v', "csznrdetlCSZNRDETL", "čšžňřďěťľČŠŽŇŘĎĚŤĽ"},
    Accent{'u', "aegiouAEGIOU", "ăĕğĭŏŭĂĔĞĬŎŬ"},
    Accent{'H', "ouOU", "őűŐŰ"},
    Accent{'r', "auAU", "åůÅŮ"},
    Accent{'k', "aeiuAEIU", "ąęįųĄĘĮŲ"}};

constexpr std::array kHeadings = {"part"sv,          "chapter"sv,   "section"sv,     "subsection"sv,
                                  "subsubsection"sv, "paragraph"sv, "subparagraph"sv};

struct Arguments {
  std::string_view command;
  const char* kinds;
};

constexpr std::array kArguments = {Arguments{"newcommand", "ss"},
                                   Arguments{"renewcommand", "ss"},
                                   Arguments{"providecommand", "ss"},
                                   Arguments{"DeclareMathOperator", "ss"},
                                   Arguments{"newenvironment", "sss"},
                                   Arguments{"renewenvironment", "sss"},
                                   Arguments{"newtheorem", "ss"},
                                   Arguments{"newcounter", "s"},
                                   Arguments{"setcounter", "ss"},
                                   Arguments{"addtocounter", "ss"},
                                   Arguments{"setlength", "ss"},
                                   Arguments{"addtolength", "ss"},
                                   Arguments{"usepackage", "s"},
                                   Arguments{"RequirePackage", "s"},
                                   Arguments{"documentclass", "s"},
                                   Arguments{"bibliography", "s"},
                                   Arguments{"bibliographystyle", "s"},
                                   Arguments{"addbibresource", "s"},
                                   Arguments{"hypersetup", "s"},
                                   Arguments{"geometry", "s"},
                                   Arguments{"lstset", "s"},
                                   Arguments{"pagestyle", "s"},
                                   Arguments{"thispagestyle", "s"},
                                   Arguments{"pagenumbering", "s"},
                                   Arguments{"definecolor", "sss"},
                                   Arguments{"color", "s"},
                                   Arguments{"textcolor", "st"},
                                   Arguments{"colorbox", "st"},
                                   Arguments{"vspace", "s"},
                                   Arguments{"hspace", "s"},
                                   Arguments{"label", "s"},
                                   Arguments{"index", "s"},
                                   Arguments{"date", "s"},
                                   Arguments{"thanks", "s"},
                                   Arguments{"href", "st"},
                                   Arguments{"hyperref", "t"},
                                   Arguments{"hypertarget", "st"},
                                   Arguments{"hyperlink", "st"},
                                   Arguments{"texorpdfstring", "ts"},
                                   Arguments{"ctable", "s"},
                                   Arguments{"cite", "c"},
                                   Arguments{"citep", "c"},
                                   Arguments{"citet", "c"},
                                   Arguments{"parencite", "c"},
                                   Arguments{"textcite", "c"},
                                   Arguments{"autocite", "c"},
                                   Arguments{"nocite", "s"},
                                   Arguments{"footnote", "n"},
                                   Arguments{"footnotetext", "n"},
                                   Arguments{"caption", "l"},
                                   Arguments{"multicolumn", "sst"},
                                   Arguments{"multirow", "sst"},
                                   Arguments{"cline", "s"},
                                   Arguments{"cmidrule", "s"},
                                   Arguments{"rule", "ss"},
                                   Arguments{"phantom", "s"},
                                   Arguments{"includegraphics", "s"},
                                   Arguments{"markboth", "ss"},
                                   Arguments{"resizebox", "sst"},
                                   Arguments{"scalebox", "st"},
                                   Arguments{"raisebox", "st"},
                                   Arguments{"parbox", "st"},
                                   Arguments{"fontsize", "ss"},
                                   Arguments{"selectlanguage", "s"},
                                   Arguments{"foreignlanguage", "st"},
                                   Arguments{"setmainfont", "s"},
                                   Arguments{"addcontentsline", "sss"},
                                   Arguments{"graphicspath", "s"},
                                   Arguments{"bibitem", "s"},
                                   Arguments{"hyphenation", "s"},
                                   Arguments{"email", "t"},
                                   Arguments{"input", "s"},
                                   Arguments{"include", "s"},
                                   Arguments{"subfile", "s"}};

constexpr std::array kVerbatim = {"verbatim"sv, "Verbatim"sv,  "lstlisting"sv,  "minted"sv,
                                  "alltt"sv,    "BVerbatim"sv, "filecontents"sv};
constexpr std::array kMath = {"equation"sv,    "align"sv,    "gather"sv,
                              "multline"sv,    "eqnarray"sv, "math"sv,
                              "displaymath"sv, "flalign"sv,  "alignat"sv};
constexpr std::array kTables = {"tabular"sv, "tabularx"sv, "longtable"sv, "tabulary"sv};
constexpr std::array kLists = {"itemize"sv, "enumerate"sv, "description"sv, "thebibliography"sv};
constexpr std::array kDrawings = {"tikzpicture"sv, "pgfpicture"sv, "picture"sv, "axis"sv};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string accented(char accent, std::string_view letter) {
  auto found = std::ranges::find(kAccents, accent, &Accent::name);
  if (letter == "\\i") letter = "i";
  const std::size_t at = found == kAccents.end() ? letter.npos : found->letters.find(letter);
  if (letter.size() != 1 || at == letter.npos) return std::string(letter);
  std::string_view rest = found->accented;
  for (std::size_t i = 0; i < at; ++i) rest.remove_prefix(decode_utf8(rest).size);
  return std::string(rest.substr(0, decode_utf8(rest).size));
}

}  // namespace

std::string_view latex_sign(std::string_view command) {
  auto found = std::ranges::find(kSigns, command, &Pair::name);
  return found == kSigns.end() ? std::string_view() : found->text;
}

bool is_latex_accent(std::string_view command) {
  return command.size() == 1 && std::ranges::count(kAccents, command[0], &Accent::name) != 0;
}

std::string latex_accent_at(char accent, std::string_view text, std::size_t& size) {
  size = 0;
  std::size_t at = text.find_first_not_of(" \t");
  if (at == text.npos || (is_letter(accent) && at == 0 && text[0] != '{')) return {};
  const bool braces = text[at] == '{';
  at += braces;
  if (at >= text.size()) return {};
  const std::size_t length =
      text.substr(at).starts_with("\\i") ? 2 : decode_utf8(text.substr(at)).size;
  const std::string_view letter = text.substr(at, length);
  const bool closed = !braces || text.substr(at + length).starts_with('}');
  if (!closed || letter == "}" || letter == "\\") return {};
  size = at + length + braces;
  return accented(accent, letter);
}

int latex_heading_level(std::string_view command) {
  auto found = std::ranges::find(kHeadings, command);
  return found == kHeadings.end() ? 0 : static_cast<int>(found - kHeadings.begin()) + 1;
}

const char* latex_arguments(std::string_view command) {
  auto found = std::ranges::find(kArguments, command, &Arguments::command);
  return found == kArguments.end() ? nullptr : found->kinds;
}

LatexRole latex_role(char argument) {
  switch (argument) {
    case 's':
      return LatexRole::kSkipped;
    case 'c':
    case 'n':
      return LatexRole::kBracketed;
    case 'l':
      return LatexRole::kLine;
    case 'h':
      return LatexRole::kHeading;
    case 'T':
      return LatexRole::kTitle;
    case 'A':
      return LatexRole::kAuthor;
    default:
      return LatexRole::kText;
  }
}

LatexEnvironment latex_environment(std::string_view name) {
  if (name.ends_with('*')) name.remove_suffix(1);
  auto in = [&](const auto& names) { return std::ranges::count(names, name) != 0; };
  if (in(kVerbatim)) return LatexEnvironment::kVerbatim;
  if (in(kMath)) return LatexEnvironment::kMath;
  if (in(kTables)) return LatexEnvironment::kTable;
  if (in(kLists)) return LatexEnvironment::kList;
  if (in(kDrawings)) return LatexEnvironment::kDrawing;
  return name == "comment" ? LatexEnvironment::kComment : LatexEnvironment::kPlain;
}

}  // namespace vecstore
