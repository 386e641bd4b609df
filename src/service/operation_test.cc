#include "service/operation.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace vecstore {
namespace {

TEST(Operation, the_table_is_in_the_order_of_the_enumeration_and_names_differ) {
  std::set<std::string_view> names;
  std::size_t position = 0;
  for (const OperationRow& row : all_operations()) {
    EXPECT_EQ(static_cast<std::size_t>(row.operation), position++) << row.name;
    EXPECT_EQ(&row_of(row.operation), &row);
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  }
  EXPECT_EQ(position, static_cast<std::size_t>(Operation::kRestoreRecords) + 1);
}

TEST(Operation, a_viewer_can_do_nothing_that_writes) {
  for (const OperationRow& row : all_operations())
    EXPECT_FALSE(row.writes && allows(Role::kViewer, row.permission)) << row.name;
}

}  // namespace
}  // namespace vecstore
