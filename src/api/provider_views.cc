// What the API shows of providers, connections, estimates and daily values.
#include "api/views.h"

namespace coldpath::api {
namespace {

using base::Json;

Json TypesJson(const std::vector<domain::DataType>& types) {
  Json names = Json::array();
  for (const domain::DataType type : types) names.push_back(domain::Info(type).name);
  return names;
}

std::string_view ScopeName(planner::BudgetScope scope) {
  switch (scope) {
    case planner::BudgetScope::kApp:
      return "app";
    case planner::BudgetScope::kUser:
      return "user";
    case planner::BudgetScope::kRoute:
      return "route";
  }
  return "app";
}

Json LimitJson(const service::LimitView& limit) {
  return {{"provider", limit.provider},
          {"title", limit.title},
          {"scope", ScopeName(limit.scope)},
          {"shared", limit.shared},
          {"calls", limit.calls},
          {"window_seconds", limit.window_seconds},
          {"reserve", limit.reserve},
          {"stream", limit.stream ? Json(*limit.stream) : Json(nullptr)},
          {"text", limit.text}};
}

Json NoticeJson(const service::Notice& notice) {
  Json json{{"kind", service::Name(notice.kind)},
            {"types", TypesJson(notice.types)},
            {"start", nullptr},
            {"end", nullptr},
            {"text", notice.text}};
  if (notice.range) {
    json["start"] = base::FormatDate(notice.range->start);
    json["end"] = base::FormatDate(notice.range->end);
  }
  return json;
}

Json OfferedJson(const service::OfferedType& offered) {
  const domain::DataTypeInfo& info = domain::Info(offered.type);
  return {
      {"type", info.name},
      {"title", info.title},
      {"unit", info.unit},
      {"scopes", offered.scopes},
      {"earliest", offered.earliest ? Json(base::FormatDate(*offered.earliest)) : Json(nullptr)},
      {"provisional_days", offered.provisional_days}};
}

}  // namespace

Json ProviderJson(const planner::ProviderInfo& provider, double quota_scale, base::Date today) {
  Json types = Json::array();
  for (const auto& offered : service::OfferOf(provider, today)) {
    types.push_back(OfferedJson(offered));
  }
  Json limits = Json::array();
  for (const auto& limit : service::LimitsOf(provider, quota_scale)) {
    limits.push_back(LimitJson(limit));
  }
  return {{"id", provider.id},
          {"title", provider.title},
          {"types", std::move(types)},
          {"limits", std::move(limits)}};
}

Json ConnectionJson(const domain::Connection& connection, const planner::ProviderInfo* provider) {
  const bool active = connection.status == domain::ConnectionStatus::kActive;
  const service::GrantView grant =
      provider == nullptr ? service::GrantView{} : service::GrantOf(*provider, connection);
  return {{"id", connection.id},
          {"provider", connection.provider},
          {"title", provider == nullptr ? connection.provider : provider->title},
          {"status", active ? "active" : "needs_reauth"},
          {"scopes", connection.scopes},
          {"types", TypesJson(grant.types)},
          {"missing_scopes", grant.missing_scopes},
          {"created", base::FormatInstant(connection.created)}};
}

Json EstimateJson(const planner::Estimate& estimate, const service::PreparedSync& prepared,
                  const std::optional<service::LimitView>& limit,
                  const std::vector<service::Notice>& notices) {
  Json json = RemainingJson(estimate);
  json["chunks"] = estimate.chunks;
  json["calls"] = estimate.calls;
  json["minimum_calls"] = prepared.plan.minimum_calls;
  json["records"] = estimate.records;
  json["reasons"] = prepared.plan.reasons;
  json["limit"] = limit ? LimitJson(*limit) : Json(nullptr);
  json["notices"] = Json::array();
  for (const service::Notice& notice : notices) json["notices"].push_back(NoticeJson(notice));
  return json;
}

Json DailyValuesJson(domain::DataType type, const service::DailyPage& page) {
  Json days = Json::array();
  for (const service::DailyValue& day : page.days) {
    days.push_back({{"date", base::FormatDate(day.date)},
                    {"records", day.records},
                    {"value", day.value},
                    {"min", day.min},
                    {"max", day.max}});
  }
  return {{"type", domain::Info(type).name},
          {"title", domain::Info(type).title},
          {"unit", service::DailyUnit(type)},
          {"days", std::move(days)},
          {"next_cursor", page.next_cursor ? Json(*page.next_cursor) : Json(nullptr)}};
}

}  // namespace coldpath::api
