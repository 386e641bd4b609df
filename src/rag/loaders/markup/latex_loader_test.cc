#include "rag/loaders/markup/latex_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/loaders/test_invariants.h"

namespace vecstore {
namespace {

using testing::ElementsAre;

Document load(std::string_view source) {
  auto documents = LatexLoader().load({source, "a.tex", {}});
  EXPECT_TRUE(documents.ok()) << documents.status().to_string();
  if (!documents.ok()) return {};
  EXPECT_EQ(broken_invariant(documents->front()), "");
  return std::move(documents)->front();
}

std::string text_of(std::string_view source) { return load(source).text; }

constexpr std::string_view kArticle = R"tex(% A comment
\documentclass[12pt]{article}
\usepackage{amsmath}
\newcommand{\R}[1][x]{\mathbb{R}}
\title{On \emph{graphs}\thanks{Money}}
\author{Ann Bee \and J\"urgen M\"uller}
\begin{document}
\maketitle
\section[Short]{The \textbf{first} section}\label{sec:a}
Text with 100\% of \emph{emphasis}, ``quotes'' --- and $x_1 < 2$.% comment
 More~text \cite{knuth,lamport}.\footnote{A note.}

\subsection*{Lists}
\begin{itemize}
  \item One
  \item[\textbf{key}] Two
\end{itemize}
\begin{enumerate}\item First \item Second\end{enumerate}
\begin{tabular}{l|r} \hline
Name & Sum \\ \hline
Apples & 4 \\[2pt]
\multicolumn{2}{c}{All of it}
\end{tabular}
\begin{verbatim}
  int  x = 1; % kept
\end{verbatim}
\begin{equation}
  E = mc^2
\end{equation}
\begin{figure}[h]\centering\includegraphics[width=1cm]{a.png}\caption{A plot}\end{figure}
\input{chapter2}
See \href{http://x}{the page}, \verb|a\b|.
\end{document}
never read
)tex";

TEST(LatexLoader, an_article_becomes_its_text) {
  Document document = load(kArticle);
  EXPECT_EQ(document.text,
            "The first section\n\n"
            "Text with 100% of emphasis, “quotes” — and $x_1 < 2$.More text [knuth,lamport]. [A "
            "note.]\n\n"
            "Lists\n\n"
            "- One\n- key: Two\n\n"
            "1. First\n2. Second\n\n"
            "Name | Sum\nApples | 4\nAll of it\n\n"
            "  int  x = 1; % kept\n\n"
            "\\begin{equation}\n  E = mc^2\n\\end{equation}\n\n"
            "A plot\n\n"
            "See the page, a\\b.");
  ASSERT_EQ(document.headings.size(), 2u);
  EXPECT_EQ(document.headings[0].title, "The first section");
  EXPECT_EQ(document.headings[0].level, 1);
  EXPECT_EQ(document.headings[1].level, 2);
  EXPECT_EQ(document.headings[1].begin, document.text.find("Lists"));
  EXPECT_EQ(document.metadata,
            (Metadata{{"title", "On graphs"}, {"author", "Ann Bee, Jürgen Müller"}}));
  EXPECT_THAT(document.remarks,
              ElementsAre("\\input{chapter2} is not followed", "1 pictures or drawings left out"));
}

TEST(LatexLoader, accents_and_signs_become_letters) {
  EXPECT_EQ(text_of("caf\\'e na\\\"{\\i}ve \\c{c}a \\v s \\o re \\ss{} \\LaTeX\\ \\ldots \\={a}"),
            "café naïve ça š øre ß LaTeX …ā");
}

TEST(LatexLoader, characters_of_several_bytes_stay_whole) {
  EXPECT_EQ(text_of("a\\äb \\verbäxä \\'ü"), "ab äxä ü");
}

TEST(LatexLoader, definitions_leave_nothing) {
  EXPECT_EQ(text_of("a\\newcommand\\foo{bar}\\def\\x#1{y}\\setlength{\\a}{1pt} b"), "a b");
}

TEST(LatexLoader, what_is_not_closed_ends_somewhere) {
  for (const char* source :
       {"\\section{a", "a $x", "\\begin{verbatim} a", "\\begin{tabular}{l} a & b", "\\item a",
        "}}}a", "\\cite[a", "\\begin{equation} a", "\\", "\\begin{", "\\verb|a", "a\\'",
        "\\section[a\n\nb]{c}"}) {
    load(source);
  }
  EXPECT_EQ(text_of("\\section{a"), "a");
  EXPECT_EQ(text_of("}}}a"), "a");
  EXPECT_EQ(text_of("cost: $5"), "cost: 5");
}

TEST(LatexLoader, megabytes_of_the_worst_take_a_moment) {
  for (const char* piece :
       {"\\begin{equation}", "{", "\\section[", "$x ", "\\cite[", "\\begin{verbatim}", "\\[",
        "\\newcommand{", "\\title{", "\\begin{itemize}\\item"}) {
    std::string source;
    while (source.size() < (2u << 20)) source += piece;
    load(source);
  }
}

}  // namespace
}  // namespace vecstore
