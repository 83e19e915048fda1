#include "net/sse_parser.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <tuple>

namespace coldpath::net {

bool operator==(const ServerSentEvent& a, const ServerSentEvent& b) {
  return std::tie(a.id, a.event, a.data) == std::tie(b.id, b.event, b.data);
}

namespace {

using Events = std::vector<ServerSentEvent>;

Events Parse(std::string_view text) { return SseParser().Feed(text); }

// The examples of WHATWG HTML section 9.2.6 and of 9.2.2.
TEST(SseParserTest, ReadsTheStandardsExamples) {
  EXPECT_EQ(Parse("data: YHOO\ndata: +2\ndata: 10\n\n"), (Events{{"", "message", "YHOO\n+2\n10"}}));
  EXPECT_EQ(Parse(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  "
                  "third event\n\n"),
            (Events{{"1", "message", "first event"},
                    {"", "message", "second event"},
                    {"", "message", " third event"}}));
  EXPECT_EQ(Parse("data\n\ndata\ndata\n\ndata:"),
            (Events{{"", "message", ""}, {"", "message", "\n"}}));
  EXPECT_EQ(Parse("data:test\n\ndata: test\n\n"),
            (Events{{"", "message", "test"}, {"", "message", "test"}}));
  EXPECT_EQ(Parse("event: add\ndata: 73857293\n\n"), (Events{{"", "add", "73857293"}}));
}

TEST(SseParserTest, KeepsTheIdAndForgetsTheType) {
  EXPECT_EQ(Parse("id: 7\nevent: progress\ndata: a\n\ndata: b\n\n"),
            (Events{{"7", "progress", "a"}, {"7", "message", "b"}}));
  EXPECT_EQ(Parse("event: x\n\ndata: a\n\n"), (Events{{"", "message", "a"}}))
      << "no data, no event";
  EXPECT_EQ(Parse(std::string_view("id: a\0b\ndata: x\n\n", 17)), (Events{{"", "message", "x"}}));
}

TEST(SseParserTest, IgnoresWhatItDoesNotKnow) {
  EXPECT_EQ(Parse("\xef\xbb\xbf"
                  "data: a\nretry: 5000\nfoo: bar\n: ping\n\n"),
            (Events{{"", "message", "a"}}));
}

TEST(SseParserTest, EveryEndOfLineEndsALine) {
  const Events expected{{"", "message", "a\nb"}, {"", "message", "c"}};
  EXPECT_EQ(Parse("data: a\ndata: b\n\ndata: c\n\n"), expected);
  EXPECT_EQ(Parse("data: a\rdata: b\r\rdata: c\r\r"), expected);
  EXPECT_EQ(Parse("data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n"), expected);
}

TEST(SseParserTest, HoldsWhatIsUnfinished) {
  SseParser parser;
  EXPECT_EQ(parser.Feed("data: abc"), Events{});
  EXPECT_EQ(parser.pending_bytes(), 9u);
  EXPECT_EQ(parser.Feed("\n\n").size(), 1u);
  EXPECT_EQ(parser.pending_bytes(), 0u);
}

TEST(SseParserProperty, PiecesDoNotMatter) {
  EXPECT_TRUE(rc::check("cut anywhere, the events are the same", [] {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("\r\n\r\n: dateivn")));
    const auto cut = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
    SseParser parser;
    Events events = parser.Feed(std::string_view(text).substr(0, cut));
    for (auto& event : parser.Feed(std::string_view(text).substr(cut))) events.push_back(event);
    RC_ASSERT(events == Parse(text));
  }));
  EXPECT_TRUE(rc::check("data reads back", [] {
    const auto data = *rc::gen::container<std::string>(rc::gen::inRange<char>(' ', '~'));
    RC_ASSERT(Parse("data: " + data + "\n\n") == (Events{{"", "message", data}}));
  }));
}

}  // namespace
}  // namespace coldpath::net
