#include "rag/loaders/mail/mbox_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/loaders/test_invariants.h"

namespace vecstore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Document> load(std::string_view box) {
  auto documents = MboxLoader().load({box, "a.mbox", {}});
  EXPECT_TRUE(documents.ok()) << documents.status().to_string();
  if (!documents.ok()) return {};
  for (const Document& document : *documents) EXPECT_EQ(broken_invariant(document), "");
  return *std::move(documents);
}

TEST(MboxLoader, every_mail_is_a_document) {
  std::vector<Document> documents = load(
      "From ann@example.org Mon Nov 20 10:11:12 2023\nFrom: ann@example.org\nSubject: one\n\n"
      "first\n>From here\n>>From there\nFrom nowhere\n\n"
      "From bob@example.org Mon Nov 20 10:11:12 2023\nSubject: two\n\nsecond\n\n");
  ASSERT_EQ(documents.size(), 2u);
  EXPECT_EQ(documents[0].text, "first\nFrom here\n>From there\nFrom nowhere");
  EXPECT_EQ(documents[1].text, "second");
  EXPECT_EQ(*documents[1].metadata.find("message")->as_int(), 2);
  EXPECT_EQ(*documents[1].metadata.find("title")->as_string(), "two");
}

TEST(MboxLoader, attachments_are_named_by_the_number_of_their_mail) {
  std::vector<Document> documents = load(
      "From a\nSubject: one\n\nx\n\nFrom b\nSubject: two\nContent-Type: text/plain; name=n.txt\n\n"
      "note\n\nFrom c\nContent-Type: application/json; name=c.json\n\n{\n");
  ASSERT_EQ(documents.size(), 4u);
  EXPECT_EQ(*documents[2].metadata.find("member")->as_string(), "2/n.txt");
  EXPECT_EQ(*documents[2].metadata.find("message")->as_int(), 2);
  EXPECT_THAT(documents[3].remarks, ElementsAre(HasSubstr("message 3: 3/c.json: ")));
}

TEST(MboxLoader, what_does_not_begin_as_one_is_refused) {
  EXPECT_EQ(MboxLoader().load({"hello\n\nFrom a\n", {}, {}}).status().code(),
            Code::kInvalidArgument);
  EXPECT_TRUE(load("").empty());
  EXPECT_TRUE(MboxLoader().recognises("From a\nFrom: b\nDate: c\nSubject: d\n\n"));
  EXPECT_FALSE(MboxLoader().recognises("From here on: nothing\n"));
}

}  // namespace
}  // namespace vecstore
