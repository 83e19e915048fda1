// What every Provider keeps to, whatever it connects to. An adapter's test instantiates the suite:
//   INSTANTIATE_TEST_SUITE_P(Oura, ProviderContract, testing::Values(ProviderCase{...}));
#ifndef COLDPATH_TASKS_PROVIDER_CONTRACT_H_
#define COLDPATH_TASKS_PROVIDER_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "base/random.h"
#include "tasks/provider.h"

namespace coldpath::tasks {

struct ProviderCase {
  std::string name;
  std::function<std::unique_ptr<Provider>()> make;
  // A body that the provider may send for a stream, and the days that it answers for. Mutated to
  // see that nothing makes the reader throw.
  struct Sample {
    domain::DateRange range;
    std::string body;
  };
  std::function<Sample(const std::string& stream)> sample;
};

class ProviderContract : public testing::TestWithParam<ProviderCase> {
 protected:
  using Failure = domain::Failure;

  static base::HttpResponse Respond(int status, std::string body, base::HttpHeaders headers = {}) {
    base::HttpResponse response;
    response.status = status;
    response.headers = std::move(headers);
    response.body = std::move(body);
    return response;
  }
  // Changes some bytes, cuts the text, or puts another value in place of one.
  static std::string Mutate(std::string body, base::Random& random) {
    constexpr const char* kValues[] = {
        "null",   "true", "\"x\"", "[]",   "{}",
        "-1e300", "\"\"", "[[]]",  "9e18", "\"9999-12-31T23:59:59Z\""};
    for (std::uint64_t i = 1 + random.NextUint64() % 4; i > 0 && !body.empty(); --i) {
      const std::size_t at = random.NextUint64() % body.size();
      switch (random.NextUint64() % 4) {
        case 0:
          body[at] = static_cast<char>(random.NextUint64());
          break;
        case 1:
          if (random.NextUint64() % 8 == 0) body.resize(at);
          break;
        default: {
          const std::size_t colon = body.find(':', at);
          const std::size_t end = body.find_first_of(",}]", colon);
          if (colon == std::string::npos || end == std::string::npos) break;
          body.replace(colon + 1, end - colon - 1, kValues[random.NextUint64() % 10]);
        }
      }
    }
    return body;
  }
  const Failure* ReadFailure(const std::string& stream, const base::HttpResponse& response) {
    answer_ = provider_->ReadPage(stream, {kRange, ""}, response, kNow);
    return std::get_if<domain::Failure>(&answer_);
  }

  static inline const base::Instant kNow = base::FromUnixSeconds(1'711'900'000);
  static inline const domain::DateRange kRange{*base::ParseDate("2024-03-01"),
                                               *base::ParseDate("2024-03-08")};
  std::unique_ptr<Provider> provider_ = GetParam().make();
  PageOrFailure answer_;
};

TEST_P(ProviderContract, DeclaresWhatPlanningNeeds) {
  const planner::ProviderInfo& info = provider_->info();
  EXPECT_FALSE(info.id.empty());
  EXPECT_FALSE(info.title.empty());
  EXPECT_FALSE(info.budgets.empty());
  EXPECT_GE(info.max_concurrency, 1);
  std::set<std::string> ids;
  std::set<domain::DataType> types;
  for (const planner::StreamInfo& stream : info.streams) {
    SCOPED_TRACE(stream.id);
    EXPECT_TRUE(ids.insert(stream.id).second);
    EXPECT_FALSE(stream.types.empty());
    // A type of two streams would be counted twice.
    for (const domain::DataType type : stream.types) EXPECT_TRUE(types.insert(type).second);
    EXPECT_GE(stream.page_size, 1);
    EXPECT_GE(stream.natural_chunk_days, 1);
    EXPECT_GT(stream.observations_per_day, 0);
    EXPECT_FALSE(stream.scopes.empty());
  }
}

TEST_P(ProviderContract, AsksWithWellFormedRequestsWithoutSecrets) {
  for (const planner::StreamInfo& stream : provider_->info().streams) {
    SCOPED_TRACE(stream.id);
    const base::HttpRequest first = provider_->NextRequest(stream.id, {kRange, ""});
    EXPECT_FALSE(first.headers.Find("Authorization"));
    const auto url = base::ParseUrl(first.url);
    ASSERT_TRUE(url) << first.url;
    EXPECT_FALSE(url->host.empty());
    for (const auto& [name, value] : url->query) EXPECT_NE(name, "access_token");
    // The same position gives the same request; another day or cursor gives another one.
    EXPECT_EQ(provider_->NextRequest(stream.id, {kRange, ""}).url, first.url);
    const domain::DateRange later{kRange.start + std::chrono::days(1),
                                  kRange.end + std::chrono::days(1)};
    EXPECT_NE(provider_->NextRequest(stream.id, {later, ""}).url, first.url);
    const base::HttpRequest next = provider_->NextRequest(stream.id, {kRange, "a b&c=\"d"});
    const auto next_url = base::ParseUrl(next.url);
    ASSERT_TRUE(next_url) << next.url;
    bool carried = false;
    for (const auto& [name, value] : next_url->query) carried = carried || value == "a b&c=\"d";
    EXPECT_TRUE(carried) << next.url;
  }
}

TEST_P(ProviderContract, TellsFailuresApart) {
  using domain::FailureKind;
  const std::pair<int, FailureKind> kinds[] = {
      {401, FailureKind::kNeedsReauth}, {403, FailureKind::kForbidden},
      {429, FailureKind::kRateLimited}, {500, FailureKind::kTransient},
      {502, FailureKind::kTransient},   {503, FailureKind::kTransient},
      {408, FailureKind::kTransient},   {400, FailureKind::kProviderBug},
      {404, FailureKind::kProviderBug}, {302, FailureKind::kProviderBug},
      {204, FailureKind::kProviderBug}};
  for (const planner::StreamInfo& stream : provider_->info().streams) {
    for (const auto& [status, kind] : kinds) {
      const Failure* failure = ReadFailure(stream.id, Respond(status, ""));
      ASSERT_NE(failure, nullptr) << stream.id << " " << status;
      EXPECT_EQ(failure->kind, kind) << stream.id << " " << status;
      EXPECT_FALSE(failure->message.empty());
    }
  }
}

TEST_P(ProviderContract, ReadsWhenToComeBack) {
  const std::string stream = provider_->info().streams[0].id;
  const Failure* seconds = ReadFailure(stream, Respond(429, "", {{"Retry-After", "90"}}));
  ASSERT_NE(seconds, nullptr);
  EXPECT_EQ(seconds->retry_at, kNow + std::chrono::seconds(90));
  const Failure* date =
      ReadFailure(stream, Respond(429, "", {{"Retry-After", "Sun, 31 Mar 2024 16:00:00 GMT"}}));
  ASSERT_NE(date, nullptr);
  EXPECT_EQ(date->retry_at, base::FromUnixSeconds(1'711'900'800));
  const Failure* silent = ReadFailure(stream, Respond(429, ""));
  ASSERT_NE(silent, nullptr);
  EXPECT_EQ(silent->retry_at, std::nullopt);
}

TEST_P(ProviderContract, NeverTakesAnotherTextForAPage) {
  using domain::FailureKind;
  const std::pair<const char*, FailureKind> bodies[] = {
      {"", FailureKind::kTransient},
      {"{\"", FailureKind::kTransient},
      {"<!doctype html><html></html>", FailureKind::kProviderBug},
      {"null", FailureKind::kProviderBug},
      {"[]", FailureKind::kProviderBug},
      {"17", FailureKind::kProviderBug},
      {"\"text\"", FailureKind::kProviderBug},
      {"{\"a\":}", FailureKind::kProviderBug},
      {"{\"error\":{\"code\":500}}", FailureKind::kProviderBug}};
  for (const planner::StreamInfo& stream : provider_->info().streams) {
    for (const auto& [body, kind] : bodies) {
      const Failure* failure = ReadFailure(stream.id, Respond(200, body));
      ASSERT_NE(failure, nullptr) << stream.id << " " << body;
      EXPECT_EQ(failure->kind, kind) << stream.id << " " << body;
    }
  }
}

TEST_P(ProviderContract, ReadsItsSamples) {
  for (const planner::StreamInfo& stream : provider_->info().streams) {
    SCOPED_TRACE(stream.id);
    const ProviderCase::Sample sample = GetParam().sample(stream.id);
    const PageOrFailure answer =
        provider_->ReadPage(stream.id, {sample.range, ""}, Respond(200, sample.body), kNow);
    ASSERT_TRUE(std::holds_alternative<Page>(answer));
    const Page& page = std::get<Page>(answer);
    EXPECT_FALSE(page.records.empty());
    for (const domain::Record& record : page.records) {
      EXPECT_THAT(stream.types, testing::Contains(record.type));
      EXPECT_TRUE(sample.range.Contains(record.local_date));
      EXPECT_EQ(record.raw_digest.size(), 64u);
      EXPECT_LE(record.start, record.end);
    }
    // The records depend on the body alone.
    const PageOrFailure again = provider_->ReadPage(
        stream.id, {sample.range, "p2"}, Respond(200, sample.body), kNow + std::chrono::hours(9));
    EXPECT_EQ(std::get<Page>(again).records, page.records);
  }
}

TEST_P(ProviderContract, NoticesDataOfOtherDays) {
  for (const planner::StreamInfo& stream : provider_->info().streams) {
    const ProviderCase::Sample sample = GetParam().sample(stream.id);
    const domain::DateRange other{sample.range.start + std::chrono::days(400),
                                  sample.range.end + std::chrono::days(400)};
    const PageOrFailure answer =
        provider_->ReadPage(stream.id, {other, ""}, Respond(200, sample.body), kNow);
    const auto* failure = std::get_if<Failure>(&answer);
    ASSERT_NE(failure, nullptr) << stream.id;
    EXPECT_EQ(failure->kind, domain::FailureKind::kProviderBug);
    EXPECT_FALSE(failure->where.empty());
  }
}

TEST_P(ProviderContract, NeverThrowsWhateverItReads) {
  for (const planner::StreamInfo& stream : provider_->info().streams) {
    const ProviderCase::Sample sample = GetParam().sample(stream.id);
    EXPECT_TRUE(rc::check(stream.id, [&] {
      base::SeededRandom random(*rc::gen::arbitrary<std::uint64_t>());
      const std::string body = Mutate(sample.body, random);
      const PageOrFailure answer =
          provider_->ReadPage(stream.id, {sample.range, ""}, Respond(200, body), kNow);
      if (const auto* page = std::get_if<Page>(&answer)) {
        for (const domain::Record& record : page->records) {
          RC_ASSERT(sample.range.Contains(record.local_date));
        }
      }
    }));
  }
}

TEST_P(ProviderContract, ReadsTokens) {
  const domain::TokenPair previous{"old-access", "old-refresh"};
  const auto read = [&](int status, const std::string& body) {
    return provider_->ReadTokens(Respond(status, body), previous, kNow);
  };
  const auto given = read(200,
                          "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"expires_in\":60,"
                          "\"scope\":\"x y\",\"token_type\":\"Bearer\"}");
  ASSERT_TRUE(std::holds_alternative<TokenGrant>(given));
  const auto& grant = std::get<TokenGrant>(given);
  EXPECT_EQ(grant.tokens.access_token, "a");
  EXPECT_EQ(grant.tokens.refresh_token, "r");
  EXPECT_EQ(grant.access_lifetime, std::chrono::seconds(60));
  EXPECT_THAT(grant.scopes, testing::ElementsAre("x", "y"));
  const auto kept = read(200, "{\"access_token\":\"a\",\"expires_in\":60}");
  EXPECT_EQ(std::get<TokenGrant>(kept).tokens.refresh_token, "old-refresh");

  using domain::FailureKind;
  const auto kind = [&](int status, const std::string& body) {
    const auto answer = read(status, body);
    const auto* failure = std::get_if<Failure>(&answer);
    return failure == nullptr ? std::string("none") : std::string(FailureName(failure->kind));
  };
  EXPECT_EQ(kind(400, "{\"error\":\"invalid_grant\"}"), "NeedsReauth");
  EXPECT_EQ(kind(401, "{\"error\":\"invalid_client\"}"), "ProviderBug");
  EXPECT_EQ(kind(400, "oops"), "ProviderBug");
  EXPECT_EQ(kind(429, ""), "RateLimited");
  EXPECT_EQ(kind(503, ""), "Transient");
  EXPECT_EQ(kind(200, "{\"access_token\":\"\"}"), "ProviderBug");
  EXPECT_EQ(kind(200, "{\"access_token\":\"a\",\"expires_in\":-1}"), "ProviderBug");
  EXPECT_EQ(kind(200, "<html>"), "ProviderBug");
}

TEST_P(ProviderContract, BuildsAuthorisationRequests) {
  const auto url = base::ParseUrl(provider_->AuthorizeUrl(
      "st&te", "https://app.example/callback?x=1", provider_->uses_pkce() ? "challenge" : ""));
  ASSERT_TRUE(url);
  EXPECT_EQ(url->FindParameter("response_type"), "code");
  EXPECT_EQ(url->FindParameter("state"), "st&te");
  EXPECT_EQ(url->FindParameter("redirect_uri"), "https://app.example/callback?x=1");
  EXPECT_FALSE(url->FindParameter("scope").value_or("").empty());
  EXPECT_FALSE(url->FindParameter("client_secret"));
  EXPECT_EQ(url->FindParameter("code_challenge_method").has_value(), provider_->uses_pkce());

  const auto field = [](const base::HttpRequest& request, const std::string& name) {
    for (const auto& [key, value] : base::DecodeForm(request.body).value_or(base::FormFields{})) {
      if (key == name) return value;
    }
    return std::string();
  };
  const base::HttpRequest tokens = provider_->TokenRequest("c+d", "https://app.example/cb", "ver");
  EXPECT_EQ(tokens.method, "POST");
  EXPECT_EQ(field(tokens, "grant_type"), "authorization_code");
  EXPECT_EQ(field(tokens, "code"), "c+d");
  EXPECT_EQ(field(tokens, "code_verifier"), "ver");
  const base::HttpRequest refresh = provider_->RefreshRequest({"a", "r/1"});
  EXPECT_EQ(field(refresh, "grant_type"), "refresh_token");
  EXPECT_EQ(field(refresh, "refresh_token"), "r/1");
  EXPECT_FALSE(provider_->IdentityRequest().headers.Find("Authorization"));
}

TEST_P(ProviderContract, SaysWhoThePersonIsOrWhyNot) {
  const auto kind = [&](int status, const std::string& body) {
    const auto answer = provider_->ReadIdentity(Respond(status, body), kNow);
    const auto* failure = std::get_if<Failure>(&answer);
    return failure == nullptr ? std::string("none") : std::string(FailureName(failure->kind));
  };
  EXPECT_EQ(kind(401, ""), "NeedsReauth");
  EXPECT_EQ(kind(403, ""), "Forbidden");
  EXPECT_EQ(kind(500, ""), "Transient");
  EXPECT_EQ(kind(200, "{}"), "ProviderBug");
  EXPECT_EQ(kind(200, "[]"), "ProviderBug");
}

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_PROVIDER_CONTRACT_H_
