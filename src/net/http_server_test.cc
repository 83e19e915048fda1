#include "net/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>

#include "net/net_test_support.h"

namespace coldpath::net {
namespace {

using base::HttpRequest;
using base::HttpResponder;
using base::HttpResponse;
using std::chrono::milliseconds;
using test::FunctionHandler;
using test::Handover;
using test::RawSocket;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using ResponderPtr = std::shared_ptr<HttpResponder>;

constexpr milliseconds kPatience{10'000};

class HttpServerTest : public ::testing::Test {
 protected:
  void Start(FunctionHandler::Function function) {
    handler_.emplace(std::move(function));
    auto server = StartHttpServer(options_, *handler_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }
  void StartEcho() {
    Start([](HttpRequest request, ResponderPtr responder) {
      responder->Respond(
          {200, {{"X-Method", request.method}, {"X-Url", request.url}}, request.body});
    });
  }
  RawSocket Connect() { return RawSocket::ConnectTo(server_->port()); }
  std::string Exchange(std::string_view bytes) {
    RawSocket client = Connect();
    client.Send(bytes);
    return client.ReadToEnd();
  }

  HttpServerOptions options_;
  std::optional<FunctionHandler> handler_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, AnswersOneRequestAfterTheOther) {
  StartEcho();
  RawSocket client = Connect();
  for (int i = 0; i < 3; ++i) {
    client.Send("POST /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
    const std::string answer = client.ReadUntil("hello");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("X-Method: POST\r\nX-Url: /a?b=c\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));
  }
}

TEST_F(HttpServerTest, AnswersRequestsThatCameTogether) {
  StartEcho();
  const std::string answers = Exchange(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answers, HasSubstr("X-Url: /1"));
  EXPECT_THAT(answers, HasSubstr("X-Url: /2"));
}

TEST_F(HttpServerTest, HeadHasNoBody) {
  Start([](HttpRequest, ResponderPtr responder) { responder->Respond({200, {}, "hello"}); });
  const std::string answer = Exchange("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, Http10IsClosedAfterTheAnswer) {
  StartEcho();
  EXPECT_THAT(Exchange("GET / HTTP/1.0\r\n\r\n"), HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpServerTest, ContinuesWhenAsked) {
  StartEcho();
  RawSocket client = Connect();
  client.Send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("hello");
  EXPECT_THAT(client.ReadUntil("hello"), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, RefusesALargeBodyBeforeItComes) {
  options_.max_body_bytes = 10;
  StartEcho();
  const std::string answer = Exchange("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: application/problem+json"));
  EXPECT_THAT(answer, HasSubstr("\"status\":413"));
  EXPECT_THAT(Exchange("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
                       "chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(
      Exchange("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n"),
      StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpServerTest, RefusesALargeHead) {
  options_.max_header_bytes = 1000;
  StartEcho();
  EXPECT_THAT(Exchange("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(2000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(Exchange("GET /" + std::string(200'000, 'x')), StartsWith("HTTP/1.1 431"));
}

TEST_F(HttpServerTest, RefusesWhatIsNotHttp) {
  StartEcho();
  for (const char* text :
       {"hello\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET /\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost h\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET * HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    EXPECT_THAT(Exchange(text), StartsWith("HTTP/1.1 400 Bad Request")) << text;
  }
  EXPECT_THAT(Exchange("GET / HTTP/1.1\r\nHost: h\r\nExpect: more\r\n\r\n"),
              StartsWith("HTTP/1.1 417"));
}

TEST_F(HttpServerTest, ARequestMustArriveInTime) {
  options_.read_timeout = milliseconds(50);
  StartEcho();
  EXPECT_THAT(Exchange("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel"),
              StartsWith("HTTP/1.1 408"));
  EXPECT_THAT(Exchange("GET / HT"), StartsWith("HTTP/1.1 408"));
  EXPECT_EQ(Exchange(""), "") << "who says nothing is told nothing";
}

TEST_F(HttpServerTest, AnIdleConnectionIsClosed) {
  options_.idle_timeout = milliseconds(50);
  StartEcho();
  EXPECT_THAT(Exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, RefusesConnectionsBeyondTheLimit) {
  options_.max_connections = 1;
  StartEcho();
  RawSocket first = Connect();
  first.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(first.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 503"));
}

TEST_F(HttpServerTest, ADroppedResponderIsA500) {
  Start([](HttpRequest, ResponderPtr) {});
  EXPECT_THAT(Exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 500"));
}

TEST_F(HttpServerTest, AHandlerThatThrowsIsA500) {
  Start([](HttpRequest, ResponderPtr) { throw std::runtime_error("x"); });
  EXPECT_THAT(Exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 500"));
}

class HttpStreamTest : public HttpServerTest {
 protected:
  void StartStreams() {
    Start([this](HttpRequest, ResponderPtr responder) {
      responder->StartStream({200, {{"Content-Type", "text/event-stream"}}, ""});
      stream_.Put(std::move(responder));
    });
  }
  RawSocket Request() {
    RawSocket client = Connect();
    client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    return client;
  }
  Handover<ResponderPtr> stream_;
};

TEST_F(HttpStreamTest, DeliversPieceByPiece) {
  StartStreams();
  RawSocket client = Request();
  const ResponderPtr stream = stream_.Take();
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), HasSubstr("Transfer-Encoding: chunked"));
  for (const std::string piece : {"first", "second"}) {
    EXPECT_TRUE(stream->Write(piece));
    EXPECT_THAT(client.ReadUntil(piece + "\r\n"), EndsWith(piece + "\r\n"));
  }
  EXPECT_FALSE(stream->ShouldEnd());
  stream->EndStream();
  EXPECT_EQ(client.ReadToEnd(), "0\r\n\r\n");
  EXPECT_FALSE(stream->Write("late"));
}

TEST_F(HttpStreamTest, ADroppedStreamIsCutNotEnded) {
  StartStreams();
  RawSocket client = Request();
  ResponderPtr stream = stream_.Take();
  EXPECT_TRUE(stream->Write("all"));
  stream.reset();
  const std::string text = client.ReadToEnd();
  EXPECT_THAT(text, EndsWith("3\r\nall\r\n"));
}

TEST_F(HttpStreamTest, AStreamToAnOldClientIsNotChunked) {
  StartStreams();
  RawSocket client = Connect();
  client.Send("GET / HTTP/1.0\r\n\r\n");
  const ResponderPtr stream = stream_.Take();
  EXPECT_TRUE(stream->Write("plain"));
  stream->EndStream();
  EXPECT_THAT(client.ReadToEnd(), EndsWith("\r\n\r\nplain"));
}

TEST_F(HttpStreamTest, LearnsThatTheClientLeft) {
  StartStreams();
  RawSocket client = Request();
  const ResponderPtr stream = stream_.Take();
  client.ReadUntil("\r\n\r\n");
  client.Close();
  while (!stream->ShouldEnd()) std::this_thread::yield();
  EXPECT_FALSE(stream->Write("to nobody"));
}

TEST_F(HttpStreamTest, ASlowReaderIsNotWaitedFor) {
  options_.max_stream_buffer_bytes = 64u << 10;
  StartStreams();
  RawSocket client = Request();  // and reads nothing
  const ResponderPtr stream = stream_.Take();
  std::size_t written = 0;
  while (stream->Write(std::string(16u << 10, 'x'))) {
    written += 16u << 10;
    ASSERT_LT(written, 256u << 20) << "the buffers of the kernel are not that large";
  }
  EXPECT_FALSE(stream->ShouldEnd()) << "slow is not gone";
}

TEST_F(HttpStreamTest, DrainTellsStreamsToEnd) {
  StartStreams();
  RawSocket client = Request();
  const ResponderPtr stream = stream_.Take();
  std::jthread ender([&] {
    while (!stream->ShouldEnd()) std::this_thread::yield();
    stream->Write("bye");
    stream->EndStream();
  });
  server_->Drain(kPatience);
  EXPECT_THAT(client.ReadToEnd(), EndsWith("3\r\nbye\r\n0\r\n\r\n"));
}

TEST_F(HttpStreamTest, DrainClosesWhatDoesNotEnd) {
  StartStreams();
  RawSocket client = Request();
  const ResponderPtr stream = stream_.Take();
  server_->Drain(milliseconds(20));
  EXPECT_THAT(client.ReadToEnd(), StartsWith("HTTP/1.1 200"));
  EXPECT_FALSE(stream->Write("late"));
  server_->Drain(milliseconds(20));
}

TEST_F(HttpStreamTest, AResponderMayOutliveItsServer) {
  StartStreams();
  RawSocket client = Request();
  const ResponderPtr stream = stream_.Take();
  server_.reset();
  EXPECT_TRUE(stream->ShouldEnd());
  EXPECT_FALSE(stream->Write("late"));
  stream->EndStream();
}

TEST_F(HttpServerTest, DrainLetsARequestInFlightEnd) {
  Handover<ResponderPtr> held;
  Start([&](HttpRequest, ResponderPtr responder) { held.Put(std::move(responder)); });
  RawSocket idle = Connect();
  RawSocket client = Connect();
  client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const ResponderPtr responder = held.Take();
  std::jthread drainer([&] { server_->Drain(kPatience); });
  EXPECT_EQ(idle.ReadToEnd(), "") << "an idle connection is closed";
  responder->Respond({200, {}, "done"});
  const std::string answer = client.ReadToEnd();
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_THAT(answer, EndsWith("done"));
  client.Close();
}

TEST_F(HttpServerTest, SaysWhyItCannotListen) {
  StartEcho();
  HttpServerOptions same = options_;
  same.port = server_->port();
  const auto second = StartHttpServer(same, *handler_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "net.listen");
  EXPECT_THAT(second.error().message, HasSubstr("127.0.0.1 port " + std::to_string(same.port)));
  same.address = "not-an-address";
  EXPECT_EQ(StartHttpServer(same, *handler_).error().code, "net.listen");
}

}  // namespace
}  // namespace coldpath::net
