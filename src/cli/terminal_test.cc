#include "cli/terminal.h"

#include <gtest/gtest.h>

namespace coldpath::cli {
namespace {

TEST(Terminal, NumbersAsPeopleWriteThem) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1234567), "1,234,567");
  EXPECT_EQ(FormatCount(-1234), "-1,234");
  EXPECT_EQ(FormatBytes(12'345'678), "12.3 MB");
  EXPECT_EQ(FormatSeconds(3.14), "3.1 s");
  EXPECT_EQ(FormatSeconds(59.6), "1 min 0 s");
  EXPECT_EQ(FormatSeconds(200), "3 min 20 s");
  EXPECT_EQ(FormatSeconds(7500), "2 h 5 min");
  EXPECT_EQ(Plural(1, "chunk", "chunks"), "1 chunk");
}

TEST(Terminal, WidthCountsWhatIsSeen) {
  EXPECT_EQ(DisplayWidth("\033[31m██\033[0m"), 2);
  EXPECT_EQ(PadLeft("█", 3), "  █");
}

TEST(Terminal, TablesAlign) {
  EXPECT_EQ(RenderTable({}, {{"a", "n"}, {"long", "7"}, {"b", "123"}}, {1}),
            "a       n\nlong    7\nb     123\n");
}

}  // namespace
}  // namespace coldpath::cli
