#include "service/daily_values.h"

#include <algorithm>

#include "service/daily_summary.h"
#include "service/record_sources.h"

namespace coldpath::service {
namespace {

constexpr double kMinutesPerHour = 60;

// What a page has cost so far.
struct Work {
  std::size_t decoded = 0;
  int summaries = 0;

  bool IsEnough() const { return decoded >= kDailyDecodeBytes || summaries >= kDailySummaries; }
};

base::Result<DaySums> SumsOf(const Context& context, const RecordSource& source, Work& work) {
  const std::string key = tasks::DailyKey(source.object_key);
  ++work.summaries;
  if (const auto known = context.objects.Get(key)) {
    // One that cannot be read is made anew.
    if (auto days = DecodeSummary(*known)) return days;
  }
  COLDPATH_ASSIGN_OR_RETURN(const std::string bytes, context.objects.Get(source.object_key));
  work.decoded += bytes.size();
  COLDPATH_ASSIGN_OR_RETURN(DaySums days, SummarizeFile(bytes));
  // A store that takes nothing more slows the next look down and breaks nothing.
  if (const auto kept = context.objects.Put(key, EncodeSummary(days)); !kept) {
    context.log.Warning("daily_summary_not_kept", {{"code", kept.error().code}});
  }
  return days;
}

DailyValue ValueOf(domain::DataType type, domain::Date date, const DaySum& sum) {
  const auto records = static_cast<double>(sum.records);
  DailyValue day{date, sum.records, SumsUp(type) ? sum.sum : sum.sum / records, sum.min, sum.max};
  if (type == domain::DataType::kBloodPressure) day.min = sum.diastolic / records;
  if (type == domain::DataType::kSleep) {
    day.value /= kMinutesPerHour;
    day.min /= kMinutesPerHour;
    day.max /= kMinutesPerHour;
  }
  return day;
}

// What is known of one day while a page is put together.
struct OpenDay {
  std::size_t rank = 0;  // of the source that has it: the newest job's is 0
  std::string connection_id;
  DaySum sum;
};

// The sources of one connection add up; of two connections the newer job's counts.
void Enter(const RecordSource& source, std::size_t rank, const DaySums& sums,
           std::map<domain::Date, OpenDay>& days) {
  for (const domain::Date date : source.days) {
    const auto sum = sums.find(date);
    if (sum == sums.end()) continue;
    const auto [day, added] = days.try_emplace(date, rank, source.connection_id, sum->second);
    if (added) continue;
    if (day->second.connection_id == source.connection_id) {
      day->second.sum.Add(sum->second);
      day->second.rank = std::min(day->second.rank, rank);
    } else if (rank < day->second.rank) {
      day->second = {rank, source.connection_id, sum->second};
    }
  }
}

}  // namespace

bool SumsUp(domain::DataType type) {
  using enum domain::DataType;
  return type == kSteps || type == kDistance || type == kActiveEnergy || type == kSleep ||
         type == kWorkout;
}

std::string_view DailyUnit(domain::DataType type) {
  return type == domain::DataType::kSleep ? "h" : domain::Info(type).unit;
}

base::Result<DailyPage> FindDailyValues(const Context& context, const std::string& user_id,
                                        const DailyQuery& query) {
  domain::DateRange range = query.range;
  if (query.cursor) {
    const auto from = base::ParseDate(*query.cursor);
    if (!from || !range.Contains(*from)) {
      return base::Fail("cursor.malformed", "The cursor is not one that this route gave.");
    }
    range.start = *from;
  }
  COLDPATH_ASSIGN_OR_RETURN(const std::vector<RecordSource> sources,
                            FindSources(context, user_id, query.type, range, query.connection_id));
  std::vector<std::size_t> order(sources.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return *sources[i].days.begin(); });

  DailyPage page;
  Work work;
  domain::Date end = range.end;
  std::map<domain::Date, OpenDay> days;
  for (const std::size_t i : order) {
    const domain::Date first = *sources[i].days.begin();
    // Days before the first of all that is left are complete; a page gives at least one.
    if (work.IsEnough() && first > range.start) {
      end = first;
      page.next_cursor = base::FormatDate(end);
      break;
    }
    COLDPATH_ASSIGN_OR_RETURN(const DaySums sums, SumsOf(context, sources[i], work));
    Enter(sources[i], i, sums, days);
  }
  for (const auto& [date, day] : days) {
    if (date < end) page.days.push_back(ValueOf(query.type, date, day.sum));
  }
  return page;
}

}  // namespace coldpath::service
