#include "service/provider_view.h"

#include <algorithm>
#include <set>

#include "planner/quota.h"

namespace coldpath::service {
namespace {

// 86400000 -> "86,400,000"
std::string Grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

// "a minute", "in 5 minutes", "a day"
std::string PerWindow(std::int64_t seconds) {
  struct Unit {
    std::int64_t seconds;
    const char* single;
    const char* plural;
  };
  constexpr Unit kUnits[] = {{86'400, "a day", "days"},
                             {3600, "an hour", "hours"},
                             {60, "a minute", "minutes"},
                             {1, "a second", "seconds"}};
  for (const Unit& unit : kUnits) {
    if (seconds % unit.seconds != 0) continue;
    const std::int64_t count = seconds / unit.seconds;
    if (count == 1) return unit.single;
    return "in " + std::to_string(count) + " " + unit.plural;
  }
  return "in " + std::to_string(seconds) + " seconds";
}

std::string TextOf(const LimitView& limit) {
  std::string text = limit.title + " allows " + Grouped(limit.calls) +
                     (limit.calls == 1 ? " call " : " calls ") + PerWindow(limit.window_seconds);
  if (limit.stream) text += " for " + *limit.stream;
  return text + (limit.shared ? ", shared by all users of this service." : ", for each person.");
}

LimitView ViewOf(const planner::ProviderInfo& provider, const planner::StreamInfo* stream,
                 const planner::DeclaredBudget& declared, double quota_scale) {
  LimitView view;
  view.provider = provider.id;
  view.title = provider.title;
  view.scope = declared.scope;
  view.shared = declared.scope == planner::BudgetScope::kApp;
  view.calls = std::max<std::int64_t>(
      1, static_cast<std::int64_t>(static_cast<double>(declared.limit) * quota_scale));
  view.window_seconds = std::chrono::duration_cast<std::chrono::seconds>(declared.window).count();
  view.reserve = provider.reserve;
  if (stream != nullptr) view.stream = stream->id;
  view.text = TextOf(view);
  return view;
}

}  // namespace

std::vector<LimitView> LimitsOf(const planner::ProviderInfo& provider, double quota_scale) {
  std::vector<LimitView> limits;
  for (const planner::DeclaredBudget& declared : provider.budgets) {
    limits.push_back(ViewOf(provider, nullptr, declared, quota_scale));
  }
  for (const planner::StreamInfo& stream : provider.streams) {
    for (const planner::DeclaredBudget& declared : stream.budgets) {
      limits.push_back(ViewOf(provider, &stream, declared, quota_scale));
    }
  }
  return limits;
}

std::optional<LimitView> FindLimit(const planner::ProviderInfo& provider,
                                   const std::string& provider_user_id, double quota_scale,
                                   std::string_view key) {
  for (const planner::StreamInfo& stream : provider.streams) {
    const auto budgets = planner::BudgetsOf(provider, stream, provider_user_id, quota_scale);
    for (std::size_t i = 0; i < budgets.size(); ++i) {
      if (budgets[i].key != key) continue;
      // BudgetsOf gives the provider's budgets, then the stream's.
      const bool own = i >= provider.budgets.size();
      return ViewOf(provider, own ? &stream : nullptr,
                    own ? stream.budgets[i - provider.budgets.size()] : provider.budgets[i],
                    quota_scale);
    }
  }
  return std::nullopt;
}

const planner::StreamInfo* StreamOf(const planner::ProviderInfo& provider, domain::DataType type) {
  for (const planner::StreamInfo& stream : provider.streams) {
    if (std::ranges::find(stream.types, type) != stream.types.end()) return &stream;
  }
  return nullptr;
}

std::vector<OfferedType> OfferOf(const planner::ProviderInfo& provider, base::Date today) {
  std::vector<OfferedType> offered;
  for (const domain::DataTypeInfo& info : domain::AllDataTypes()) {
    const planner::StreamInfo* stream = StreamOf(provider, info.type);
    if (stream == nullptr) continue;
    OfferedType one{info.type, stream->scopes, std::nullopt, stream->late_data_days};
    if (stream->history_days) one.earliest = today - std::chrono::days(*stream->history_days);
    offered.push_back(std::move(one));
  }
  return offered;
}

bool Covers(const domain::Connection& connection, const planner::StreamInfo& stream) {
  return connection.scopes.empty() ||
         std::ranges::all_of(stream.scopes, [&](const std::string& scope) {
           return std::ranges::find(connection.scopes, scope) != connection.scopes.end();
         });
}

GrantView GrantOf(const planner::ProviderInfo& provider, const domain::Connection& connection) {
  GrantView grant;
  for (const domain::DataTypeInfo& info : domain::AllDataTypes()) {
    const planner::StreamInfo* stream = StreamOf(provider, info.type);
    if (stream != nullptr && Covers(connection, *stream)) grant.types.push_back(info.type);
  }
  if (connection.scopes.empty()) return grant;
  std::set<std::string> asked;
  for (const planner::StreamInfo& stream : provider.streams) {
    asked.insert(stream.scopes.begin(), stream.scopes.end());
  }
  for (const std::string& scope : asked) {
    if (std::ranges::find(connection.scopes, scope) == connection.scopes.end()) {
      grant.missing_scopes.push_back(scope);
    }
  }
  return grant;
}

}  // namespace coldpath::service
