#include "base/random.h"

#include <gtest/gtest.h>

namespace coldpath::base {
namespace {

// Computed apart from this program from the published algorithms (splitmix64 of 42, then
// xoshiro256** 1.0).
TEST(SeededRandomTest, IsXoshiro) {
  SeededRandom random(42);
  EXPECT_EQ(random.NextUint64(), 1546998764402558742u);
  EXPECT_EQ(random.NextUint64(), 6990951692964543102u);
  EXPECT_EQ(random.NextUint64(), 12544586762248559009u);
}

TEST(SeededRandomTest, RepeatsFromItsSeed) {
  SeededRandom a(7), b(7), c(8);
  const std::string bytes = a.NextBytes(100);
  EXPECT_EQ(bytes, b.NextBytes(100));
  EXPECT_NE(bytes, c.NextBytes(100));
  EXPECT_NE(bytes, a.NextBytes(100));
}

TEST(SeededRandomTest, DoublesFillTheUnitInterval) {
  SeededRandom random(9);
  int low = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double x = random.NextDouble();
    ASSERT_GE(x, 0.0);
    ASSERT_LT(x, 1.0);
    low += x < 0.5;
  }
  EXPECT_NEAR(low, 5000, 200);
}

}  // namespace
}  // namespace coldpath::base
