#include "cli/calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace coldpath::cli {
namespace {

using testing::HasSubstr;

domain::TypeCoverage Days(const std::string& start, std::string days) {
  const base::Date first = *base::ParseDate(start);
  const base::Date end = first + std::chrono::days(static_cast<int>(days.size()));
  return {{first, end}, std::move(days)};
}

TEST(Calendar, ADayABlockWhereItFits) {
  const std::string text = RenderCalendar({}, {{"Steps", Days("2024-12-30", "cecfn")}});
  EXPECT_THAT(text, HasSubstr("Steps  █□█✗░"));
  EXPECT_THAT(text, HasSubstr("a block: a day"));
}

TEST(Calendar, WeeksShowTheWorstOfTheirDays) {
  std::string days(3650, 'c');
  days[1000] = 'f';
  const std::string text = RenderCalendar({.width = 120}, {{"Sleep", Days("2015-01-01", days)}});
  EXPECT_THAT(text, HasSubstr("✗"));
  EXPECT_THAT(text, HasSubstr("5 weeks"));
  EXPECT_THAT(text, HasSubstr("2015"));
  EXPECT_THAT(text, HasSubstr("2024"));
  const std::string row =
      text.substr(text.find("Sleep"), text.find('\n', text.find("Sleep")) - text.find("Sleep"));
  EXPECT_LE(DisplayWidth(row), 120);
}

TEST(Calendar, YearsStandWhereTheyBegin) {
  const std::string text =
      RenderCalendar({}, {{"Steps", Days("2016-11-24", std::string(3652, 'c'))}});
  const std::string years = text.substr(0, text.find('\n'));
  // 8 weeks a block: 2020 begins (2020-01-01 - 2016-11-24) / 56 = 20.2 blocks behind the title.
  EXPECT_EQ(years.find("2020"), std::string("Steps  ").size() + 20) << text;
}

TEST(Calendar, LegendNamesOnlyWhatIsShown) {
  const std::string text = RenderCalendar({}, {{"Steps", Days("2024-01-01", "ccee")}});
  EXPECT_THAT(text, HasSubstr("complete"));
  EXPECT_THAT(text, testing::Not(HasSubstr("failed")));
}

TEST(Calendar, NoColourWithoutATerminal) {
  const std::string text = RenderCalendar({}, {{"Steps", Days("2024-01-01", "cf")}});
  EXPECT_EQ(text.find('\033'), std::string::npos);
  const std::string coloured =
      RenderCalendar({.color = true}, {{"Steps", Days("2024-01-01", "cf")}});
  EXPECT_NE(coloured.find('\033'), std::string::npos);
}

TEST(Calendar, ShowsWhatIsBeingFetchedAndWhatWaits) {
  const std::string text = RenderCalendar({}, {{"Sleep", Days("2024-01-01", "crwn")}});
  EXPECT_THAT(text, HasSubstr("█▒…░"));
  EXPECT_THAT(text, HasSubstr("being fetched"));
  EXPECT_THAT(text, HasSubstr("waiting for the provider's quota"));
}

}  // namespace
}  // namespace coldpath::cli
