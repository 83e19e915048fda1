#include "sandbox/person/calendar.h"

#include <array>
#include <utility>

#include "base/check.h"

namespace coldpath::sandbox {
namespace {

constexpr std::array<std::string_view, 8> kDestinations = {
    "America/New_York", "America/Los_Angeles", "Asia/Tokyo",       "Europe/London",
    "Asia/Kolkata",     "America/Sao_Paulo",   "Australia/Sydney", "Atlantic/Canary"};
constexpr double kTripsPerQuarter = 0.45;
constexpr std::chrono::seconds kNoon = std::chrono::hours(12);

std::chrono::seconds Offset(std::string_view zone, base::Instant instant) {
  const auto offset = base::ZoneOffset(zone, instant);
  COLDPATH_CHECK(offset.has_value());
  return *offset;
}

base::Instant InZone(std::string_view zone, base::Date date, std::chrono::seconds seconds) {
  const base::Instant as_utc = base::StartOfDay(date, std::chrono::seconds(0)) + seconds;
  const base::Instant guess = as_utc - Offset(zone, as_utc);
  return as_utc - Offset(zone, guess);
}

}  // namespace

Calendar::Calendar(Noise noise, std::string home_zone)
    : noise_(noise), home_zone_(std::move(home_zone)) {}

const Calendar::Trip& Calendar::TripOfQuarter(std::int64_t quarter) {
  const auto [entry, is_new] = trips_.try_emplace(quarter);
  Trip& trip = entry->second;
  if (!is_new || !noise_.Chance(kTripsPerQuarter, Topic::kTrip, quarter)) return trip;
  const auto first = static_cast<int>(noise_.Between(8, 60, Topic::kTrip, quarter, 1));
  const auto days = static_cast<int>(noise_.Between(3, 17, Topic::kTrip, quarter, 2));
  trip.exists = true;
  trip.zone = kDestinations[noise_.Hash(Topic::kTrip, quarter, 3) % kDestinations.size()];
  trip.leaves = base::Date(std::chrono::days(quarter * kQuarterDays + first));
  trip.returns = trip.leaves + std::chrono::days(days);
  trip.departure = InZone(home_zone_, trip.leaves, kNoon);
  trip.arrival_home = InZone(trip.zone, trip.returns, kNoon);
  return trip;
}

const Calendar::Trip& Calendar::TripNear(base::Date date) {
  return TripOfQuarter(Noise::FloorDiv(date.time_since_epoch().count(), kQuarterDays));
}

std::chrono::seconds Calendar::OffsetAt(base::Instant instant) {
  const Trip& trip = TripNear(base::LocalDate(instant, std::chrono::seconds(0)));
  const bool away = trip.exists && instant >= trip.departure && instant < trip.arrival_home;
  return Offset(away ? trip.zone : home_zone_, instant);
}

base::Instant Calendar::At(base::Date date, std::chrono::seconds seconds) {
  const base::Instant as_utc = base::StartOfDay(date, std::chrono::seconds(0)) + seconds;
  const base::Instant guess = as_utc - OffsetAt(as_utc);
  const base::Instant better = as_utc - OffsetAt(guess);
  return as_utc - OffsetAt(better);
}

bool Calendar::IsTravelDay(base::Date date) {
  const Trip& trip = TripNear(date);
  return trip.exists && (date == trip.leaves || date == trip.returns);
}

bool Calendar::IsAway(base::Date date) {
  const Trip& trip = TripNear(date);
  return trip.exists && date > trip.leaves && date < trip.returns;
}

}  // namespace coldpath::sandbox
