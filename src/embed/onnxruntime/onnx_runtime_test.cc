#include "embed/onnxruntime/onnx_runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "embed/onnxruntime/test_onnx_graphs.h"

namespace vecstore {
namespace {

using testing::HasSubstr;

Status refusal(const std::string& library) { return OnnxRuntime::open(library).status(); }

TEST(OnnxRuntime, says_which_file_could_not_be_opened) {
  const Status absent = refusal("/nowhere/libonnxruntime.so");
  EXPECT_EQ(absent.code(), Code::kNotFound);
  EXPECT_THAT(absent.message(), HasSubstr("/nowhere/libonnxruntime.so"));
}

TEST(OnnxRuntime, refuses_a_library_that_is_something_else) {
  const Status other = refusal("libm.so.6");
  EXPECT_EQ(other.code(), Code::kFailedPrecondition);
  EXPECT_THAT(other.message(), HasSubstr("libm.so.6 is not ONNX Runtime"));
}

TEST(OnnxRuntime, refuses_a_release_that_is_too_old) {
  const Status old = refusal(VECSTORE_OLD_ONNXRUNTIME);
  EXPECT_EQ(old.code(), Code::kFailedPrecondition);
  EXPECT_THAT(old.message(), HasSubstr("is ONNX Runtime 1.2.3, at least 1.16 is needed"));
}

TEST(OnnxRuntime, knows_its_version) {
  const std::string library = test_onnxruntime();
  if (library.empty()) GTEST_SKIP() << "no ONNX Runtime: run tools/setup";
  const auto runtime = OnnxRuntime::open(library);
  ASSERT_TRUE(runtime.ok()) << runtime.status().to_string();
  EXPECT_THAT((*runtime)->library(), HasSubstr((*runtime)->version()));
}

}  // namespace
}  // namespace vecstore
