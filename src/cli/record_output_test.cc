#include "cli/record_output.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

std::string printed(OutputFormat format, const std::vector<Record>& records) {
  testing::internal::CaptureStdout();
  print_records(Output(format, true), records);
  return testing::internal::GetCapturedStdout();
}

TEST(RecordOutput, json_is_one_object_and_jsonl_a_line_each) {
  const std::vector<Record> records = {{.id = "a"}, {.id = "b", .vector = {1, 2}}};
  EXPECT_EQ(Value::parse_json(printed(OutputFormat::kJson, records)).value().to_json(),
            "{\"records\":[" + records[0].to_json() + "," + records[1].to_json() + "]}");
  EXPECT_EQ(printed(OutputFormat::kJsonl, records),
            records[0].to_json() + "\n" + records[1].to_json() + "\n");
  EXPECT_EQ(printed(OutputFormat::kJson, {}), "{\"records\":[]}\n");
}

TEST(RecordOutput, people_see_what_kind_of_vector_there_is) {
  const std::vector<Record> records = {{.id = "b", .vector = {1, 2}, .text = "t"}};
  EXPECT_EQ(printed(OutputFormat::kTable, records),
            "id  vector   metadata  text\nb   dense 2  {}        t\n");
  EXPECT_EQ(printed(OutputFormat::kSimple, records), "b\n");
}

}  // namespace
}  // namespace vecstore
