#include "sandbox/oura/service.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "sandbox/oura/query.h"

namespace coldpath::sandbox {
namespace {

constexpr std::string_view kProvider = "oura";
constexpr std::string_view kPrefix = "/v2/usercollection/";

// What becomes of `data` and `next_token`.
struct Collected {
  std::string data;  // elements, joined by commas
  std::optional<std::int64_t> next;
};

std::string Envelope(const std::string& data, const std::string& next_token) {
  std::string out = "{\"data\":[";
  out += data;
  out += "],\"next_token\":";
  out += next_token.empty() ? "null" : "\"" + next_token + "\"";
  out += '}';
  return out;
}

// Positions count documents: a hundred to a day, more than any day has.
constexpr std::int64_t kPlacesPerDay = 100;

Collected CollectDocuments(World& world, Person& person, OuraRoute route, const OuraQuery& query,
                           const Horizon& horizon, bool impossible) {
  Collected collected;
  const base::Date first = std::max(query.first, horizon.first_day);
  const base::Date end = std::min(query.end, horizon.today + std::chrono::days(1));
  const std::int64_t position =
      query.token ? query.token->position : std::numeric_limits<std::int64_t>::min();
  int count = 0;
  for (base::Date date = first; date < end; date += std::chrono::days(1)) {
    const std::int64_t place = date.time_since_epoch().count() * kPlacesPerDay;
    if (place + kPlacesPerDay <= position) continue;
    const base::Instant day_end =
        person.calendar().At(date + std::chrono::days(1), std::chrono::seconds(0));
    if (day_end > horizon.end) break;  // a day is told when it is over
    const auto documents = OuraDocuments(person, route, date, impossible);
    for (std::size_t i = 0; i < documents.size(); ++i) {
      const std::int64_t here = place + static_cast<std::int64_t>(i);
      if (here < position) continue;
      if (count == world.options.oura_document_page) {
        collected.next = here;
        return collected;
      }
      if (count++ > 0) collected.data += ",\n";
      collected.data += documents[i];
      impossible = false;
    }
  }
  return collected;
}

Collected CollectHeartRate(World& world, Person& person, const OuraQuery& query,
                           const Horizon& horizon, bool impossible) {
  Collected collected;
  base::Instant from = std::max(query.from, horizon.begin);
  if (query.token) from = std::max(from, base::FromUnixSeconds(query.token->position));
  const base::Instant until = std::min(query.until, horizon.end);
  const auto day_of = [](base::Instant t) {
    return base::LocalDate(t, std::chrono::seconds(0)).time_since_epoch().count();
  };
  int count = 0;
  for (std::int64_t day = day_of(from); from < until && day <= day_of(until); ++day) {
    for (const HeartBeat& beat : person.HeartBeats(day, world.options.heart_rate_interval)) {
      if (beat.at < from || beat.at >= until) continue;
      if (query.latest) {
        collected.data.clear();
      } else if (count == world.options.oura_time_series_page) {
        collected.next = base::UnixSeconds(beat.at);
        return collected;
      } else if (count++ > 0) {
        collected.data += ",\n";
      }
      AppendHeartRateRow(collected.data, beat, impossible);
      impossible = false;
    }
  }
  return collected;
}

SandboxResponse PageAnswer(World& world, const OuraRouteInfo& route, const OuraQuery& query,
                           const Horizon& horizon, std::string_view account, bool impossible) {
  Person& person = world.PersonOf(account);
  const Collected collected =
      route.route == OuraRoute::kHeartRate
          ? CollectHeartRate(world, person, query, horizon, impossible)
          : CollectDocuments(world, person, route.route, query, horizon, impossible);
  std::string next;
  if (collected.next) next = WritePageToken({.position = *collected.next}, query.binding);
  return JsonText(200, Envelope(collected.data, next));
}

SandboxResponse EmptyPageWithToken(const OuraQuery& query) {
  PageToken token{.position = 0, .salt = 1};  // in 1970: before all data
  if (query.token) token = {.position = query.token->position, .salt = query.token->salt + 1};
  return JsonText(200, Envelope("", WritePageToken(token, query.binding)));
}

SandboxResponse TooManyRequests(std::chrono::seconds retry_after, const QuotaRule& rule,
                                std::int64_t limit, base::Instant restored) {
  SandboxResponse answer = OuraError(429, "The request rate limit is exceeded.");
  answer.http.headers.Set("Retry-After", std::to_string(retry_after.count()));
  answer.http.headers.Set("X-RateLimit-Limit", std::to_string(limit));
  answer.http.headers.Set("X-RateLimit-Window", std::to_string(rule.window.count()));
  answer.http.headers.Set("X-RateLimit-Reset", std::to_string(base::UnixSeconds(restored)));
  answer.http.headers.Set("X-RateLimit-Tier", std::string(rule.tier));
  return answer;
}

std::optional<SandboxResponse> OverQuota(World& world, const Grant& grant, base::Instant now) {
  const auto exceeded = world.quotas.Admit({{kOuraTokenQuota, "oura/" + std::to_string(grant.id)},
                                            {kOuraApplicationQuota, "oura/" + grant.client_id}},
                                           now);
  if (!exceeded) return std::nullopt;
  const auto wait = std::chrono::ceil<std::chrono::seconds>(exceeded->next_admission - now);
  return TooManyRequests(std::max(wait, std::chrono::seconds(1)), exceeded->rule, exceeded->limit,
                         std::chrono::ceil<std::chrono::seconds>(exceeded->restored));
}

SandboxResponse Lapsed() { return OuraError(403, "The membership of this user has expired."); }

// What a fault makes of the page that would have been answered.
SandboxResponse Suffer(World& world, const Fault& fault, const Grant& grant, const OuraQuery& query,
                       base::Instant now, SandboxResponse page) {
  switch (fault.kind) {
    case FaultKind::kRateLimitWithTime:
      return TooManyRequests(fault.retry_after, kOuraTokenQuota, kOuraTokenQuota.limit,
                             now + fault.retry_after);
    case FaultKind::kRateLimitWithoutTime:
      return OuraError(429, "The request rate limit is exceeded.");
    case FaultKind::kServerError:
    case FaultKind::kPermanentError:
      return OuraError(fault.status, "The sandbox was asked to fail.");
    case FaultKind::kSlow:
      page.delay = fault.delay;
      return page;
    case FaultKind::kCutConnection:
      page.cut_after_bytes = page.http.body.size() / 2;
      return page;
    case FaultKind::kEmptyPageWithToken:
      return EmptyPageWithToken(query);
    case FaultKind::kMalformedJson:
      page.http.body.insert(page.http.body.size() / 2, "<<");
      page.http.body.pop_back();
      return page;
    case FaultKind::kImpossibleValue:
      return page;
    case FaultKind::kRevokedGrant:
      world.grants.RevokeGrant(grant.id);
      return OuraError(401, "The access token is not valid.");
    case FaultKind::kLapsedMembership:
      return Lapsed();
  }
  return page;
}

bool HasScope(const Grant& grant, std::string_view scope) {
  return grant.scopes.contains(scope) || (scope == "spo2" && grant.scopes.contains("spo2Daily"));
}

SandboxResponse PersonalInfo(World& world, std::string_view account) {
  const std::string id = world.PersonOf(account).Identifier("personal_info", base::Date(), 0);
  return JsonAnswer(200, {{"id", id},
                          {"age", nullptr},
                          {"weight", nullptr},
                          {"height", nullptr},
                          {"biological_sex", nullptr},
                          {"email", nullptr}});
}

FaultTarget TargetOf(const OuraRouteInfo& route, const OuraQuery& query, std::string_view account) {
  FaultTarget target{.provider = kProvider, .account = account, .route = route.name};
  if (route.route == OuraRoute::kHeartRate) {
    target.first = base::LocalDate(query.from, std::chrono::seconds(0));
    target.last = base::LocalDate(query.until - base::Duration(1), std::chrono::seconds(0));
  } else {
    target.first = query.first;
    target.last = query.end - std::chrono::days(1);
  }
  return target;
}

}  // namespace

SandboxResponse AnswerOura(World& world, const base::HttpRequest& request, const base::Url& url,
                           base::Instant now, Call& call) {
  const auto token = BearerToken(request);
  const Grant* grant = token ? world.grants.FindByAccessToken(kProvider, *token, now) : nullptr;
  if (grant == nullptr) return OuraError(401, "The access token is missing or not valid.");
  call.account = grant->account;
  const OuraRouteInfo* route = FindOuraRoute(std::string_view(url.path).substr(kPrefix.size()));
  if (route == nullptr || request.method != "GET") return OuraError(404, "Not found.");
  call.route = route->name;
  if (!HasScope(*grant, route->scope)) return OuraError(403, "The grant lacks the scope.");
  if (!world.IsMember(kProvider, grant->account)) return Lapsed();
  if (auto over = OverQuota(world, *grant, now)) return *std::move(over);
  if (route->route == OuraRoute::kPersonalInfo) return PersonalInfo(world, grant->account);
  const Horizon horizon = world.HorizonOf(world.PersonOf(grant->account), now);
  auto parsed = ParseOuraQuery(url, *route, grant->account, horizon);
  if (auto* refused = std::get_if<SandboxResponse>(&parsed)) return std::move(*refused);
  const OuraQuery& query = std::get<OuraQuery>(parsed);
  const auto fault = world.faults.Next(TargetOf(*route, query, grant->account));
  if (fault) call.fault = FaultName(fault->kind);
  SandboxResponse page = PageAnswer(world, *route, query, horizon, grant->account,
                                    fault && fault->kind == FaultKind::kImpossibleValue);
  if (!fault) return page;
  return Suffer(world, *fault, *grant, query, now, std::move(page));
}

}  // namespace coldpath::sandbox
