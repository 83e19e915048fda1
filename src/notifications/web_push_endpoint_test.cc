#include "notifications/web_push_endpoint.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

namespace coldpath::notifications {
namespace {

TEST(PushEndpointTest, TakesWhatPushServicesGiveOut) {
  for (const char* url : {
           "https://fcm.googleapis.com/fcm/send/abc:DEF-_123",
           "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
           "https://web.push.apple.com/QGz-8w",
           "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d%3d",
           "https://push.example.com:443/x",
           "HTTPS://Push.Example.COM./x",
       }) {
    EXPECT_TRUE(CheckPushEndpoint(url, false)) << url;
    EXPECT_TRUE(CheckPushEndpoint(url, true)) << url;
  }
}

TEST(PushEndpointTest, RefusesWhatLeadsElsewhere) {
  for (const char* url :
       {"http://push.example.com/x", "https://localhost/x", "https://localhost./x",
        "https://metadata/x", "https://127.0.0.1/x", "https://169.254.169.254/latest",
        "https://10.0.0.1/x", "https://[::1]/x", "https://[2606:4700::1111]/x",
        "https://2130706433/x", "https://0x7f.1/x", "https://127.1/x", "https://8.8.8.8/x",
        "https://1.2.3.4./x", "https://push.example.com:8443/x", "https://push.example.com:80/x",
        "https://./x", "https://example../x"}) {
    const auto checked = CheckPushEndpoint(url, false);
    ASSERT_FALSE(checked) << url;
    EXPECT_EQ(checked.error().code, "push.refused");
  }
}

TEST(PushEndpointTest, RefusesWhatIsNoAddressEvenInDevelopment) {
  for (const std::string& url :
       {std::string(), std::string("/x"), std::string("push.example.com"),
        std::string("ftp://push.example.com/x"), std::string("file:///etc/passwd"),
        std::string("https://user:word@push.example.com/x"),
        std::string("https://push.example.com@evil.example.com/x"),
        std::string("https://push.example.com/x#fragment"), std::string("https://"),
        std::string("https://a b.example.com/"), std::string("https://push.example.com/\r\nX: y"),
        "https://push.example.com/" + std::string(2048, 'x')}) {
    for (const bool insecure : {false, true}) {
      const auto checked = CheckPushEndpoint(url, insecure);
      ASSERT_FALSE(checked) << url;
      EXPECT_EQ(checked.error().code, "push.refused");
    }
  }
}

TEST(PushEndpointTest, DevelopmentTakesAFakeOnThisMachine) {
  EXPECT_TRUE(CheckPushEndpoint("http://127.0.0.1:8090/notify/x", true));
  EXPECT_TRUE(CheckPushEndpoint("http://localhost:8090/notify/x", true));
  EXPECT_TRUE(CheckPushEndpoint("https://[::1]:8443/x", true));
}

TEST(PushEndpointTest, WhatIsTakenLeadsToANamedHostOverTls) {
  EXPECT_TRUE(rc::check("accepted means https to a name", [] {
    const auto piece = rc::gen::element<std::string>(
        "https", "http", "://", "push.example.com", "localhost", "127.0.0.1", "[::1]", "0x7f", "@",
        ":", "443", "80", "/", ".", "#", "?", "a", "1", "%2e", "\\", " ");
    std::string url = "https://";
    for (const std::string& next : *rc::gen::container<std::vector<std::string>>(piece)) {
      url += next;
    }
    if (CheckPushEndpoint(url, false)) {
      const std::string origin = OriginOf(url);
      RC_ASSERT(origin.starts_with("https://"));
      const std::string host = origin.substr(8);
      RC_ASSERT(host.find_first_of("@:[]#?/\\ ") == std::string::npos);
      RC_ASSERT(host.find('.') != std::string::npos);
      RC_ASSERT(host.find_first_not_of("0123456789.x") != std::string::npos);
    }
  }));
}

TEST(OriginTest, LeavesOutTheUsualPort) {
  EXPECT_EQ(OriginOf("https://Push.Example.com/a/b?c"), "https://push.example.com");
  EXPECT_EQ(OriginOf("https://push.example.com:443/a"), "https://push.example.com");
  EXPECT_EQ(OriginOf("http://localhost:8090/a"), "http://localhost:8090");
  EXPECT_EQ(OriginOf("http://localhost:80"), "http://localhost");
  EXPECT_EQ(OriginOf("https://[::1]:8443/a"), "https://[::1]:8443");
  EXPECT_EQ(OriginOf("https://[::1]/a"), "https://[::1]");
}

}  // namespace
}  // namespace coldpath::notifications
