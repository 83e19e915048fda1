#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "aws/aws_testing.h"
#include "aws/credentials_chain.h"
#include "aws/credentials_sources.h"
#include "aws/environment.h"

namespace coldpath::aws {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kAnswer[] =
    R"({"AccessKeyId":"ID","SecretAccessKey":"s","Token":"t","Expiration":"2026-11-22T11:00:00Z"})";

// An environment of the test's own.
struct Machine {
  Environment environment() {
    return {[this](const std::string& name) { return Find(variables, name); },
            [this](const std::string& path) { return Find(files, path); }};
  }
  static std::optional<std::string> Find(const std::map<std::string, std::string>& map,
                                         const std::string& key) {
    const auto at = map.find(key);
    if (at == map.end()) return std::nullopt;
    return at->second;
  }
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> files;
};

std::string CodeOf(const base::Result<Credentials>& result) {
  return result ? "none" : result.error().code;
}

TEST(CredentialPlacesTest, TheEnvironmentHoldsAllOrNothing) {
  Machine machine;
  const CredentialPlace place = EnvironmentPlace(machine.environment());
  EXPECT_EQ(CodeOf(place.look()), "aws.not_configured");
  machine.variables["AWS_ACCESS_KEY_ID"] = "ID";
  EXPECT_EQ(CodeOf(place.look()), "aws.no_credentials");
  machine.variables["AWS_SECRET_ACCESS_KEY"] = "s";
  auto found = place.look();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->access_key_id, "ID");
  EXPECT_EQ(found->secret_access_key, "s");
  EXPECT_EQ(found->session_token, "");
  EXPECT_EQ(found->expires, std::nullopt);
  machine.variables["AWS_SESSION_TOKEN"] = "t";
  EXPECT_EQ(place.look()->session_token, "t");
}

TEST(CredentialPlacesTest, ReadsAProfile) {
  Machine machine;
  machine.variables["HOME"] = "/home/x";
  machine.files["/home/x/.aws/credentials"] =
      "# comment\n[default]\naws_access_key_id = A\n aws_secret_access_key=B=C \r\n"
      "[ other ]\naws_access_key_id=O\naws_secret_access_key=P\naws_session_token=Q\n; end\n"
      "[role]\nrole_arn = arn\n";
  const CredentialPlace place = ProfilePlace(machine.environment());
  auto found = place.look();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->access_key_id, "A");
  EXPECT_EQ(found->secret_access_key, "B=C");
  machine.variables["AWS_PROFILE"] = "other";
  EXPECT_EQ(place.look()->session_token, "Q");
  machine.variables["AWS_PROFILE"] = "role";
  EXPECT_EQ(CodeOf(place.look()), "aws.no_credentials");
  machine.variables["AWS_PROFILE"] = "absent";
  EXPECT_EQ(CodeOf(place.look()), "aws.no_credentials") << "asked for, so not silently another's";
  machine.variables.erase("AWS_PROFILE");
  machine.variables["AWS_SHARED_CREDENTIALS_FILE"] = "/elsewhere";
  EXPECT_EQ(CodeOf(place.look()), "aws.not_configured");
  machine.files["/elsewhere"] = "[default]\naws_access_key_id=E\naws_secret_access_key=F";
  EXPECT_EQ(place.look()->access_key_id, "E");
}

TEST(CredentialPlacesTest, AsksTheTasksEndpoint) {
  Machine machine;
  ScriptedHttp http;
  const CredentialPlace place = ContainerPlace(machine.environment(), http);
  EXPECT_EQ(CodeOf(place.look()), "aws.not_configured");
  machine.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/x";
  http.Then(200, kAnswer);
  const auto found = place.look();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->access_key_id, "ID");
  EXPECT_EQ(found->session_token, "t");
  EXPECT_EQ(found->expires, base::FromUnixSeconds(1'795'345'200));
  EXPECT_EQ(http.requests()[0].url, "http://169.254.170.2/v2/credentials/x");
  EXPECT_EQ(http.requests()[0].headers.Find("Authorization"), std::nullopt);
}

TEST(CredentialPlacesTest, ShowsTheTasksEndpointItsToken) {
  Machine machine;
  ScriptedHttp http;
  const CredentialPlace place = ContainerPlace(machine.environment(), http);
  machine.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1:80/creds?a=b";
  machine.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "from the variable";
  http.Then(200, kAnswer);
  EXPECT_TRUE(place.look());
  EXPECT_EQ(http.requests()[0].headers.Find("Authorization"), "from the variable");
  EXPECT_EQ(http.requests()[0].url, "http://127.0.0.1:80/creds?a=b");
  machine.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/token";
  EXPECT_EQ(CodeOf(place.look()), "aws.no_credentials") << "the file is missing";
  for (const char* token : {"one\n", "two"}) {
    machine.files["/token"] = token;  // it changes while the task runs
    http.Then(200, kAnswer);
    EXPECT_TRUE(place.look());
  }
  EXPECT_EQ(http.requests()[1].headers.Find("Authorization"), "one");
  EXPECT_EQ(http.requests()[2].headers.Find("Authorization"), "two");
  machine.files["/token"] = "a\r\nX-Injected: b";
  EXPECT_EQ(CodeOf(place.look()), "aws.no_credentials");
}

TEST(CredentialPlacesTest, AsksForKeysNowhereElse) {
  Machine machine;
  ScriptedHttp http;
  const CredentialPlace place = ContainerPlace(machine.environment(), http);
  const auto look = [&](const std::string& name, const std::string& value) {
    machine.variables = {{name, value}};
    return CodeOf(place.look());
  };
  const std::string full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
  for (const char* url :
       {"http://evil.example/", "http://169.254.170.2.evil.example/", "ftp://localhost/",
        "http://127.evil.example/", "http://[::2]/", "http://10.0.0.1:80/", "//localhost/",
        "http://localhost@evil.example/", "nonsense"}) {
    EXPECT_EQ(look(full, url), "aws.no_credentials") << url;
  }
  EXPECT_EQ(look("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@evil.example/"), "aws.no_credentials");
  EXPECT_THAT(http.requests(), IsEmpty());
  for (const char* url :
       {"https://keys.example/x", "http://localhost:8080/", "http://127.0.0.1/", "http://[::1]:1/",
        "http://169.254.170.2/x", "http://169.254.170.23/v1/credentials",
        "http://[fd00:ec2::23]/v1/credentials"}) {
    http.Then(200, kAnswer);
    EXPECT_EQ(look(full, url), "none") << url;
  }
}

TEST(CredentialPlacesTest, TriesTheTasksEndpointThreeTimes) {
  Machine machine;
  ScriptedHttp http;
  machine.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x";
  const CredentialPlace place = ContainerPlace(machine.environment(), http);
  http.ThenFail("http.timeout");
  http.Then(500);
  http.Then(200, kAnswer);
  EXPECT_TRUE(place.look());
  http.ThenFail("http.timeout");
  http.Then(503);
  http.Then(429);
  const auto failed = place.look();
  EXPECT_EQ(CodeOf(failed), "aws.no_credentials");
  EXPECT_THAT(failed.error().message, HasSubstr("HTTP 429"));
  http.Then(403);
  EXPECT_EQ(CodeOf(place.look()), "aws.no_credentials");
  EXPECT_THAT(http.requests(), SizeIs(7)) << "a refusal is not asked again";
}

TEST(CredentialPlacesTest, RefusesAnswersThatAreNone) {
  Machine machine;
  machine.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x";
  for (const char* body :
       {"", "[]", "{}", R"({"AccessKeyId":"","SecretAccessKey":"s"})", R"({"AccessKeyId":1})",
        R"({"AccessKeyId":"I","SecretAccessKey":"s","Expiration":"tomorrow"})"}) {
    ScriptedHttp http;
    http.Then(200, body);
    EXPECT_EQ(CodeOf(ContainerPlace(machine.environment(), http).look()), "aws.no_credentials")
        << body;
  }
}

TEST(CredentialPlacesTest, AsksTheInstanceWithAToken) {
  Machine machine;
  ScriptedHttp http;
  const CredentialPlace place = InstancePlace(machine.environment(), http);
  http.Then(200, "session");
  http.Then(200, "the-role\n");
  http.Then(200, kAnswer);
  const auto found = place.look();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->access_key_id, "ID");
  const auto requests = http.requests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_EQ(requests[0].method, "PUT");
  EXPECT_EQ(requests[0].url, "http://169.254.169.254/latest/api/token");
  EXPECT_EQ(requests[0].headers.Find("x-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_EQ(requests[2].url,
            "http://169.254.169.254/latest/meta-data/iam/security-credentials/the-role");
  EXPECT_EQ(requests[2].headers.Find("x-aws-ec2-metadata-token"), "session");
}

TEST(CredentialPlacesTest, AMachineWithoutMetadataIsNoError) {
  Machine machine;
  ScriptedHttp http;
  const CredentialPlace place = InstancePlace(machine.environment(), http);
  http.ThenFail("http.timeout");
  EXPECT_EQ(CodeOf(place.look()), "aws.not_configured");
  http.Then(200, "session");
  http.Then(404);
  EXPECT_EQ(CodeOf(place.look()), "aws.not_configured");
  http.Then(200, "session");
  http.Then(200, "../../secret");
  EXPECT_EQ(CodeOf(place.look()), "aws.not_configured");
  machine.variables["AWS_EC2_METADATA_DISABLED"] = "True";
  EXPECT_EQ(CodeOf(place.look()), "aws.not_configured");
  EXPECT_EQ(http.left(), 0u);
}

struct ChainTest : ::testing::Test {
  CredentialPlace Place(std::string name) {
    return {std::move(name), [this] {
              ++looks;
              return answer;
            }};
  }
  CredentialPlace Without() {
    return {"nothing", []() -> base::Result<Credentials> {
              return base::Fail("aws.not_configured", "nothing here");
            }};
  }
  base::Instant In(base::Duration span) { return clock.Now() + span; }

  SettableClock clock;
  std::vector<std::string> lines;
  base::Log log{clock, base::LogLevel::kInfo,
                [this](std::string_view line) { lines.emplace_back(line); }};
  std::atomic<int> looks = 0;
  base::Result<Credentials> answer = Credentials{"ID", "s", "t", {}};
};

TEST_F(ChainTest, TakesTheFirstThatAppliesAndKeepsIt) {
  CredentialChain chain({Without(), Place("a"), Place("b")}, clock, log);
  EXPECT_EQ(chain.Get()->access_key_id, "ID");
  EXPECT_EQ(chain.Get()->access_key_id, "ID");
  EXPECT_EQ(looks, 1);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], HasSubstr("\"from\":\"a\""));
  EXPECT_THAT(lines[0], Not(HasSubstr("ID")));
}

TEST_F(ChainTest, SaysWhereItLooked) {
  answer = base::Fail("aws.no_credentials", "half a key");
  CredentialChain chain({Without(), Place("a"), Place("never asked")}, clock, log);
  const auto got = chain.Get();
  EXPECT_EQ(CodeOf(got), "aws.no_credentials");
  EXPECT_EQ(got.error().message, "No AWS credentials. nothing: nothing here; a: half a key.");
  EXPECT_EQ(looks, 1) << "a place that applies and fails ends the search";
  EXPECT_EQ(CodeOf(CredentialChain({}, clock, log).Get()), "aws.no_credentials");
}

TEST_F(ChainTest, FetchesAnewFiveMinutesBeforeTheyExpire) {
  answer->expires = In(minutes(60));
  CredentialChain chain({Place("a")}, clock, log);
  ASSERT_TRUE(chain.Get());
  clock.Advance(minutes(55) - seconds(1));
  ASSERT_TRUE(chain.Get());
  EXPECT_EQ(looks, 1);
  clock.Advance(seconds(1));
  answer = Credentials{"NEXT", "s", "t", In(minutes(60))};
  EXPECT_EQ(chain.Get()->access_key_id, "NEXT");
  EXPECT_EQ(looks, 2);
}

TEST_F(ChainTest, KeepsGoodKeysWhenAFetchFails) {
  answer->expires = In(minutes(60));
  CredentialChain chain({Place("a")}, clock, log);
  ASSERT_TRUE(chain.Get());
  answer = base::Fail("aws.no_credentials", "away");
  clock.Advance(minutes(56));
  EXPECT_EQ(chain.Get()->access_key_id, "ID");
  EXPECT_EQ(chain.Get()->access_key_id, "ID");
  EXPECT_EQ(looks, 2) << "the next fetch waits half a minute";
  clock.Advance(seconds(30));
  EXPECT_EQ(chain.Get()->access_key_id, "ID");
  EXPECT_EQ(looks, 3);
  clock.Advance(minutes(5));
  EXPECT_EQ(CodeOf(chain.Get()), "aws.no_credentials") << "now they have expired";
}

TEST_F(ChainTest, FetchesAnewWhatAwsRefused) {
  CredentialChain chain({Place("a")}, clock, log);
  const Credentials first = *chain.Get();
  answer->access_key_id = "NEXT";
  chain.Refuse({"OTHER", "s", "", {}});
  EXPECT_EQ(chain.Get()->access_key_id, "ID");
  chain.Refuse(first);
  EXPECT_EQ(chain.Get()->access_key_id, "NEXT");
  chain.Refuse(first);
  EXPECT_EQ(chain.Get()->access_key_id, "NEXT");
  EXPECT_EQ(looks, 2);
}

TEST_F(ChainTest, ManyThreadsFetchOnce) {
  CredentialChain chain({Place("a")}, clock, log);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(chain.Get()->access_key_id, "ID"); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(looks, 1);
}

TEST_F(ChainTest, OthersGoOnWithGoodKeysWhileOneFetches) {
  answer->expires = In(minutes(60));
  CredentialChain* asked = nullptr;
  bool second = false;
  CredentialPlace place{"a", [&]() -> base::Result<Credentials> {
                          if (std::exchange(second, true)) {
                            // In the middle of the second fetch.
                            EXPECT_EQ(asked->Get()->access_key_id, "ID");
                            return Credentials{"NEXT", "s", "t", In(minutes(60))};
                          }
                          return answer;
                        }};
  CredentialChain chain({place}, clock, log);
  asked = &chain;
  ASSERT_TRUE(chain.Get());
  clock.Advance(minutes(57));
  EXPECT_EQ(chain.Get()->access_key_id, "NEXT");
}

TEST(AwsSettingsTest, ReadsRegionAndEndpoints) {
  Machine machine;
  EXPECT_EQ(ReadAwsSettings(machine.environment()).error().code, "aws.no_region");
  machine.variables["AWS_DEFAULT_REGION"] = "eu-west-1";
  EXPECT_EQ(ReadAwsSettings(machine.environment())->region, "eu-west-1");
  machine.variables["AWS_REGION"] = "eu-central-1";
  machine.variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:5055";
  machine.variables["AWS_ENDPOINT_URL_DYNAMODB"] = "http://127.0.0.1:8000/";
  machine.variables["AWS_ENDPOINT_URL_SFN"] = "http://127.0.0.1:8001";
  const auto settings = ReadAwsSettings(machine.environment());
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->region, "eu-central-1");
  using Map = std::map<std::string, std::string>;
  EXPECT_EQ(settings->endpoints, (Map{{"*", "http://127.0.0.1:5055"},
                                      {"dynamodb", "http://127.0.0.1:8000/"},
                                      {"states", "http://127.0.0.1:8001"}}));
  for (const char* bad : {"127.0.0.1:1", "ftp://h", "http://h/path", "http://h/?q=1", "http://"}) {
    machine.variables["AWS_ENDPOINT_URL"] = bad;
    EXPECT_EQ(ReadAwsSettings(machine.environment()).error().code, "aws.invalid_endpoint") << bad;
  }
  machine.variables["AWS_REGION"] = "evil.example/";
  EXPECT_EQ(ReadAwsSettings(machine.environment()).error().code, "aws.no_region");
}

TEST(ProcessEnvironmentTest, ReadsSmallFiles) {
  const Environment environment = ProcessEnvironment();
  const std::filesystem::path path =
      std::filesystem::path(::testing::TempDir()) / "coldpath_environment_test";
  std::ofstream(path, std::ios::binary) << std::string("a\0b\n", 4);
  EXPECT_EQ(environment.file(path.string()), std::string("a\0b\n", 4));
  std::ofstream(path) << std::string(64 << 10, 'x');
  EXPECT_THAT(environment.file(path.string()).value_or(""), SizeIs(64 << 10));
  std::ofstream(path) << std::string((64 << 10) + 1, 'x');
  EXPECT_EQ(environment.file(path.string()), std::nullopt);
  std::filesystem::remove(path);
  EXPECT_EQ(environment.file(path.string()), std::nullopt);
  EXPECT_EQ(environment.variable("COLDPATH_NO_SUCH_VARIABLE"), std::nullopt);
}

}  // namespace
}  // namespace coldpath::aws
