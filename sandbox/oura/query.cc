#include "sandbox/oura/query.h"

namespace coldpath::sandbox {
namespace {

constexpr std::chrono::hours kMaxHeartRateSpan(30 * 24);

// HTTPValidationError
SandboxResponse NotValid(std::string_view parameter) {
  return JsonAnswer(422,
                    {{"detail", base::Json::array({{{"loc", {"query", parameter}},
                                                    {"msg", "not a date or time of the asked form"},
                                                    {"type", "value_error"}}})}});
}

// A date, or the day that a date-time names where it was written.
base::Result<base::Date> DayParameter(const std::string& text) {
  if (text.size() <= 10) return base::ParseDate(text);
  COLDPATH_ASSIGN_OR_RETURN(const base::ParsedInstant parsed, base::ParseRfc3339(text));
  return base::LocalDate(parsed.instant, parsed.utc_offset);
}

std::optional<SandboxResponse> ReadDays(const base::Url& url, const OuraRouteInfo& route,
                                        const Horizon& horizon, OuraQuery& query) {
  base::Date last = horizon.today;
  if (const auto text = url.FindParameter("end_date")) {
    const auto day = DayParameter(*text);
    if (!day) return NotValid("end_date");
    last = *day;
  }
  query.first = last - std::chrono::days(1);
  if (const auto text = url.FindParameter("start_date")) {
    const auto day = DayParameter(*text);
    if (!day) return NotValid("start_date");
    query.first = *day;
  }
  if (query.first > last) return OuraError(400, "start_date is after end_date.");
  const bool exclusive = route.route == OuraRoute::kDailyActivity;
  query.end = exclusive ? last : last + std::chrono::days(1);
  return std::nullopt;
}

std::optional<SandboxResponse> ReadTimes(const base::Url& url, const Horizon& horizon,
                                         OuraQuery& query) {
  query.latest = url.FindParameter("latest").value_or("false") == "true";
  query.until = horizon.end;
  if (const auto text = url.FindParameter("end_datetime")) {
    const auto time = base::ParseRfc3339(*text);
    if (!time) return NotValid("end_datetime");
    query.until = time->instant;
  }
  query.from = query.until - std::chrono::hours(24);
  if (const auto text = url.FindParameter("start_datetime")) {
    const auto time = base::ParseRfc3339(*text);
    if (!time) return NotValid("start_datetime");
    query.from = time->instant;
  }
  if (query.from > query.until) return OuraError(400, "start_datetime is after end_datetime.");
  if (query.until - query.from > kMaxHeartRateSpan) {
    return OuraError(400, "The range of heart rate is limited to 30 days.");
  }
  return std::nullopt;
}

}  // namespace

SandboxResponse OuraError(int status, std::string_view detail) {
  return JsonAnswer(status, {{"detail", detail}});
}

std::variant<OuraQuery, SandboxResponse> ParseOuraQuery(const base::Url& url,
                                                        const OuraRouteInfo& route,
                                                        std::string_view account,
                                                        const Horizon& horizon) {
  if (url.FindParameter("fields")) return OuraError(400, "The sandbox offers no field selection.");
  OuraQuery query;
  auto refused = route.route == OuraRoute::kHeartRate ? ReadTimes(url, horizon, query)
                                                      : ReadDays(url, route, horizon, query);
  if (refused) return *std::move(refused);
  query.binding = std::string(account) + "\n" + std::string(route.name);
  for (const auto& [name, value] : url.query) {
    if (name != "next_token") query.binding += "\n" + name + "=" + value;
  }
  if (const auto text = url.FindParameter("next_token")) {
    query.token = ReadPageToken(*text, query.binding);
    if (!query.token) return OuraError(400, "next_token does not belong to this request.");
  }
  return query;
}

}  // namespace coldpath::sandbox
