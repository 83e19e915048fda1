#include "net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>

#include "base/thread_pool.h"
#include "net/http_server.h"
#include "net/net_test_support.h"

namespace coldpath::net {
namespace {

using base::HttpRequest;
using base::HttpResponse;
using base::Result;
using std::chrono::milliseconds;
using test::FunctionHandler;
using test::Handover;
using test::RawServer;
using test::RawSocket;
using ::testing::HasSubstr;
using ::testing::Not;

using ResponderPtr = std::shared_ptr<base::HttpResponder>;

std::string CodeOf(const auto& result) { return result ? "no error" : result.error().code; }

class HttpClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto server = StartHttpServer({}, handler_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
    MakeClient();
  }
  void MakeClient() { client_ = MakeHttpClient(options_, *pool_); }
  std::string Url(std::string_view target) {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + std::string(target);
  }
  Result<HttpResponse> Get(std::string url, milliseconds timeout = milliseconds(20'000)) {
    return SendAndWait(
        *client_,
        {.method = "GET", .url = std::move(url), .headers = {}, .body = "", .timeout = timeout});
  }

  std::unique_ptr<base::Clock> clock_ = base::MakeSystemClock();
  std::unique_ptr<base::ThreadPool> pool_ = base::MakeThreadPool(*clock_, 2);
  FunctionHandler handler_{[this](HttpRequest request, ResponderPtr responder) {
    if (request.url == "/hold") return held_.Put(std::move(responder));
    HttpResponse response{
        203, {{"X-Method", request.method}, {"X-Url", request.url}}, request.body};
    for (const char* name : {"User-Agent", "Content-Type", "X-Given", "Expect"}) {
      if (auto value = request.headers.Find(name))
        response.headers.Add(std::string("Got-") + name, *value);
    }
    responder->Respond(std::move(response));
  }};
  Handover<ResponderPtr> held_;
  std::unique_ptr<HttpServer> server_;
  HttpClientOptions options_;
  std::unique_ptr<base::HttpClient> client_;
};

TEST_F(HttpClientTest, CarriesTheRequestAndTheAnswer) {
  for (const std::string method : {"POST", "PUT", "PATCH", "DELETE", "GET"}) {
    const std::string body = std::string("a\0b", 3) + std::string(100'000, 'x');
    const auto answer = SendAndWait(
        *client_,
        {.method = method, .url = Url("/p?q=%20"), .headers = {{"X-Given", "v"}}, .body = body});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 203);
    EXPECT_EQ(answer->headers.Find("x-method"), method);
    EXPECT_EQ(answer->headers.Find("X-Url"), "/p?q=%20");
    EXPECT_EQ(answer->headers.Find("Got-X-Given"), "v");
    EXPECT_EQ(answer->headers.Find("Got-User-Agent"), "coldpath/0.1");
    EXPECT_EQ(answer->headers.Find("Got-Content-Type"), std::nullopt) << "nothing is made up";
    EXPECT_EQ(answer->headers.Find("Got-Expect"), std::nullopt);
    EXPECT_EQ(answer->body, body);
  }
}

TEST_F(HttpClientTest, SendsRequestsWithoutABody) {
  for (const std::string method : {"GET", "HEAD", "POST", "DELETE"}) {
    const auto answer =
        SendAndWait(*client_, {.method = method, .url = Url("/"), .headers = {}, .body = ""});
    ASSERT_TRUE(answer) << method << answer.error().message;
    EXPECT_EQ(answer->headers.Find("X-Method"), method);
    EXPECT_EQ(answer->body, "");
  }
}

TEST_F(HttpClientTest, CarriesManyAtOnce) {
  constexpr int kRequests = 200;
  std::latch done(kRequests);
  std::atomic<int> good = 0;
  for (int i = 0; i < kRequests; ++i) {
    const std::string body = std::to_string(i);
    client_->Send({.method = "POST", .url = Url("/"), .headers = {}, .body = body},
                  [&, body](Result<HttpResponse> answer) {
                    if (answer && answer->body == body) ++good;
                    done.count_down();
                  });
  }
  done.wait();
  EXPECT_EQ(good, kRequests);
}

TEST_F(HttpClientTest, NobodyListens) {
  std::uint16_t port = 0;
  {
    RawServer gone([](RawSocket) {});
    port = gone.port();
    RawSocket::ConnectTo(port);
  }
  const auto answer = Get("http://127.0.0.1:" + std::to_string(port) + "/secret?token=1");
  EXPECT_EQ(CodeOf(answer), "http.connect");
  EXPECT_THAT(answer.error().message, Not(HasSubstr("secret")));
}

// The numbers are loopback in forms that a resolver understands; the server would answer.
TEST_F(HttpClientTest, ConnectsToThePublicInternetAloneIfAsked) {
  const std::string port = ":" + std::to_string(server_->port()) + "/";
  ASSERT_TRUE(Get("http://localhost" + port));
  options_.public_addresses_only = true;
  MakeClient();
  for (const char* host : {"127.0.0.1", "localhost", "2130706433", "0x7f.1", "0.0.0.0",
                           "[::ffff:127.0.0.1]", "[::1]", "[::]"}) {
    EXPECT_EQ(CodeOf(Get("http://" + std::string(host) + port)), "http.connect") << host;
  }
}

TEST_F(HttpClientTest, TrustsNobodyWhereTheFileOfAuthoritiesIsMissing) {
  options_.ca_file = "/nonexistent/authorities.pem";
  MakeClient();
  RawServer server([](RawSocket connection) { connection.ReadUntil("\r\n\r\n"); });
  EXPECT_EQ(CodeOf(Get("https://127.0.0.1:" + std::to_string(server.port()) + "/")),
            "http.connect");
}

TEST_F(HttpClientTest, RefusesRequestsThatAreNone) {
  for (const char* url : {"", "/x", "ftp://127.0.0.1/", "file:///etc/passwd", "http://a b/"}) {
    EXPECT_EQ(CodeOf(Get(url)), "http.connect") << url;
  }
  EXPECT_EQ(CodeOf(SendAndWait(
                *client_,
                {.method = "GET", .url = Url("/"), .headers = {{"A", "b\r\nC: d"}}, .body = ""})),
            "http.connect");
  EXPECT_EQ(
      CodeOf(SendAndWait(*client_, {.method = "G T", .url = Url("/"), .headers = {}, .body = ""})),
      "http.connect");
}

TEST_F(HttpClientTest, TheServerHangsUp) {
  for (const std::string_view answer :
       {"", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal", "hello\r\n\r\n"}) {
    RawServer server([answer](RawSocket connection) {
      connection.ReadUntil("\r\n\r\n");
      connection.Send(answer);
    });
    // A connection that dies before a byte came is tried once more, and finds nobody: either is the
    // same to us.
    EXPECT_THAT(CodeOf(Get(server.url(), milliseconds(5'000))), "http.broken") << answer;
  }
}

TEST_F(HttpClientTest, TheAnswerTakesTooLong) {
  EXPECT_EQ(CodeOf(Get(Url("/hold"), milliseconds(50))), "http.timeout");
  held_.Take();
}

TEST_F(HttpClientTest, TheAnswerIsTooLarge) {
  options_.max_response_bytes = 1000;
  MakeClient();
  EXPECT_EQ(
      CodeOf(SendAndWait(
          *client_,
          {.method = "POST", .url = Url("/"), .headers = {}, .body = std::string(1001, 'x')})),
      "http.too_large");
  EXPECT_TRUE(SendAndWait(
      *client_, {.method = "POST", .url = Url("/"), .headers = {}, .body = std::string(500, 'x')}));
}

TEST_F(HttpClientTest, DoesNotFollowRedirects) {
  RawServer server([](RawSocket connection) {
    connection.ReadUntil("\r\n\r\n");
    connection.Send(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  });
  const auto answer = Get(server.url());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302);
}

TEST_F(HttpClientTest, InterimAnswersLeaveNothingBehind) {
  RawServer server([](RawSocket connection) {
    connection.ReadUntil("\r\n\r\n");
    connection.Send(
        "HTTP/1.1 103 Early Hints\r\nX-Hint: 1\r\n\r\nHTTP/1.1 200 OK\r\nX-Real:  2 "
        "\r\nContent-Length: 0\r\n\r\n");
  });
  const auto answer = Get(server.url());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->headers.Find("X-Hint"), std::nullopt);
  EXPECT_EQ(answer->headers.Find("X-Real"), "2");
}

TEST_F(HttpClientTest, StoppingEndsWhatIsInFlight) {
  Handover<std::string> code;
  client_->Send({.method = "GET", .url = Url("/hold"), .headers = {}, .body = ""},
                [&](Result<HttpResponse> answer) { code.Put(CodeOf(answer)); });
  const ResponderPtr held = held_.Take();
  client_.reset();
  EXPECT_EQ(code.Take(), "http.stopped");
}

TEST_F(HttpClientTest, WaitingEndsWhenTheExecutorHasStopped) {
  pool_->Stop();
  EXPECT_EQ(CodeOf(Get(Url("/"))), "http.stopped");
}

class EventStreamTest : public ::testing::Test {
 protected:
  base::Status Read(std::function<bool(const ServerSentEvent&)> on_event) {
    return ReadEventStream(options_, {.method = "GET", .url = url_, .headers = {}, .body = ""},
                           on_event);
  }
  void Start(FunctionHandler::Function function) {
    handler_.emplace(std::move(function));
    server_ = StartHttpServer({}, *handler_).value();
    url_ = "http://127.0.0.1:" + std::to_string(server_->port()) + "/";
  }

  HttpClientOptions options_;
  std::optional<FunctionHandler> handler_;
  std::unique_ptr<HttpServer> server_;
  std::string url_;
};

TEST_F(EventStreamTest, DeliversEventsAsTheyCome) {
  Handover<ResponderPtr> stream;
  Start([&](HttpRequest request, ResponderPtr responder) {
    EXPECT_EQ(request.headers.Find("Accept"), "text/event-stream");
    responder->StartStream({200, {{"Content-Type", "text/event-stream"}}, ""});
    responder->Write("id: 1\ndata: a\n\n");
    stream.Put(std::move(responder));
  });
  std::string seen;
  ResponderPtr responder;
  // Each event is sent only once the one before was seen: a reader that waits for the end would
  // wait for ever.
  EXPECT_TRUE(Read([&](const ServerSentEvent& event) {
    seen += event.id + event.data + ";";
    if (event.data == "a") {
      responder = stream.Take();
      responder->Write("id: 2\ndata: b\n\n");
    } else {
      responder->EndStream();
    }
    return true;
  }));
  EXPECT_EQ(seen, "1a;2b;");
}

TEST_F(EventStreamTest, EndsWhenTheReaderHasEnough) {
  ResponderPtr kept;
  Start([&](HttpRequest, ResponderPtr responder) {
    responder->StartStream({200, {}, ""});
    responder->Write("data: a\n\ndata: b\n\n");
    kept = std::move(responder);
  });
  int seen = 0;
  EXPECT_TRUE(Read([&](const ServerSentEvent&) {
    ++seen;
    return false;
  }));
  EXPECT_EQ(seen, 1);
  server_.reset();
}

TEST_F(EventStreamTest, ACutStreamHasEnded) {
  Start([&](HttpRequest, ResponderPtr responder) {
    responder->StartStream({200, {}, ""});
    responder->Write("data: a\n\ndata: unfinished");
  });
  int seen = 0;
  EXPECT_TRUE(Read([&](const ServerSentEvent&) { return ++seen; }));
  EXPECT_EQ(seen, 1);
}

TEST_F(EventStreamTest, AnErrorAnswerIsAnError) {
  Start([](HttpRequest, ResponderPtr responder) { responder->Respond({404, {}, "no such job"}); });
  const auto status = Read([](const ServerSentEvent&) { return true; });
  EXPECT_EQ(CodeOf(status), "http.status");
  EXPECT_THAT(status.error().message, HasSubstr("404 instead of a stream of events: no such job"));
}

TEST_F(EventStreamTest, AnEventHasABound) {
  options_.max_response_bytes = 1000;
  Start([](HttpRequest, ResponderPtr responder) {
    responder->StartStream({200, {}, ""});
    responder->Write("data: " + std::string(2000, 'x'));
    responder->EndStream();
  });
  EXPECT_EQ(CodeOf(Read([](const ServerSentEvent&) { return true; })), "http.too_large");
}

TEST_F(EventStreamTest, NobodyListens) {
  Start([](HttpRequest, ResponderPtr) {});
  server_.reset();
  EXPECT_EQ(CodeOf(Read([](const ServerSentEvent&) { return true; })), "http.connect");
}

}  // namespace
}  // namespace coldpath::net
