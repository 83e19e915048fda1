#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace coldpath::base {
namespace {

using ::testing::ElementsAre;

class FixedClock final : public Clock {
 public:
  Instant Now() const override { return FromUnixMillis(1'714'547'520'500); }
};

TEST(LogTest, WritesOneObjectALine) {
  FixedClock clock;
  std::vector<std::string> lines;
  Log log(clock, LogLevel::kInfo, [&](std::string_view line) { lines.emplace_back(line); });
  log.Info("chunk_failed", {{"chunk", "c1"}, {"attempt", 2}, {"event", "x\ny"}});
  log.Write(LogLevel::kDebug, "too_small_to_tell");
  log.Warning("slow");
  log.Error("broken");
  EXPECT_THAT(
      lines,
      ElementsAre(
          R"({"time":"2024-05-01T07:12:00.500Z","level":"info","event":"chunk_failed","chunk":"c1","attempt":2,"event_":"x\ny"})",
          R"({"time":"2024-05-01T07:12:00.500Z","level":"warning","event":"slow"})",
          R"({"time":"2024-05-01T07:12:00.500Z","level":"error","event":"broken"})"));
  for (const std::string& line : lines) EXPECT_TRUE(ParseJson(line)) << line;
}

TEST(LogTest, StandardErrorGetsWholeLines) {
  FixedClock clock;
  Log log(clock, LogLevel::kInfo, StandardErrorSink());
  ::testing::internal::CaptureStderr();
  log.Info("started");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "{\"time\":\"2024-05-01T07:12:00.500Z\",\"level\":\"info\",\"event\":\"started\"}\n");
}

}  // namespace
}  // namespace coldpath::base
