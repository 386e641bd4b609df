#include "rag/loaders/mail/eml_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "rag/loaders/test_invariants.h"

namespace vecstore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Document> load(std::string_view mail, const LoadLimits& limits = {}) {
  LoadInput input{mail, "a.eml", {}};
  input.budget = std::make_shared<LoadBudget>(limits);
  auto documents = EmlLoader().load(input);
  EXPECT_TRUE(documents.ok()) << documents.status().to_string();
  if (!documents.ok()) return std::vector<Document>(1);
  for (const Document& document : *documents) EXPECT_EQ(broken_invariant(document), "");
  return *std::move(documents);
}

std::string text_of(std::string_view mail) { return load(mail).at(0).text; }

std::string meta(const Document& document, const char* key) {
  const Value* value = document.metadata.find(key);
  return value && value->as_string() ? *value->as_string() : std::string();
}

constexpr std::string_view kReport =
    "Return-Path: <ann@example.org>\r\n"
    "From: =?UTF-8?Q?J=C3=BCrgen_M=C3=BCller?= <jm@example.org>\r\n"
    "To: Bob <bob@example.org>,\r\n"
    "\tCarol <carol@example.org>\r\n"
    "Subject: =?ISO-8859-1?Q?Quartalsbericht_f=FCr?=\r\n"
    " =?ISO-8859-1?Q?_M=E4rz?=\r\n"
    "Date: Mon, 20 Nov 2023 10:11:12 +0100 (CET)\r\n"
    "Message-ID: <1@example.org>\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=\"outer\"\r\n"
    "\r\n"
    "This is a multi-part message in MIME format.\r\n"
    "--outer\r\n"
    "Content-Type: multipart/alternative; boundary=inner\r\n"
    "\r\n"
    "--inner\r\n"
    "Content-Type: text/plain; charset=iso-8859-1\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n"
    "\r\n"
    "Gr=FC=DFe, eine sehr lange =\r\n"
    "Zeile.   \r\n"
    "--inner\r\n"
    "Content-Type: text/html\r\n"
    "\r\n"
    "<p>The same in <b>colour</b></p>\r\n"
    "--inner--\r\n"
    "--outer\r\n"
    "Content-Type: text/csv; name*0*=utf-8''Ums%C3%A4; name*1*=tze.csv\r\n"
    "Content-Disposition: attachment\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "\r\n"
    "bmFtZSxzdW0KYXBwbGVzLDQK\r\n"
    "--outer\r\n"
    "Content-Type: image/png; name=logo.png\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "\r\n"
    "iVBORw0KGgo=\r\n"
    "--outer--\r\n";

TEST(EmlLoader, a_mail_is_its_plain_text_its_fields_and_its_attachments) {
  std::vector<Document> documents = load(kReport);
  ASSERT_EQ(documents.size(), 2u);
  const Document& mail = documents[0];
  EXPECT_EQ(mail.text, "Grüße, eine sehr lange Zeile.");
  EXPECT_EQ(mail.kind, "mail");
  EXPECT_EQ(meta(mail, "title"), "Quartalsbericht für März");
  EXPECT_EQ(meta(mail, "from"), "Jürgen Müller <jm@example.org>");
  EXPECT_EQ(meta(mail, "to"), "Bob <bob@example.org>, Carol <carol@example.org>");
  EXPECT_EQ(meta(mail, "date"), "2023-11-20T10:11:12+01:00");
  EXPECT_EQ(meta(mail, "message_id"), "<1@example.org>");
  EXPECT_THAT(mail.remarks, ElementsAre("logo.png: image/png, left out"));
  EXPECT_EQ(documents[1].kind, "csv");
  EXPECT_EQ(documents[1].text, "name: apples\nsum: 4");
  EXPECT_EQ(meta(documents[1], "member"), "Umsätze.csv");
  EXPECT_EQ(meta(documents[1], "mail"), "Quartalsbericht für März");
}

TEST(EmlLoader, html_alone_is_read_by_the_html_loader) {
  std::vector<Document> documents = load(
      "From: a@b\nDate: x\nSubject: s\nContent-Type: text/html; charset=koi8-r\n\n"
      "<h1>\xf0\xd2\xc9\xd7\xc5\xd4</h1><p>text<br>more</p>");
  EXPECT_EQ(documents[0].text, "Привет\n\ntext\nmore");
  ASSERT_EQ(documents[0].headings.size(), 1u);
  EXPECT_EQ(documents[0].headings[0].title, "Привет");
}

TEST(EmlLoader, html_is_taken_when_the_plain_form_says_nothing) {
  EXPECT_EQ(text_of("Content-Type: multipart/alternative; boundary=b\n\n--b\n\n  \n\n--b\n"
                    "Content-Type: text/html\n\n<p>rich</p>\n--b--\n"),
            "rich");
}

TEST(EmlLoader, mails_within_mails_are_documents_until_they_are_too_deep) {
  std::string mail = "Subject: 0\n\ninnermost";
  for (int i = 1; i <= 6; ++i) {
    mail = "Subject: " + std::to_string(i) + "\nContent-Type: message/rfc822\n\n" + mail;
  }
  LoadInput input{mail, "a.eml", {}};
  auto refused = EmlLoader().load(input);
  EXPECT_EQ(refused.status().code(), Code::kResourceExhausted);
  std::vector<Document> documents = load(mail, {1 << 20, 100, 10});
  ASSERT_EQ(documents.size(), 7u);
  EXPECT_EQ(documents[6].text, "innermost");
  EXPECT_EQ(documents[0].text, "6");  // a mail without words of its own has its subject
}

TEST(EmlLoader, bodies_end_before_the_line_break_of_their_boundary) {
  EXPECT_EQ(text_of("Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\n--bb\n--b x\n"
                    "one\n--b\t\n\ntwo\n--b--\nepilogue\n--b\n\nno part"),
            "--bb\n--b x\none\n\ntwo");
}

TEST(EmlLoader, a_boundary_that_never_closes_ends_with_the_file) {
  EXPECT_EQ(text_of("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n"),
            "one\n\ntwo");
}

TEST(EmlLoader, flowed_text_is_joined) {
  EXPECT_EQ(text_of("Content-Type: text/plain; format=flowed\n\nA long \nline \n\n> quoted \n"
                    "> words\nfixed\n-- \nAnn"),
            "A long line \n\n> quoted words\nfixed\n-- \nAnn");
}

TEST(EmlLoader, unknown_charsets_and_raw_bytes_are_read_as_they_can_be) {
  Document document = load(
                          "Subject: caf\xe9\nContent-Type: text/plain; charset=x-klingon\n\n"
                          "na\xefve")
                          .at(0);
  EXPECT_EQ(document.text, "naïve");
  EXPECT_EQ(meta(document, "title"), "café");
  EXPECT_THAT(document.remarks, ElementsAre(HasSubstr("charset 'x-klingon' is not known")));
}

TEST(EmlLoader, words_of_many_bytes_may_be_cut_anywhere) {
  // The three bytes of a kana in two encoded words.
  EXPECT_EQ(
      meta(
          load("Subject: =?utf-8?B?44E=?= =?utf-8?B?gg==?= =?iso-2022-jp?B?GyRCJCIbKEI=?=\n\nx")[0],
          "title"),
      "ああ");
}

TEST(EmlLoader, nul_bytes_and_controls_do_not_reach_the_text) {
  EXPECT_EQ(text_of(std::string_view("Subject: x\n\na\0b\x01"
                                     "c\rd\r\ne",
                                     23)),
            "abc\nd\ne");
}

TEST(EmlLoader, decoded_bytes_count_against_the_budget) {
  std::string mail =
      "Subject: x\nContent-Type: application/octet-stream\n\n" + std::string(5000, 'x');
  LoadInput input{mail, "a.eml", {}};
  input.budget = std::make_shared<LoadBudget>(LoadLimits{4000, 100, 4});
  EXPECT_EQ(EmlLoader().load(input).status().code(), Code::kResourceExhausted);
}

TEST(EmlLoader, an_attachment_that_cannot_be_read_is_a_remark) {
  Document document =
      load("Subject: x\nContent-Type: application/x; name=\"../../etc/a.json\"\n\n{")[0];
  EXPECT_THAT(document.remarks, ElementsAre(HasSubstr("a.json: ")));
  EXPECT_EQ(document.remarks[0].find(".."), std::string::npos);
}

TEST(EmlLoader, recognises_mails_and_nothing_else) {
  EmlLoader loader;
  EXPECT_TRUE(loader.recognises(kReport));
  EXPECT_FALSE(loader.recognises("From: me\nto you\n"));
  EXPECT_FALSE(loader.recognises("Title: x\nDate: y\n\ntext"));
  EXPECT_FALSE(loader.recognises(""));
}

TEST(EmlLoader, the_worst_nesting_takes_linear_time) {
  std::string mail;
  for (int i = 0; i < 40'000; ++i) {
    mail += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\n\n--b" +
            std::to_string(i) + "\n";
  }
  load(mail);
  std::string dashes = "Content-Type: multipart/mixed; boundary=----------------\n\n";
  while (dashes.size() < (4u << 20)) dashes += "------------------ --\n";
  load(dashes);
}

}  // namespace
}  // namespace vecstore
