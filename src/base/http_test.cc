#include "base/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace coldpath::base {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

std::string CodeOf(const auto& result) { return result ? "no error" : result.error().code; }

TEST(HttpHeadersTest, NamesCompareWithoutCase) {
  HttpHeaders headers{{"Content-Type", "text/plain"}, {"Set-Cookie", "a"}, {"set-cookie", "b"}};
  EXPECT_EQ(headers.Find("content-type"), "text/plain");
  EXPECT_EQ(headers.Find("SET-COOKIE"), "a");
  EXPECT_EQ(headers.Find("Content"), std::nullopt);
  headers.Set("SET-cookie", "c");
  EXPECT_THAT(headers.fields(),
              ElementsAre(Pair("Content-Type", "text/plain"), Pair("SET-cookie", "c")));
}

TEST(ParseUrlTest, ReadsAbsoluteForm) {
  const Url url =
      ParseUrl("HTTPS://api.example.com:8443/v2/a%20b?next=x%2By&flag&q=a+b&q=#part").value();
  EXPECT_EQ(url.scheme, "https");
  EXPECT_EQ(url.host, "api.example.com:8443");
  EXPECT_EQ(url.path, "/v2/a b");
  EXPECT_THAT(url.query,
              ElementsAre(Pair("next", "x+y"), Pair("flag", ""), Pair("q", "a b"), Pair("q", "")));
  EXPECT_EQ(url.FindParameter("q"), "a b");
  EXPECT_EQ(url.FindParameter("none"), std::nullopt);
}

TEST(ParseUrlTest, ReadsOriginForm) {
  const Url url = ParseUrl("/v1/jobs?cursor=2").value();
  EXPECT_EQ(url.scheme, "");
  EXPECT_EQ(url.host, "");
  EXPECT_EQ(url.path, "/v1/jobs");
  EXPECT_EQ(url.FindParameter("cursor"), "2");
}

TEST(ParseUrlTest, AnEmptyPathIsTheRoot) {
  EXPECT_EQ(ParseUrl("http://h")->path, "/");
  EXPECT_EQ(ParseUrl("http://h?a=b")->path, "/");
  EXPECT_EQ(ParseUrl("http://[::1]:80/x")->host, "[::1]:80");
  EXPECT_EQ(ParseUrl("/a+b")->path, "/a+b");
}

TEST(ParseUrlTest, RefusesTheRest) {
  for (const char* text : {"",
                           "x",
                           "http:/x",
                           "://x",
                           "1http://x",
                           "http://",
                           "http:///x",
                           "http://a b/",
                           "http://user@h/",
                           "http://h:/",
                           "http://h:x/",
                           "http://h:65536/",
                           "http://[::1/",
                           "http://[]/",
                           "http://[::1]x/",
                           "/a\nb",
                           "/\xc3\xa9",
                           "/%4",
                           "/%zz",
                           "/a%00b",
                           "/?a=%",
                           "http://h%41/",
                           "ht tp://x"}) {
    EXPECT_EQ(CodeOf(ParseUrl(text)), "url.malformed") << text;
  }
}

TEST(FormTest, ReadsWhatBrowsersSend) {
  EXPECT_THAT(DecodeForm("a=1&b=x+y%26z&&c&=v&d=e=f").value(),
              ElementsAre(Pair("a", "1"), Pair("b", "x y&z"), Pair("c", ""), Pair("", "v"),
                          Pair("d", "e=f")));
  EXPECT_THAT(DecodeForm("").value(), IsEmpty());
  EXPECT_EQ(CodeOf(DecodeForm("a=%1")), "url.malformed");
  EXPECT_EQ(CodeOf(DecodeForm("%g1=a")), "url.malformed");
}

TEST(FormTest, Writes) {
  EXPECT_EQ(EncodeForm({{"scope", "a b"}, {"redirect_uri", "http://h/?x=1"}}),
            "scope=a%20b&redirect_uri=http%3A%2F%2Fh%2F%3Fx%3D1");
  EXPECT_EQ(EncodeForm({}), "");
}

TEST(PercentEncodeTest, LeavesTheUnreservedAlone) {
  EXPECT_EQ(PercentEncode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(PercentEncode(std::string("\0/+%\xff", 5)), "%00%2F%2B%25%FF");
}

TEST(HttpProperty, FormsReadBack) {
  EXPECT_TRUE(rc::check("encode then decode", [](const FormFields& fields) {
    RC_ASSERT(DecodeForm(EncodeForm(fields)).value() == fields);
    RC_ASSERT(ParseUrl("http://h/?" + EncodeForm(fields))->query == fields);
  }));
}

TEST(HttpProperty, NoTextBreaksTheParsers) {
  EXPECT_TRUE(rc::check("parsers return", [] {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("/:?#[]@%&=+ah0\n\xff")));
    for (const auto& start : {"", "http://", "/"}) {
      if (const auto url = ParseUrl(start + text)) RC_ASSERT(url->path.starts_with('/'));
    }
  }));
}

}  // namespace
}  // namespace coldpath::base
