#include "rag/loaders/mail/mail_date.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(MailDate, dates_of_rfc_5322_become_iso_8601) {
  EXPECT_EQ(mail_date("Mon, 20 Nov 2023 10:11:12 +0100 (CET)"), "2023-11-20T10:11:12+01:00");
  EXPECT_EQ(mail_date("1 Feb 2024 01:02 GMT"), "2024-02-01T01:02:00Z");
  EXPECT_EQ(mail_date("Thu, 29 Feb 2024 23:59:60 -0000"), "2024-02-29T23:59:59Z");
  EXPECT_EQ(mail_date("Fri,  3 Sep 99 1:02:03 PDT"), "1999-09-03T01:02:03-07:00");
  EXPECT_EQ(mail_date("3 sep 07 1:02:03 -0330"), "2007-09-03T01:02:03-03:30");
}

TEST(MailDate, what_is_no_date_is_empty) {
  for (const char* field : {"", "x", "Mon, 20 Nov", "31 Feb 2024 01:02", "1 Abc 2024 01:02",
                            "1 Feb 2024 24:00", "1 Feb 2024 1:60", "1 Feb 2024 0102",
                            "1 Feb 2024 1:2:61", "29 Feb 2023 01:02", "0 Jan 2024 01:02"}) {
    EXPECT_EQ(mail_date(field), "") << field;
  }
}

}  // namespace
}  // namespace vecstore
