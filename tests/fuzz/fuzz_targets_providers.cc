#include <algorithm>
#include <cmath>
#include <memory>

#include "fuzz_targets.h"
#include "providers/providers.h"
#include "providers/test_answers.h"

namespace coldpath::fuzz {
namespace {

using providers::ProviderConfig;
using ProviderPtr = std::shared_ptr<const tasks::Provider>;

constexpr base::Instant kNow = base::Instant(std::chrono::seconds(1'717'200'000));

// A page holds what is possible and of the asked days, or it is a failure.
std::string Judge(const tasks::PageOrFailure& read, const domain::DateRange& range) {
  const auto* page = std::get_if<tasks::Page>(&read);
  if (page == nullptr) return "";
  for (const domain::Record& record : page->records) {
    if (!range.Contains(record.local_date)) return "a record of a day that was not asked for";
    if (record.value && !std::isfinite(*record.value)) return "a value that is no number";
    for (const domain::Component& one : record.components) {
      if (!std::isfinite(one.value)) return "a component that is no number";
    }
    if (record.end < record.start) return "a record that runs backwards";
    if (record.raw_digest.size() != 64) return "a record without its digest";
  }
  return "";
}

FuzzTarget PageTarget(const ProviderPtr& provider, const std::string& stream) {
  const std::string& id = provider->info().id;
  const providers::GoldenAnswer golden = providers::ReadGoldenAnswer(id, stream);
  return {.name = "page_" + id + "_" + stream,
          .run =
              [provider, stream, range = golden.range](std::string_view bytes) {
                const base::HttpResponse response{.status = 200, .body = std::string(bytes)};
                return Judge(provider->ReadPage(stream, {range, ""}, response, kNow), range);
              },
          .seeds = {golden.body}};
}

// Refusals: the first line is a header's value, the rest the body.
FuzzTarget RefusalTarget(const ProviderPtr& provider) {
  const auto run = [provider](std::string_view bytes) -> std::string {
    const std::size_t cut = std::min(bytes.find('\n'), bytes.size());
    const std::string value(bytes.substr(0, cut));
    const std::string body(bytes.substr(std::min(cut + 1, bytes.size())));
    const domain::DateRange range{*base::ParseDate("2024-03-01"), *base::ParseDate("2024-03-08")};
    const std::string& stream = provider->info().streams.front().id;
    for (const int status : {200, 302, 400, 401, 403, 404, 410, 429, 500, 503}) {
      base::HttpResponse response{.status = status, .body = body};
      for (const char* name : {"Retry-After", "X-RateLimit-Reset", "X-RateLimit-Remaining"}) {
        response.headers.Add(name, value);
      }
      const auto read = provider->ReadPage(stream, {range, ""}, response, kNow);
      if (status != 200 && std::holds_alternative<tasks::Page>(read)) {
        return "a refusal that was taken for a page";
      }
      const auto* failure = std::get_if<domain::Failure>(&read);
      if (failure != nullptr && failure->retry_at && *failure->retry_at < kNow) {
        return "a time to try again that has passed";
      }
      (void)provider->ReadTokens(response, {"a", "r"}, kNow);
      (void)provider->ReadIdentity(response, kNow);
    }
    return "";
  };
  return {.name = "refusal_" + provider->info().id,
          .run = run,
          .seeds = {"120\n{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\"}}",
                    "Wed, 21 Oct 2026 07:28:00 GMT\n{\"error\":\"invalid_grant\"}",
                    "1717200600\n{\"detail\":\"x\",\"title\":\"y\"}", "-5\n<html>"}};
}

FuzzTarget TokensTarget(const ProviderPtr& provider) {
  const auto run = [provider](std::string_view bytes) -> std::string {
    const base::HttpResponse response{.status = 200, .body = std::string(bytes)};
    const auto grant = provider->ReadTokens(response, {"old-access", "old-refresh"}, kNow);
    if (const auto* given = std::get_if<tasks::TokenGrant>(&grant)) {
      if (given->tokens.access_token.empty()) return "a grant without an access token";
      if (given->access_lifetime < base::Duration(0)) return "a token that expired before";
    }
    const auto identity = provider->ReadIdentity(response, kNow);
    const auto* name = std::get_if<std::string>(&identity);
    return name != nullptr && name->empty() ? "a person without an id" : "";
  };
  return {
      .name = "tokens_" + provider->info().id,
      .run = run,
      .seeds = {R"({"access_token":"a","refresh_token":"r","expires_in":3600,"scope":"x y",
                        "token_type":"Bearer"})",
                R"({"id":"person","healthUserId":"person","legacyUserId":"p","name":"users/p"})"}};
}

}  // namespace

std::vector<FuzzTarget> ProviderTargets() {
  std::vector<FuzzTarget> targets;
  for (const ProviderPtr& provider : {ProviderPtr(providers::MakeGoogleHealth(ProviderConfig{})),
                                      ProviderPtr(providers::MakeOura(ProviderConfig{}))}) {
    for (const planner::StreamInfo& stream : provider->info().streams) {
      targets.push_back(PageTarget(provider, stream.id));
    }
    targets.push_back(RefusalTarget(provider));
    targets.push_back(TokensTarget(provider));
  }
  return targets;
}

}  // namespace coldpath::fuzz
