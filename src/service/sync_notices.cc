#include "service/sync_notices.h"

#include <algorithm>
#include <array>
#include <map>

#include "service/provider_view.h"

namespace coldpath::service {
namespace {

constexpr std::array<std::string_view, 4> kNames{"beyond_history", "not_granted", "provisional",
                                                 "needs_reauth"};

// Where a day lasts longest: what may still change there may still change.
constexpr std::chrono::hours kFurthestBehind{-12};

// "Steps, Heart rate and Sleep"
std::string Titles(const std::vector<domain::DataType>& types) {
  std::string text;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (i > 0) text += i + 1 == types.size() ? " and " : ", ";
    text += domain::Info(types[i]).title;
  }
  return text;
}

void AddBeyond(const PreparedSync& prepared, std::vector<Notice>& notices) {
  const std::string& title = prepared.provider->info().title;
  std::map<std::pair<domain::Date, domain::Date>, std::vector<domain::DataType>> groups;
  for (const auto& [type, days] : prepared.plan.beyond) {
    groups[{days.start, days.end}].push_back(type);
  }
  for (auto& [days, types] : groups) {
    std::string text =
        title + " keeps nothing of " + Titles(types) + " before " + base::FormatDate(days.second);
    const planner::StreamInfo* stream = StreamOf(prepared.provider->info(), types.front());
    if (stream != nullptr && stream->history_days) {
      text += " (" + std::to_string(*stream->history_days) + " days)";
    }
    notices.push_back({NoticeKind::kBeyondHistory, std::move(types),
                       domain::DateRange{days.first, days.second}, text + "."});
  }
}

void AddNotGranted(const PreparedSync& prepared, std::vector<Notice>& notices) {
  std::vector<domain::DataType> types;
  for (const domain::DataType type : prepared.types) {
    const planner::StreamInfo* stream = StreamOf(prepared.provider->info(), type);
    if (stream != nullptr && !Covers(prepared.connection, *stream)) types.push_back(type);
  }
  if (types.empty()) return;
  std::string text = prepared.provider->info().title + " was not allowed to give " + Titles(types) +
                     ". These parts will fail; connect again and allow them to have them.";
  notices.push_back({NoticeKind::kNotGranted, std::move(types), std::nullopt, std::move(text)});
}

void AddProvisional(const PreparedSync& prepared, const domain::DateRange& range, base::Instant now,
                    std::vector<Notice>& notices) {
  const base::Date today = base::LocalDate(now, kFurthestBehind);
  std::map<int, std::vector<domain::DataType>> groups;
  for (const domain::DataType type : prepared.types) {
    const planner::StreamInfo* stream = StreamOf(prepared.provider->info(), type);
    if (stream != nullptr && stream->late_data_days > 0) {
      groups[stream->late_data_days].push_back(type);
    }
  }
  for (auto& [days, types] : groups) {
    const domain::DateRange late{std::max(range.start, today - std::chrono::days(days)), range.end};
    if (late.empty()) continue;
    std::string text = prepared.provider->info().title + " may still change " + Titles(types) +
                       " from " + base::FormatDate(late.start) + " on.";
    notices.push_back({NoticeKind::kProvisional, std::move(types), late, std::move(text)});
  }
}

}  // namespace

std::string_view Name(NoticeKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::vector<Notice> NoticesOf(const PreparedSync& prepared, const domain::DateRange& range,
                              base::Instant now) {
  std::vector<Notice> notices;
  if (prepared.connection.status == domain::ConnectionStatus::kNeedsReauth) {
    notices.push_back({NoticeKind::kNeedsReauth, prepared.types, std::nullopt,
                       "Sign in at " + prepared.provider->info().title +
                           " again first: it no longer lets us read this data."});
  }
  AddNotGranted(prepared, notices);
  AddBeyond(prepared, notices);
  AddProvisional(prepared, range, now, notices);
  return notices;
}

}  // namespace coldpath::service
