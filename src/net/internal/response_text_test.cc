#include "net/internal/response_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "net/internal/stream_outbox.h"

namespace coldpath::net::internal {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

HeadOptions Options() { return {.server_name = "test", .now = base::FromUnixSeconds(784'111'777)}; }

TEST(RenderHeadTest, WritesTheWholeHead) {
  base::HttpResponse response{200, {{"Content-Type", "text/plain"}}, "hello"};
  EXPECT_EQ(RenderHead(response, Options()),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nServer: test\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 5\r\n\r\n");
}

TEST(RenderHeadTest, TheConnectionIsTheServersAffair) {
  base::HttpResponse response{
      200, {{"connection", "x"}, {"Content-Length", "9"}, {"TRANSFER-encoding", "x"}}, ""};
  HeadOptions options = Options();
  options.keep_alive = false;
  options.framing = Framing::kChunked;
  const std::string head = RenderHead(response, options);
  EXPECT_THAT(head, HasSubstr("\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
  options = Options();
  options.http_1_0 = true;
  EXPECT_THAT(RenderHead(response, options), HasSubstr("Connection: keep-alive"));
}

TEST(RenderHeadTest, NoValueAddsAField) {
  base::HttpResponse response{200, {{"Location", "/a\r\nSet-Cookie: x"}, {"Bad\r\nName", "x"}}, ""};
  const std::string head = RenderHead(response, Options());
  EXPECT_THAT(head, HasSubstr("Location: /a  Set-Cookie: x\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Bad")));
}

TEST(RenderHeadTest, SomeStatusesHaveNoBody) {
  EXPECT_FALSE(StatusHasBody(204));
  EXPECT_FALSE(StatusHasBody(304));
  EXPECT_TRUE(StatusHasBody(404));
  EXPECT_THAT(RenderHead({204, {}, ""}, Options()), Not(HasSubstr("Content-Length")));
}

TEST(RenderChunkTest, CountsInHex) {
  EXPECT_EQ(RenderChunk("hello"), "5\r\nhello\r\n");
  EXPECT_EQ(RenderChunk(std::string(26, 'x')).substr(0, 4), "1a\r\n");
}

TEST(ProblemResponseTest, FollowsRfc9457) {
  const auto response = ProblemResponse(413, "Too much.");
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(response.headers.Find("content-type"), "application/problem+json");
  EXPECT_EQ(base::ParseJson(response.body).value(), (base::Json{{"type", "about:blank"},
                                                                {"title", "Content Too Large"},
                                                                {"status", 413},
                                                                {"detail", "Too much."}}));
}

TEST(OriginFormTest, LosesSchemeAndAuthority) {
  EXPECT_EQ(OriginForm("/a?b"), "/a?b");
  EXPECT_EQ(OriginForm("http://h/a?b"), "/a?b");
  EXPECT_EQ(OriginForm("HTTPS://h:1?b"), "/?b");
  EXPECT_EQ(OriginForm("http://h"), "/");
  for (const char* target : {"", "*", "h:80", "ftp://h/", "http://", "http:///x"}) {
    EXPECT_EQ(OriginForm(target), std::nullopt) << target;
  }
}

TEST(StreamOutboxTest, RefusesWhenTheReaderIsTooSlow) {
  StreamOutbox outbox(10);
  EXPECT_EQ(outbox.Add("123456"), StreamOutbox::Added::kTellNetwork);
  EXPECT_EQ(outbox.Add("7890"), StreamOutbox::Added::kQueued);
  EXPECT_EQ(outbox.Add("x"), StreamOutbox::Added::kRefused);
  EXPECT_EQ(outbox.Take(), "1234567890");
  EXPECT_EQ(outbox.Add("x"), StreamOutbox::Added::kRefused) << "taken is not sent";
  outbox.MarkSent(10);
  EXPECT_EQ(outbox.Add(std::string(20, 'x')), StreamOutbox::Added::kTellNetwork)
      << "one large piece may pass";
  EXPECT_FALSE(outbox.IsClosed());
  outbox.Close();
  EXPECT_TRUE(outbox.IsClosed());
  EXPECT_EQ(outbox.Add("x"), StreamOutbox::Added::kRefused);
}

}  // namespace
}  // namespace coldpath::net::internal
