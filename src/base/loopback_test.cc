#include "base/loopback.h"

#include <gtest/gtest.h>

namespace coldpath::base {
namespace {

TEST(LoopbackTest, TakesThisMachineWithAndWithoutAPort) {
  for (const char* host :
       {"127.0.0.1", "127.0.0.1:8080", "localhost", "localhost:1", "[::1]", "[::1]:8080"}) {
    EXPECT_TRUE(IsLoopbackHost(host)) << host;
  }
}

TEST(LoopbackTest, TakesNothingElse) {
  for (const char* host : {"", ":80", "127.0.0.1.evil.example", "localhost.evil.example:80",
                           "evil.example", "10.0.0.1", "::1", "[::2]", "0.0.0.0"}) {
    EXPECT_FALSE(IsLoopbackHost(host)) << host;
  }
}

}  // namespace
}  // namespace coldpath::base
