#include "base/http_date.h"

#include <gtest/gtest.h>

namespace coldpath::base {
namespace {

TEST(HttpDateTest, ReadsTheOneFormThatIsWritten) {
  EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), FromUnixSeconds(784'111'777));
  for (const char* text : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                           "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Now 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 25:49:37 GMT",
                           "Sun, 06-Nov-1994 08:49:37 GMT"}) {
    EXPECT_EQ(ParseHttpDate(text), std::nullopt) << text;
  }
}

TEST(RetryAfterTest, ReadsSecondsAndDates) {
  const Instant now = FromUnixSeconds(784'111'777);
  EXPECT_EQ(ParseRetryAfter("120", now), now + std::chrono::seconds(120));
  EXPECT_EQ(ParseRetryAfter("0", now), now);
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:50:37 GMT", now), now + std::chrono::minutes(1));
  for (const char* text : {"", "-1", "1.5", "soon", "120 ", "99999999999", "1e3"}) {
    EXPECT_EQ(ParseRetryAfter(text, now), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace coldpath::base
