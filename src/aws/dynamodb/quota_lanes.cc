#include "aws/dynamodb/quota_lanes.h"

#include <algorithm>
#include <charconv>

#include "aws/dynamodb/table_schema.h"
#include "documents/document.h"

namespace coldpath::aws::dynamodb {
namespace {

using base::Json;
using base::Result;
using documents::FromMicros;
using documents::ToMicros;

constexpr const char* kState = "State";
constexpr const char* kAt = "At";
constexpr const char* kGranted = "Granted";
constexpr const char* kCalls = "Calls";
constexpr const char* kPlacement = "Placement";
constexpr const char* kToken = "Token";

// A lane for so many calls a second, each of which may be a change of its item.
constexpr std::int64_t kCallsPerSecond = 25;
// Lanes of fewer calls would cut up what one chunk takes.
constexpr std::int64_t kLeastCalls = 1000;

std::unexpected<base::Error> Corrupt(const std::string& what) {
  return base::Fail("store.corrupt",
                    "DynamoDB: " + what + " cannot be read; delete the item: it is made anew");
}

using Slots = std::map<std::int64_t, std::int64_t>;

Json EncodeSlots(const Slots& slots) {
  Json runs = Json::array();
  std::int64_t next = 0;
  for (const auto& [slot, calls] : slots) {
    if (runs.empty() || slot != next) runs.push_back(Json::array({slot}));
    runs.back().push_back(calls);
    next = slot + 1;
  }
  return runs;
}

std::optional<Slots> DecodeSlots(const Json* runs) {
  if (runs == nullptr || !runs->is_array()) return std::nullopt;
  Slots slots;
  for (const Json& run : *runs) {
    if (!run.is_array() || run.size() < 2) return std::nullopt;
    for (const Json& number : run) {
      if (!number.is_number_integer()) return std::nullopt;
    }
    const std::int64_t first = run[0].get<std::int64_t>();
    for (std::size_t i = 1; i < run.size(); ++i) {
      slots[first + static_cast<std::int64_t>(i) - 1] = run[i].get<std::int64_t>();
    }
  }
  return slots;
}

}  // namespace

int LanesOf(const planner::Budget& budget) {
  const std::int64_t usable = planner::UsableLimit(budget);
  const auto seconds = std::max<std::int64_t>(
      1, std::chrono::duration_cast<std::chrono::seconds>(budget.window).count());
  const std::int64_t lanes = std::min(usable / seconds / kCallsPerSecond, usable / kLeastCalls);
  return static_cast<int>(std::clamp<std::int64_t>(lanes, 1, kMostLanes));
}

planner::Budget LaneBudget(const planner::Budget& budget) {
  planner::Budget part = budget;
  part.limit = std::max<std::int64_t>(1, budget.limit / LanesOf(budget));
  return part;
}

std::string EncodeState(const planner::BudgetState& state) {
  Json json{{"runs", EncodeSlots(state.slots)}, {"blocks", state.consecutive_blocks}};
  if (state.blocked_until) json["blockedUntil"] = ToMicros(*state.blocked_until);
  return base::DumpJson(json);
}

Result<planner::BudgetState> DecodeState(std::string_view text) {
  const auto json = base::ParseJson(text);
  if (!json) return Corrupt("a quota budget");
  const auto blocks = base::FindInteger(*json, "blocks");
  auto slots = DecodeSlots(base::FindMember(*json, "runs"));
  if (!blocks || !slots) return Corrupt("a quota budget");
  planner::BudgetState state{.slots = *std::move(slots),
                             .blocked_until = std::nullopt,
                             .consecutive_blocks = static_cast<int>(*blocks)};
  if (const auto until = base::FindInteger(*json, "blockedUntil")) {
    state.blocked_until = FromMicros(*until);
  }
  return state;
}

// "BUDGET#{lane}#{budget}".
LaneId LaneIdOf(const ItemKey& key) {
  const std::string rest = AfterPrefix(key.partition, "BUDGET#");
  const std::size_t end = std::min(rest.find('#'), rest.size());
  int lane = 0;
  std::from_chars(rest.data(), rest.data() + end, lane);
  return {end < rest.size() ? rest.substr(end + 1) : std::string(), lane};
}

Result<Lane> LaneFromItem(const Item& item) {
  ItemReader reader(item, "a quota budget");
  Lane lane{
      .state = {}, .version = reader.Number(kVersion), .expires_at = reader.Number(kExpiresAt)};
  const std::string state = reader.Text(kState);
  COLDPATH_RETURN_IF_ERROR(reader.Check());
  COLDPATH_ASSIGN_OR_RETURN(lane.state, DecodeState(state));
  return lane;
}

Write LaneWrite(const std::string& table, const LaneId& id, const Lane& lane) {
  Item item = NewItem(BudgetLaneKey(id.first, id.second));
  item[kVersion] = Number(lane.version + 1);
  item[kState] = Text(EncodeState(lane.state));
  item[kExpiresAt] = Number(lane.expires_at);
  return PutWrite(table, std::move(item),
                  lane.version == 0 ? IsAbsent() : Holds(kVersion, Number(lane.version)));
}

Item ReservationItem(const std::string& name, const Reservation& reservation) {
  Json placement = Json::array();
  for (std::size_t i = 0; i < reservation.lanes.size(); ++i) {
    placement.push_back({{"budget", reservation.lanes[i].first},
                         {"lane", reservation.lanes[i].second},
                         {"runs", EncodeSlots(reservation.placement.calls[i])}});
  }
  Item item = NewItem(ReservationKey(name));
  item[kAt] = Number(ToMicros(reservation.at));
  item[kGranted] = Flag(reservation.granted);
  item[kCalls] = Number(reservation.calls);
  item[kPlacement] = Text(base::DumpJson(placement));
  item[kToken] = Text(reservation.token);
  item[kExpiresAt] = Number(reservation.expires_at);
  return item;
}

Result<Reservation> ReservationFromItem(const Item& item) {
  ItemReader reader(item, "a quota reservation");
  Reservation reservation{.at = FromMicros(reader.Number(kAt)),
                          .granted = reader.Flag(kGranted),
                          .calls = reader.Number(kCalls),
                          .lanes = {},
                          .placement = {},
                          .token = reader.Text(kToken),
                          .expires_at = reader.Number(kExpiresAt)};
  const std::string placement = reader.Text(kPlacement);
  COLDPATH_RETURN_IF_ERROR(reader.Check());
  const auto json = base::ParseJson(placement);
  if (!json || !json->is_array()) return Corrupt("a quota reservation");
  reservation.placement.at = reservation.at;
  for (const Json& part : *json) {
    const auto budget = base::FindString(part, "budget");
    const auto lane = base::FindInteger(part, "lane");
    auto slots = DecodeSlots(base::FindMember(part, "runs"));
    if (!budget || !lane || !slots) return Corrupt("a quota reservation");
    reservation.lanes.emplace_back(*budget, static_cast<int>(*lane));
    reservation.placement.calls.push_back(*std::move(slots));
  }
  return reservation;
}

}  // namespace coldpath::aws::dynamodb
