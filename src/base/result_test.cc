#include "base/result.h"

#include <gtest/gtest.h>

#include "base/check.h"

namespace coldpath::base {
namespace {

Result<int> Half(int n) {
  if (n % 2 != 0) return Fail("test.odd", "The number is odd.");
  return n / 2;
}

Result<int> Quarter(int n) {
  COLDPATH_ASSIGN_OR_RETURN(const int half, Half(n));
  return Half(half);
}

Status IsQuarterable(int n) {
  COLDPATH_RETURN_IF_ERROR(Quarter(n));
  return {};
}

TEST(ResultTest, ErrorsPassUpAsTheyAre) {
  EXPECT_EQ(Quarter(8), 2);
  EXPECT_EQ(Quarter(6).error(), (Error{"test.odd", "The number is odd."}));
  EXPECT_EQ(Quarter(5).error().code, "test.odd");
  EXPECT_TRUE(IsQuarterable(4));
  EXPECT_EQ(IsQuarterable(2).error().code, "test.odd");
}

TEST(CheckDeathTest, ABrokenInvariantEndsTheProcess) {
  COLDPATH_CHECK(1 + 1 == 2);
  EXPECT_DEATH(COLDPATH_CHECK(1 + 1 == 3), "result_test.cc:[0-9]+: broken invariant: 1 \\+ 1 == 3");
}

}  // namespace
}  // namespace coldpath::base
