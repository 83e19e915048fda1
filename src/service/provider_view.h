// What a provider offers and allows, for people: its data types, its limits in words, and what a
// grant covers. Pure.
#ifndef COLDPATH_SERVICE_PROVIDER_VIEW_H_
#define COLDPATH_SERVICE_PROVIDER_VIEW_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/connection.h"
#include "planner/stream.h"

namespace coldpath::service {

// A budget of calls as the provider declares it, times the installation's quota scale.
struct LimitView {
  std::string provider;
  std::string title;  // the provider's name
  planner::BudgetScope scope = planner::BudgetScope::kApp;
  bool shared = false;  // by all users of this installation
  std::int64_t calls = 0;
  std::int64_t window_seconds = 0;
  double reserve = 0;                 // the share that is left to live sync
  std::optional<std::string> stream;  // whose own budget it is; absent: of all streams together
  std::string text;                   // a sentence
};

// All that the provider declares: its own, then those of single streams.
std::vector<LimitView> LimitsOf(const planner::ProviderInfo& provider, double quota_scale);

// The budget that an estimate names ("oura/app/300s"); absent for "latency" and unknown keys.
std::optional<LimitView> FindLimit(const planner::ProviderInfo& provider,
                                   const std::string& provider_user_id, double quota_scale,
                                   std::string_view key);

// A data type as a provider offers it: of the first stream that carries it, as the planner chooses.
struct OfferedType {
  domain::DataType type = domain::DataType::kSteps;
  std::vector<std::string> scopes;
  std::optional<base::Date> earliest;  // the first day that the provider keeps; absent: all
  int provisional_days = 0;            // days before today that may still change
};
// In the order of DataType. `today`: the latest that it can be for the person.
std::vector<OfferedType> OfferOf(const planner::ProviderInfo& provider, base::Date today);

// The stream that a type is fetched from; null if the provider does not offer it.
const planner::StreamInfo* StreamOf(const planner::ProviderInfo& provider, domain::DataType type);

// Whether the grant covers the stream. A grant that names no scopes covers everything: the provider
// does not say what it granted, and nothing is refused before it is tried.
bool Covers(const domain::Connection& connection, const planner::StreamInfo& stream);

struct GrantView {
  std::vector<domain::DataType> types;      // that the grant covers
  std::vector<std::string> missing_scopes;  // asked for, not granted
};
GrantView GrantOf(const planner::ProviderInfo& provider, const domain::Connection& connection);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_PROVIDER_VIEW_H_
