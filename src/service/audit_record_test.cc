#include "service/audit_record.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

std::string line_of(std::string_view kind, ChainEnd& end) {
  std::string line = audit_line({.kind = kind, .principal = "k", .collection = "a\"\n"}, 77, end);
  line.pop_back();
  return line;
}

TEST(AuditRecord, is_an_object_on_one_line_that_continues_the_chain) {
  ChainEnd end;
  const std::string first = line_of("server.start", end), second = line_of("query", end);
  EXPECT_EQ(first.find('\n'), first.npos);
  const Value json = Value::parse_json(second).value();
  EXPECT_EQ(*json.as_object()->find("sequence"), Value(2));
  EXPECT_EQ(*json.as_object()->find("event"), Value("query"));
  EXPECT_EQ(*json.as_object()->find("outcome"), Value("ok"));
  EXPECT_EQ(*json.as_object()->find("collection"), Value("a\"\n"));
  EXPECT_EQ(*json.as_object()->find("hash"), Value(end.hash));
  ChainEnd seen;
  EXPECT_TRUE(check_audit_line(first, true, seen).ok());
  EXPECT_TRUE(check_audit_line(second, false, seen).ok());
  EXPECT_EQ(seen.sequence, 2u);
  EXPECT_EQ(seen.hash, end.hash);
}

TEST(AuditRecord, any_byte_that_is_changed_is_noticed) {
  ChainEnd end;
  const std::string line = line_of("records.upsert", end);
  for (std::size_t i = 0; i < line.size(); ++i) {
    std::string changed = line;
    changed[i] = changed[i] == '0' ? '1' : '0';
    ChainEnd seen;
    EXPECT_EQ(check_audit_line(changed, true, seen).code(), Code::kDataLoss) << i;
  }
}

TEST(AuditRecord, lines_that_are_moved_or_left_out_are_noticed) {
  ChainEnd end, seen;
  const std::string a = line_of("a", end), b = line_of("b", end), c = line_of("c", end);
  ASSERT_TRUE(check_audit_line(a, true, seen).ok());
  EXPECT_EQ(check_audit_line(c, false, seen).message(), "record 3 comes after record 1");
  ChainEnd other{.sequence = 1};
  const std::string forged = line_of("b", other);
  EXPECT_EQ(check_audit_line(forged, false, seen).message(),
            "record 2 does not continue the one before");
  EXPECT_TRUE(check_audit_line(b, false, seen).ok());
  EXPECT_FALSE(check_audit_line("", false, seen).ok());
}

}  // namespace
}  // namespace vecstore
