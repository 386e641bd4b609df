#include "rag/splitters/language_separators.h"

#include <algorithm>
#include <array>
#include <span>

namespace vecstore {
namespace {

using Separators = std::span<const std::string_view>;

constexpr std::array<std::string_view, 24> kCobol = {"\nIDENTIFICATION DIVISION.",
                                                     "\nENVIRONMENT DIVISION.",
                                                     "\nDATA DIVISION.",
                                                     "\nPROCEDURE DIVISION.",
                                                     "\nWORKING-STORAGE SECTION.",
                                                     "\nLINKAGE SECTION.",
                                                     "\nFILE SECTION.",
                                                     "\nINPUT-OUTPUT SECTION.",
                                                     "\nOPEN ",
                                                     "\nCLOSE ",
                                                     "\nREAD ",
                                                     "\nWRITE ",
                                                     "\nIF ",
                                                     "\nELSE ",
                                                     "\nMOVE ",
                                                     "\nPERFORM ",
                                                     "\nUNTIL ",
                                                     "\nVARYING ",
                                                     "\nACCEPT ",
                                                     "\nDISPLAY ",
                                                     "\nSTOP RUN.",
                                                     "\n",
                                                     " ",
                                                     ""};
constexpr std::array<std::string_view, 10> kC = {"\nclass ",  "\nvoid ", "\nint ", "\nfloat ",
                                                 "\ndouble ", "\nif ",   "\nfor ", "\nwhile ",
                                                 "\nswitch ", "\ncase "};
constexpr std::array<std::string_view, 24> kCSharp = {
    "\ninterface ", "\nenum ",      "\ndelegate ", "\nevent ",  "\nclass ",   "\nabstract ",
    "\npublic ",    "\nprotected ", "\nprivate ",  "\nstatic ", "\nreturn ",  "\nif ",
    "\ncontinue ",  "\nfor ",       "\nforeach ",  "\nwhile ",  "\nswitch ",  "\nbreak ",
    "\ncase ",      "\nelse ",      "\ntry ",      "\nthrow ",  "\nfinally ", "\ncatch "};
constexpr std::array<std::string_view, 13> kElixir = {
    "\ndef ",       "\ndefp ", "\ndefmodule ", "\ndefprotocol ", "\ndefmacro ",
    "\ndefmacrop ", "\nif ",   "\nunless ",    "\ncase ",        "\ncond ",
    "\nwith ",      "\nfor ",  "\ndo "};
constexpr std::array<std::string_view, 8> kGo = {"\nfunc ", "\nvar ", "\nconst ",  "\ntype ",
                                                 "\nif ",   "\nfor ", "\nswitch ", "\ncase "};
constexpr std::array<std::string_view, 21> kHaskell = {
    "\nmain :: ", "\nmain = ",   "\nlet ",    "\nin ",        "\ndo ",
    "\nwhere ",   "\n:: ",       "\n= ",      "\ndata ",      "\nnewtype ",
    "\ntype ",    "\nmodule ",   "\nimport ", "\nqualified ", "\nimport qualified ",
    "\nclass ",   "\ninstance ", "\ncase ",   "\n| ",         "\n= {",
    "\n, "};
constexpr std::array<std::string_view, 27> kHtml = {
    "<body",   "<div",    "<p",    "<br",    "<li",    "<h1",     "<h2",   "<h3",    "<h4",
    "<h5",     "<h6",     "<span", "<table", "<tr",    "<td",     "<th",   "<ul",    "<ol",
    "<header", "<footer", "<nav",  "<head",  "<style", "<script", "<meta", "<title", ""};
constexpr std::array<std::string_view, 10> kJava = {
    "\nclass ", "\npublic ", "\nprotected ", "\nprivate ", "\nstatic ",
    "\nif ",    "\nfor ",    "\nwhile ",     "\nswitch ",  "\ncase "};
constexpr std::array<std::string_view, 11> kJavaScript = {
    "\nfunction ", "\nconst ", "\nlet ",    "\nvar ",  "\nclass ",  "\nif ",
    "\nfor ",      "\nwhile ", "\nswitch ", "\ncase ", "\ndefault "};
constexpr std::array<std::string_view, 14> kKotlin = {
    "\nclass ",     "\npublic ", "\nprotected ", "\nprivate ", "\ninternal ",
    "\ncompanion ", "\nfun ",    "\nval ",       "\nvar ",     "\nif ",
    "\nfor ",       "\nwhile ",  "\nwhen ",      "\nelse "};
constexpr std::array<std::string_view, 17> kLatex = {"\n\\\\chapter{",
                                                     "\n\\\\section{",
                                                     "\n\\\\subsection{",
                                                     "\n\\\\subsubsection{",
                                                     "\n\\\\begin{enumerate}",
                                                     "\n\\\\begin{itemize}",
                                                     "\n\\\\begin{description}",
                                                     "\n\\\\begin{list}",
                                                     "\n\\\\begin{quote}",
                                                     "\n\\\\begin{quotation}",
                                                     "\n\\\\begin{verse}",
                                                     "\n\\\\begin{verbatim}",
                                                     "\n\\\\begin{align}",
                                                     "$$",
                                                     "$",
                                                     " ",
                                                     ""};
constexpr std::array<std::string_view, 6> kLua = {"\nlocal ", "\nfunction ", "\nif ",
                                                  "\nfor ",   "\nwhile ",    "\nrepeat "};
constexpr std::array<std::string_view, 5> kMarkdown = {"\n#{1,6} ", "```\n", "\n\\*\\*\\*+\n",
                                                       "\n---+\n", "\n___+\n"};
constexpr std::array<std::string_view, 8> kPhp = {
    "\nfunction ", "\nclass ", "\nif ", "\nforeach ", "\nwhile ", "\ndo ", "\nswitch ", "\ncase "};
constexpr std::array<std::string_view, 11> kPowerShell = {
    "\nfunction ", "\nparam ", "\nif ",  "\nforeach ", "\nfor ",    "\nwhile ",
    "\nswitch ",   "\nclass ", "\ntry ", "\ncatch ",   "\nfinally "};
constexpr std::array<std::string_view, 6> kProtobuf = {"\nmessage ", "\nservice ", "\nenum ",
                                                       "\noption ",  "\nimport ",  "\nsyntax "};
constexpr std::array<std::string_view, 3> kPython = {"\nclass ", "\ndef ", "\n	def "};
constexpr std::array<std::string_view, 11> kR = {
    "\nfunction ", "\nsetClass\\(", "\nsetMethod\\(", "\nsetGeneric\\(", "\nif ",       "\nelse ",
    "\nfor ",      "\nwhile ",      "\nrepeat ",      "\nlibrary\\(",    "\nrequire\\("};
constexpr std::array<std::string_view, 4> kReStructuredText = {"\n=+\n", "\n-+\n", "\n\\*+\n",
                                                               "\n\n.. *\n\n"};
constexpr std::array<std::string_view, 9> kRuby = {"\ndef ",    "\nclass ", "\nif ",
                                                   "\nunless ", "\nwhile ", "\nfor ",
                                                   "\ndo ",     "\nbegin ", "\nrescue "};
constexpr std::array<std::string_view, 8> kRust = {"\nfn ",    "\nconst ", "\nlet ",  "\nif ",
                                                   "\nwhile ", "\nfor ",   "\nloop ", "\nmatch "};
constexpr std::array<std::string_view, 10> kScala = {"\nclass ", "\nobject ", "\ndef ", "\nval ",
                                                     "\nvar ",   "\nif ",     "\nfor ", "\nwhile ",
                                                     "\nmatch ", "\ncase "};
constexpr std::array<std::string_view, 18> kSolidity = {
    "\npragma ", "\nusing ",    "\ncontract ", "\ninterface ", "\nlibrary ",  "\nconstructor ",
    "\ntype ",   "\nfunction ", "\nevent ",    "\nmodifier ",  "\nerror ",    "\nstruct ",
    "\nenum ",   "\nif ",       "\nfor ",      "\nwhile ",     "\ndo while ", "\nassembly "};
constexpr std::array<std::string_view, 10> kSwift = {
    "\nfunc ", "\nclass ", "\nstruct ", "\nenum ",   "\nif ",
    "\nfor ",  "\nwhile ", "\ndo ",     "\nswitch ", "\ncase "};
constexpr std::array<std::string_view, 15> kTypeScript = {
    "\nenum ",     "\ninterface ", "\nnamespace ", "\ntype ", "\nclass ",
    "\nfunction ", "\nconst ",     "\nlet ",       "\nvar ",  "\nif ",
    "\nfor ",      "\nwhile ",     "\nswitch ",    "\ncase ", "\ndefault "};
// A definition may have a word before it that says who sees it, and its end none.
#define VECSTORE_VB6_SEEN "\\n(?!End\\s)(?:Public|Private|Friend|Global|Static)\\s+?"
constexpr std::array<std::string_view, 18> kVisualBasic6 = {VECSTORE_VB6_SEEN "Sub\\s+",
                                                            VECSTORE_VB6_SEEN "Function\\s+",
                                                            VECSTORE_VB6_SEEN
                                                            "Property\\s+(?:Get|Let|Set)\\s+",
                                                            VECSTORE_VB6_SEEN "Type\\s+",
                                                            VECSTORE_VB6_SEEN "Enum\\s+",
                                                            "\\n(?!End\\s)If\\s+",
                                                            "\\nElseIf\\s+",
                                                            "\\nElse\\s+",
                                                            "\\nSelect\\s+Case\\s+",
                                                            "\\nCase\\s+",
                                                            "\\nFor\\s+",
                                                            "\\nDo\\s+",
                                                            "\\nWhile\\s+",
                                                            "\\nWith\\s+",
                                                            "\\n\\n",
                                                            "\\n",
                                                            " ",
                                                            ""};
#undef VECSTORE_VB6_SEEN

// What comes behind the language's own: empty lines, lines, spaces, anywhere.
constexpr std::array<std::string_view, 4> kLines = {"\n\n", "\n", " ", ""};

struct Language {
  std::string_view names;  // each with a space behind it
  Separators separators;
  bool ends_in_lines = true;
};

constexpr std::array<Language, 26> kLanguages = {{
    {"cobol ", kCobol, false},
    {"c cpp c++ cc cxx h hpp ", kC},
    {"csharp c# cs ", kCSharp},
    {"elixir ex ", kElixir},
    {"go golang ", kGo},
    {"haskell hs ", kHaskell},
    {"html ", kHtml, false},
    {"java ", kJava},
    {"js javascript jsx ", kJavaScript},
    {"kotlin kt ", kKotlin},
    {"latex tex ", kLatex, false},
    {"lua ", kLua},
    {"markdown md ", kMarkdown},
    {"php ", kPhp},
    {"powershell ps1 ", kPowerShell},
    {"proto protobuf ", kProtobuf},
    {"python py ", kPython},
    {"r ", kR},
    {"rst ", kReStructuredText},
    {"ruby rb ", kRuby},
    {"rust rs ", kRust},
    {"scala ", kScala},
    {"sol solidity ", kSolidity},
    {"swift ", kSwift},
    {"ts typescript tsx ", kTypeScript},
    {"visualbasic6 vb6 ", kVisualBasic6, false},
}};

}  // namespace

std::vector<std::string> language_separators(std::string_view language) {
  std::string name;
  for (const char c : language) name += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (name.empty() || name.find(' ') != name.npos) return {};
  name += ' ';
  const auto row = std::ranges::find_if(kLanguages, [&](const Language& one) {
    const std::size_t at = one.names.find(name);
    return at == 0 || (at != name.npos && one.names[at - 1] == ' ');
  });
  if (row == kLanguages.end()) return {};
  std::vector<std::string> out(row->separators.begin(), row->separators.end());
  if (row->ends_in_lines) out.insert(out.end(), kLines.begin(), kLines.end());
  return out;
}

std::string known_languages() {
  std::string out;
  for (const Language& one : kLanguages) {
    out += (out.empty() ? "" : ", ") + std::string(one.names.substr(0, one.names.find(' ')));
  }
  return out;
}

}  // namespace vecstore
