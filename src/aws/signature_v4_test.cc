#include "aws/signature_v4.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto.h"

namespace coldpath::aws {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kUnreserved[] = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr char kUnreservedPath[] =
    "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr char kLongToken[] =
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfI"
    "eoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0"
    "wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDry"
    "pNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

struct Case {
  const char* name;
  const char* method;
  const char* path;
  QueryParameters query;
  base::HttpHeaders headers;
  const char* body;
  const char* token;
  const char* signature;
};

// The names and signatures of AWS's published Signature Version 4 test suite: credentials
// AKIDEXAMPLE, region us-east-1, service "service", 30 August 2015.
const Case kSuite[] = {
    {"get-vanilla",
     "GET",
     "/",
     {},
     {},
     "",
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-vanilla-empty-query-key",
     "GET",
     "/",
     {{"Param1", "value1"}},
     {},
     "",
     "",
     "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
    {"get-vanilla-query-order-key-case",
     "GET",
     "/",
     {{"Param2", "value2"}, {"Param1", "value1"}},
     {},
     "",
     "",
     "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"get-vanilla-query-order-key",
     "GET",
     "/",
     {{"Param1", "value2"}, {"Param1", "Value1"}},
     {},
     "",
     "",
     "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"},
    {"get-vanilla-query-order-value",
     "GET",
     "/",
     {{"Param1", "value2"}, {"Param1", "value1"}},
     {},
     "",
     "",
     "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"},
    {"get-vanilla-query-order-encoded",
     "GET",
     "/",
     {{"Param-3", "Value3"}, {"Param", "Value2"}, {"\xe1\x88\xb4", "Value1"}},
     {},
     "",
     "",
     "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"},
    {"get-vanilla-query-unreserved",
     "GET",
     "/",
     {{kUnreserved, kUnreserved}},
     {},
     "",
     "",
     "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
    {"get-vanilla-utf8-query",
     "GET",
     "/",
     {{"\xe1\x88\xb4", "bar"}},
     {},
     "",
     "",
     "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
    {"get-vanilla-with-session-token",
     "GET",
     "/",
     {},
     {},
     "",
     "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
     "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"},
    {"get-unreserved",
     "GET",
     kUnreservedPath,
     {},
     {},
     "",
     "",
     "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
    {"get-utf8",
     "GET",
     "/\xe1\x88\xb4",
     {},
     {},
     "",
     "",
     "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
    {"get-header-key-duplicate",
     "GET",
     "/",
     {},
     {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}},
     "",
     "",
     "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
    {"get-header-value-multiline",
     "GET",
     "/",
     {},
     {{"My-Header1", "value1\n  value2\n     value3"}},
     "",
     "",
     "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd"},
    {"get-header-value-order",
     "GET",
     "/",
     {},
     {{"My-Header1", "value4"},
      {"My-Header1", "value1"},
      {"My-Header1", "value3"},
      {"My-Header1", "value2"}},
     "",
     "",
     "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
    {"get-header-value-trim",
     "GET",
     "/",
     {},
     {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
     "",
     "",
     "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
    {"post-vanilla",
     "POST",
     "/",
     {},
     {},
     "",
     "",
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"post-vanilla-query",
     "POST",
     "/",
     {{"Param1", "value1"}},
     {},
     "",
     "",
     "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
    {"post-header-key-sort",
     "POST",
     "/",
     {},
     {{"My-Header1", "value1"}},
     "",
     "",
     "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
    {"post-header-value-case",
     "POST",
     "/",
     {},
     {{"My-Header1", "VALUE1"}},
     "",
     "",
     "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
    {"post-x-www-form-urlencoded",
     "POST",
     "/",
     {},
     {{"Content-Type", "application/x-www-form-urlencoded"}},
     "Param1=value1",
     "",
     "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    {"post-x-www-form-urlencoded-parameters",
     "POST",
     "/",
     {},
     {{"Content-Type", "application/x-www-form-urlencoded; charset=utf8"}},
     "Param1=value1",
     "",
     "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"},
    {"post-sts-header-before",
     "POST",
     "/",
     {},
     {},
     "",
     kLongToken,
     "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
    {"get-relative",
     "GET",
     "/example/..",
     {},
     {},
     "",
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-relative-relative",
     "GET",
     "/example1/example2/../..",
     {},
     {},
     "",
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash",
     "GET",
     "//",
     {},
     {},
     "",
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash-dot-slash",
     "GET",
     "/./",
     {},
     {},
     "",
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash-pointless-dot",
     "GET",
     "/./example",
     {},
     {},
     "",
     "",
     "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
    {"get-slashes",
     "GET",
     "//example//",
     {},
     {},
     "",
     "",
     "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
    {"get-space",
     "GET",
     "/example space/",
     {},
     {},
     "",
     "",
     "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
    {"get-special-character",
     "GET",
     "/example/$delete",
     {},
     {},
     "",
     "",
     "a853c9b21b528b19643d00910d35b83a10c366a10833ceefb45edd6c80e40f27"},
};

std::string AuthorizationOf(const SignableRequest& request, const SigningScope& scope,
                            const Credentials& credentials) {
  return SignatureHeaders(request, scope, credentials).Find("Authorization").value_or("");
}

TEST(SignatureV4Test, SignsAwsPublishedCases) {
  const SigningScope scope{"us-east-1", "service", base::FromUnixSeconds(1'440'938'160)};
  for (const Case& c : kSuite) {
    const Credentials credentials{
        "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", c.token, {}};
    const SignableRequest request{c.method,  "example.amazonaws.com", c.path, c.query,
                                  c.headers, base::Sha256Hex(c.body)};
    const std::string authorization = AuthorizationOf(request, scope, credentials);
    EXPECT_THAT(authorization, HasSubstr("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/"
                                         "us-east-1/service/aws4_request, SignedHeaders="));
    EXPECT_THAT(authorization, EndsWith(std::string(", Signature=") + c.signature))
        << c.name << "\n"
        << CanonicalRequest(request, scope, credentials);
  }
}

// The four examples of "Authenticating Requests: Using the Authorization Header" in the S3 API
// Reference.
TEST(SignatureV4Test, SignsS3sDocumentedExamples) {
  const Credentials credentials{
      "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "", {}};
  const SigningScope scope{"us-east-1", "s3", base::FromUnixSeconds(1'369'353'600)};
  const Case cases[] = {
      {"get object",
       "GET",
       "/test.txt",
       {},
       {{"Range", "bytes=0-9"}},
       "",
       "",
       "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
      {"put object",
       "PUT",
       "/test$file.text",
       {},
       {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
       "Welcome to Amazon S3.",
       "",
       "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
      {"get lifecycle",
       "GET",
       "/",
       {{"lifecycle", ""}},
       {},
       "",
       "",
       "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
      {"list objects",
       "GET",
       "/",
       {{"prefix", "J"}, {"max-keys", "2"}},
       {},
       "",
       "",
       "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"}};
  for (const Case& c : cases) {
    const SignableRequest request{c.method,           "examplebucket.s3.amazonaws.com",
                                  EncodePath(c.path), c.query,
                                  c.headers,          base::Sha256Hex(c.body)};
    EXPECT_THAT(AuthorizationOf(request, scope, credentials),
                EndsWith(std::string(", Signature=") + c.signature))
        << c.name << "\n"
        << CanonicalRequest(request, scope, credentials);
  }
}

TEST(SignatureV4Test, S3sPathIsEncodedOnceAndNotNormalised) {
  SignableRequest request{"GET", "h", EncodePath("/a b//../c"), {}, {}, base::Sha256Hex("")};
  SigningScope scope{"r", "s3", base::FromUnixSeconds(0)};
  EXPECT_THAT(CanonicalRequest(request, scope, {}), HasSubstr("GET\n/a%20b//../c\n"));
  scope.service = "states";
  EXPECT_THAT(CanonicalRequest(request, scope, {}), HasSubstr("GET\n/c\n"));
  request.path = EncodePath("/a b");
  EXPECT_THAT(CanonicalRequest(request, scope, {}), HasSubstr("GET\n/a%2520b\n"));
}

TEST(SignatureV4Test, LeavesOutWhatProxiesChange) {
  const SignableRequest request{"GET",
                                "h",
                                "/",
                                {},
                                {{"Connection", "close"},
                                 {"User-Agent", "x"},
                                 {"Expect", "y"},
                                 {"Accept-Encoding", "gzip"},
                                 {"Host", "other"},
                                 {"X-Amz-Target", "T"}},
                                base::Sha256Hex("")};
  const SigningScope scope{"r", "service", base::FromUnixSeconds(0)};
  const std::string canonical = CanonicalRequest(request, scope, {});
  EXPECT_THAT(canonical, HasSubstr("\nhost;x-amz-date;x-amz-target\n"));
  EXPECT_THAT(canonical, Not(HasSubstr("other")));
}

TEST(SignatureV4Test, AddsTheFieldsThatTheServiceNeeds) {
  const Credentials credentials{"ID", "secret", "token", {}};
  const SignableRequest request{"GET", "h", "/", {}, {}, base::Sha256Hex("")};
  const auto s3 = SignatureHeaders(request, {"r", "s3", base::FromUnixMillis(1'500)}, credentials);
  EXPECT_EQ(s3.Find("X-Amz-Date"), "19700101T000001Z");
  EXPECT_EQ(s3.Find("X-Amz-Security-Token"), "token");
  EXPECT_EQ(s3.Find("X-Amz-Content-Sha256"), base::Sha256Hex(""));
  const auto sns = SignatureHeaders(request, {"r", "sns", base::FromUnixSeconds(1)}, {});
  EXPECT_EQ(sns.Find("X-Amz-Content-Sha256"), std::nullopt);
  EXPECT_EQ(sns.Find("X-Amz-Security-Token"), std::nullopt);
}

TEST(SignatureV4Test, WhatIsSentIsInTheSignaturesOrder) {
  EXPECT_EQ(EncodeQuery({{"uploads", ""}, {"b", "2"}, {"a b", "&="}, {"B", "1"}}),
            "B=1&a%20b=%26%3D&b=2&uploads=");
  EXPECT_EQ(EncodeQuery({}), "");
  EXPECT_EQ(EncodePath("/a/b c/\xc3\xa4+"), "/a/b%20c/%C3%A4%2B");
  EXPECT_EQ(EncodePath(""), "");
}

}  // namespace
}  // namespace coldpath::aws
