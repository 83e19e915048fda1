#include "sandbox/google_health/service.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "sandbox/google_health/data_types.h"
#include "sandbox/google_health/filter.h"
#include "sandbox/google_health/points.h"
#include "sandbox/json_text.h"
#include "sandbox/page_token.h"

namespace coldpath::sandbox {
namespace {

constexpr std::string_view kProvider = "google_health";
constexpr std::string_view kScopePrefix = "https://www.googleapis.com/auth/googlehealth.";

SandboxResponse GoogleError(int code, std::string_view status, std::string_view message,
                            std::string_view reason = {}) {
  base::Json error = {{"code", code}, {"message", message}, {"status", status}};
  if (!reason.empty()) {
    error["details"] = base::Json::array({{{"@type", "type.googleapis.com/google.rpc.ErrorInfo"},
                                           {"domain", "health.googleapis.com"},
                                           {"reason", reason}}});
  }
  return JsonAnswer(code, {{"error", error}});
}

SandboxResponse TooManyRequests() {
  return GoogleError(429, "RESOURCE_EXHAUSTED", "The quota for requests is used up.");
}

SandboxResponse NotLinked() {
  return GoogleError(403, "PERMISSION_DENIED", "No health account is linked to this user.",
                     "ACCOUNT_NOT_LINKED");
}

// 18 digits.
std::string UserIdOf(const World& world, std::string_view account) {
  std::string id =
      std::to_string(HashText(account, world.options.seed ^ 0x600d) % 900'000'000'000'000'000u +
                     100'000'000'000'000'000u);
  return id;
}

// The Fitbit id of old: six letters and digits.
std::string LegacyIdOf(const World& world, std::string_view account) {
  static constexpr std::string_view kLetters = "BCDFGHJKLMNPQRSTVWXYZ23456789";
  std::uint64_t hash = HashText(account, world.options.seed ^ 0xf17b);
  std::string id;
  for (int i = 0; i < 6; ++i, hash /= kLetters.size()) id += kLetters[hash % kLetters.size()];
  return id;
}

struct Collection {
  std::string data_type;
  bool reconcile = false;
};

// users/{user}/dataTypes/{dataType}/dataPoints[:reconcile]
std::optional<Collection> ParseCollection(std::string_view path, const std::string& user_id) {
  std::string_view rest = path.substr(std::string_view("/v4/users/").size());
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view user = rest.substr(0, slash);
  if (user != "me" && user != user_id) return std::nullopt;
  rest.remove_prefix(slash + 1);
  if (!rest.starts_with("dataTypes/")) return std::nullopt;
  rest.remove_prefix(std::string_view("dataTypes/").size());
  const auto end = rest.find('/');
  if (end == std::string_view::npos) return std::nullopt;
  Collection collection{.data_type = std::string(rest.substr(0, end))};
  rest.remove_prefix(end + 1);
  collection.reconcile = rest == "dataPoints:reconcile";
  if (!collection.reconcile && rest != "dataPoints") return std::nullopt;
  return collection;
}

struct Query {
  GoogleFilter filter;
  int page_size = 0;
  std::optional<PageToken> token;
  std::string binding;  // what the token is bound to
  bool own_data_only = false;
};

base::Result<int> ParsePageSize(const base::Url& url, const GoogleDataType& type) {
  const auto text = url.FindParameter("pageSize");
  if (!text || text->empty()) return DefaultPageSize(type);
  int size = 0;
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), size);
  if (parsed.ec != std::errc() || parsed.ptr != text->data() + text->size() || size < 0) {
    return base::Fail("page_size.value", "pageSize is not a number of points.");
  }
  if (size == 0) return DefaultPageSize(type);
  return std::min(size, MaxPageSize(type));
}

std::variant<Query, SandboxResponse> ParseQuery(const base::Url& url, const GoogleDataType& type,
                                                const Collection& collection,
                                                std::string_view account) {
  Query query;
  const std::string filter_text = url.FindParameter("filter").value_or("");
  const auto filter = ParseGoogleFilter(filter_text, type);
  if (!filter) {
    return GoogleError(400, "INVALID_ARGUMENT", filter.error().message,
                       filter.error().code == "filter.member"
                           ? "INVALID_DATA_POINT_FILTER_DATA_TYPE_MEMBER"
                           : "INVALID_DATA_POINT_FILTER");
  }
  query.filter = *filter;
  const auto size = ParsePageSize(url, type);
  if (!size) return GoogleError(400, "INVALID_ARGUMENT", size.error().message);
  query.page_size = *size;
  const std::string family = url.FindParameter("dataSourceFamily").value_or("");
  if (!family.empty()) {
    if (type.shape == GoogleShape::kSleep && !collection.reconcile) {
      return GoogleError(400, "INVALID_ARGUMENT",
                         "Sleep cannot be listed by data source family; reconcile it.");
    }
    query.own_data_only = family.ends_with("/self-sources");
  }
  query.binding = std::string(account) + "\n" + collection.data_type + "\n" +
                  (collection.reconcile ? "reconcile" : "list") + "\n" + filter_text + "\n" +
                  family;
  if (const auto text = url.FindParameter("pageToken"); text && !text->empty()) {
    query.token = ReadPageToken(*text, query.binding);
    if (!query.token) {
      return GoogleError(400, "INVALID_ARGUMENT", "pageToken does not belong to this request.");
    }
  }
  return query;
}

struct Selection {
  std::vector<GooglePoint> points;  // newest first
  bool more = false;
};

std::int64_t DayNumber(std::int64_t micros) {
  return Noise::FloorDiv(micros, std::int64_t{86'400'000'000});
}

bool Selected(const GooglePoint& point, const GoogleFilter& filter, const GoogleDataType& type,
              const Horizon& horizon) {
  if (type.shape == GoogleShape::kDaily) {
    if (point.date < horizon.first_day || point.end > horizon.end) return false;
  } else if (point.start < horizon.begin || point.end > horizon.end) {
    return false;
  }
  const bool by_end = type.shape == GoogleShape::kSleep;
  const base::Instant key = by_end ? point.end : point.start;
  const std::chrono::seconds offset = by_end ? point.end_offset : point.start_offset;
  return filter.physical.Contains(key.time_since_epoch().count()) &&
         filter.civil.Contains((key + offset).time_since_epoch().count());
}

Selection Select(World& world, Person& person, const GoogleDataType& type, const Query& query,
                 const Horizon& horizon) {
  // A clock is never more than a day from UTC, and points lie within two days of their block.
  constexpr std::int64_t kSlackDays = 3;
  Selection selection;
  std::int64_t low = horizon.first_day.time_since_epoch().count() - 1;
  std::int64_t high = horizon.today.time_since_epoch().count() + 1;
  for (const MicrosRange& range : {query.filter.physical, query.filter.civil}) {
    if (range.HasFrom()) low = std::max(low, DayNumber(range.from) - kSlackDays);
    if (range.HasTo()) high = std::min(high, DayNumber(range.to) + kSlackDays);
  }
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (query.token) {
    before = query.token->position;
    high = std::min(high, DayNumber(before - 1) + kSlackDays);
  }
  for (std::int64_t day = high; day >= low; --day) {
    const auto block = PointsOfBlock(person, type.type, day, world.options.heart_rate_interval);
    for (auto point = block.rbegin(); point != block.rend(); ++point) {
      if (point->start.time_since_epoch().count() >= before) continue;
      if (!Selected(*point, query.filter, type, horizon)) continue;
      if (static_cast<int>(selection.points.size()) == query.page_size) {
        selection.more = true;
        return selection;
      }
      selection.points.push_back(*point);
    }
  }
  return selection;
}

// proto3 JSON leaves out what is empty: a page without points has no `dataPoints`, the last one no
// `nextPageToken`.
std::string Page(Person& person, const GoogleDataType& type, const Selection& selection,
                 RenderOptions render, const std::string& next_token) {
  std::string out = "{";
  if (!selection.points.empty()) {
    out.reserve(selection.points.size() * 360 + 128);
    out += "\"dataPoints\":[";
    bool first = true;
    for (const GooglePoint& point : selection.points) {
      if (!first) out += ",\n";
      AppendPoint(out, person, type, point, render);
      first = false;
      render.impossible = false;
    }
    out += ']';
  }
  if (!next_token.empty()) {
    if (out.size() > 1) out += ',';
    out += "\"nextPageToken\":\"" + next_token + '"';
  }
  out += '}';
  return out;
}

SandboxResponse PageAnswer(World& world, const GoogleDataType& type, const Collection& collection,
                           const Query& query, base::Instant now, std::string_view account,
                           bool impossible) {
  Person& person = world.PersonOf(account);
  Selection selection;
  if (!query.own_data_only) {
    selection = Select(world, person, type, query, world.HorizonOf(person, now));
  }
  std::string next;
  if (selection.more) {
    const std::int64_t position = selection.points.back().start.time_since_epoch().count();
    next = WritePageToken({.position = position}, query.binding);
  }
  const std::string user_id = UserIdOf(world, account);
  return JsonText(
      200, Page(person, type, selection,
                {.user_id = user_id, .reconciled = collection.reconcile, .impossible = impossible},
                next));
}

SandboxResponse EmptyPageWithToken(const Query& query) {
  PageToken token{.position = std::numeric_limits<std::int64_t>::max(), .salt = 1};
  if (query.token) token = {.position = query.token->position, .salt = query.token->salt + 1};
  return JsonText(200, "{\"nextPageToken\":\"" + WritePageToken(token, query.binding) + "\"}");
}

// What a fault makes of the page that would have been answered.
SandboxResponse Suffer(World& world, const Fault& fault, const Grant& grant, const Query& query,
                       SandboxResponse page) {
  switch (fault.kind) {
    case FaultKind::kRateLimitWithTime: {
      SandboxResponse answer = TooManyRequests();
      answer.http.headers.Set("Retry-After", std::to_string(fault.retry_after.count()));
      return answer;
    }
    case FaultKind::kRateLimitWithoutTime:
      return TooManyRequests();
    case FaultKind::kServerError:
    case FaultKind::kPermanentError:
      return GoogleError(fault.status,
                         fault.status == 503   ? "UNAVAILABLE"
                         : fault.status >= 500 ? "INTERNAL"
                                               : "FAILED_PRECONDITION",
                         "The sandbox was asked to fail.");
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
      return GoogleError(401, "UNAUTHENTICATED", "The access token is not valid.");
    case FaultKind::kLapsedMembership:
      return NotLinked();
  }
  return page;
}

bool HasScope(const Grant& grant, std::string_view scope) {
  const std::string name = std::string(kScopePrefix) + std::string(scope) + ".readonly";
  return grant.scopes.contains(name);
}

std::optional<SandboxResponse> OverQuota(World& world, const Grant& grant, base::Instant now) {
  const auto exceeded = world.quotas.Admit({{kGoogleUserQuota, "google_health/" + grant.account},
                                            {kGoogleProjectQuota, "google_health"}},
                                           now);
  if (!exceeded) return std::nullopt;
  return TooManyRequests();
}

SandboxResponse AnswerCollection(World& world, const base::Url& url, const Collection& collection,
                                 const Grant& grant, base::Instant now, Call& call) {
  const GoogleDataType* type = FindGoogleDataType(collection.data_type);
  if (type == nullptr) return GoogleError(400, "INVALID_ARGUMENT", "There is no such data type.");
  if (!HasScope(grant, type->scope)) {
    return GoogleError(403, "PERMISSION_DENIED", "The grant lacks the scope of this data type.",
                       "ACCESS_TOKEN_SCOPE_INSUFFICIENT");
  }
  if (!world.IsMember(kProvider, grant.account)) return NotLinked();
  if (auto over = OverQuota(world, grant, now)) return *std::move(over);
  auto parsed = ParseQuery(url, *type, collection, grant.account);
  if (auto* refused = std::get_if<SandboxResponse>(&parsed)) return std::move(*refused);
  const Query& query = std::get<Query>(parsed);
  const auto fault = world.faults.Next({.provider = kProvider,
                                        .account = grant.account,
                                        .route = type->name,
                                        .first = query.filter.FirstDay(),
                                        .last = query.filter.LastDay()});
  if (fault) call.fault = FaultName(fault->kind);
  SandboxResponse page = PageAnswer(world, *type, collection, query, now, grant.account,
                                    fault && fault->kind == FaultKind::kImpossibleValue);
  if (!fault) return page;
  return Suffer(world, *fault, grant, query, std::move(page));
}

}  // namespace

SandboxResponse AnswerGoogleHealth(World& world, const base::HttpRequest& request,
                                   const base::Url& url, base::Instant now, Call& call) {
  const auto token = BearerToken(request);
  const Grant* grant = token ? world.grants.FindByAccessToken(kProvider, *token, now) : nullptr;
  if (grant == nullptr) {
    return GoogleError(401, "UNAUTHENTICATED", "The access token is missing or not valid.");
  }
  call.account = grant->account;
  if (request.method != "GET") {
    return GoogleError(404, "NOT_FOUND", "The sandbox offers no such method.");
  }
  const std::string user_id = UserIdOf(world, grant->account);
  if (url.path == "/v4/users/me/identity" || url.path == "/v4/users/" + user_id + "/identity") {
    call.route = "identity";
    if (auto over = OverQuota(world, *grant, now)) return *std::move(over);
    if (!world.IsMember(kProvider, grant->account)) return NotLinked();
    return JsonAnswer(200, {{"name", "users/me/identity"},
                            {"healthUserId", user_id},
                            {"legacyUserId", LegacyIdOf(world, grant->account)}});
  }
  const auto collection = url.path.starts_with("/v4/users/") ? ParseCollection(url.path, user_id)
                                                             : std::optional<Collection>();
  if (!collection) return GoogleError(404, "NOT_FOUND", "There is nothing at this path.");
  call.route = collection->data_type;
  return AnswerCollection(world, url, *collection, *grant, now, call);
}

}  // namespace coldpath::sandbox
