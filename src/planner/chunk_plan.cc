#include "planner/chunk_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace coldpath::planner {
namespace {

using domain::DataType;
using domain::DateRange;

// What one stream is asked for.
struct StreamShare {
  const StreamInfo* stream;
  std::vector<DataType> types;
};

std::string OfferedTypes(const ProviderInfo& provider) {
  std::string names;
  for (const StreamInfo& stream : provider.streams) {
    for (const DataType type : stream.types) {
      if (!names.empty()) names += ", ";
      names += domain::Info(type).name;
    }
  }
  return names;
}

base::Result<std::vector<StreamShare>> Distribute(const ProviderInfo& provider,
                                                  const std::vector<DataType>& types) {
  std::vector<StreamShare> shares;
  for (const StreamInfo& stream : provider.streams) shares.push_back({&stream, {}});
  std::vector<DataType> sorted = types;
  std::ranges::sort(sorted);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  for (const DataType type : sorted) {
    const auto share = std::ranges::find_if(shares, [type](const StreamShare& one) {
      return std::ranges::count(one.stream->types, type) > 0;
    });
    if (share == shares.end()) {
      return base::Fail("plan.type_not_offered",
                        provider.title + " does not offer " + std::string(domain::Info(type).name) +
                            "; it offers: " + OfferedTypes(provider) + ".");
    }
    share->types.push_back(type);
  }
  std::erase_if(shares, [](const StreamShare& share) { return share.types.empty(); });
  return shares;
}

std::int64_t Pages(const StreamInfo& stream, int days) {
  const double observations = std::ceil(stream.observations_per_day * days);
  const auto page = static_cast<double>(std::max<std::int64_t>(1, stream.page_size));
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(observations / page)));
}

// No way of cutting takes fewer: every page full, every span its longest.
std::int64_t FewestCalls(const StreamInfo& stream, int days) {
  const std::int64_t pages = Pages(stream, days);
  if (stream.max_span_days <= 0) return pages;
  return std::max<std::int64_t>(pages, (days + stream.max_span_days - 1) / stream.max_span_days);
}

// Days that one call brings whole.
int DaysPerCall(const StreamInfo& stream, int range_days) {
  double days = range_days;
  if (stream.observations_per_day > 0) {
    days = std::min(days, static_cast<double>(stream.page_size) / stream.observations_per_day);
  }
  if (stream.max_span_days > 0) days = std::min(days, static_cast<double>(stream.max_span_days));
  return std::max(1, static_cast<int>(days));
}

int ChunkDays(const StreamInfo& stream, int range_days) {
  const int natural = std::max(1, stream.natural_chunk_days);
  const int least = std::max(1, natural / 2);
  const int most =
      std::min(range_days, std::max(natural + natural / 4, DaysPerCall(stream, range_days)));
  int best = std::min(natural, range_days);
  std::int64_t best_calls = std::numeric_limits<std::int64_t>::max();
  for (int days = std::min(least, most); days <= most; ++days) {
    std::int64_t calls = (range_days / days) * CallsFor(stream, days);
    if (range_days % days > 0) calls += CallsFor(stream, range_days % days);
    const bool closer = std::abs(days - natural) < std::abs(best - natural);
    if (calls > best_calls || (calls == best_calls && !closer)) continue;
    best = days;
    best_calls = calls;
  }
  return best;
}

std::string Reason(const StreamInfo& stream, int chunk_days, std::int64_t calls) {
  const int days_per_call = DaysPerCall(stream, std::numeric_limits<int>::max() / 2);
  std::string limit = "a page of " + std::to_string(stream.page_size) + " observations";
  if (stream.max_span_days > 0 && days_per_call == stream.max_span_days) {
    limit = "its longest span";
  }
  return stream.id + ": chunks of " + std::to_string(chunk_days) + " days, " +
         std::to_string(calls) + " calls in all; one call brings about " +
         std::to_string(days_per_call) + " days (" + limit + ").";
}

// Adds the chunks of one stream to the plan.
void PlanStream(const StreamShare& share, const PlanRequest& request, ChunkPlan& plan) {
  const StreamInfo& stream = *share.stream;
  DateRange range = request.range;
  if (stream.history_days) {
    const base::Date first = request.today - std::chrono::days(*stream.history_days);
    range.start = std::max(range.start, std::min(first, range.end));
  }
  if (range.start > request.range.start) {
    for (const DataType type : share.types) {
      plan.beyond[type] = {request.range.start, range.start};
    }
    plan.reasons.push_back(stream.id + ": the provider keeps " +
                           std::to_string(*stream.history_days) + " days, nothing before " +
                           base::FormatDate(range.start) + " can be had.");
  }
  if (range.empty()) return;
  const int length = ChunkDays(stream, range.days());
  std::int64_t calls = 0;
  for (base::Date start = range.start; start < range.end;) {
    const base::Date end = std::min(range.end, start + std::chrono::days(length));
    const DateRange days{start, end};
    plan.chunks.push_back({.id = stream.id + "-" + base::FormatDate(start),
                           .stream = stream.id,
                           .range = days,
                           .types = share.types,
                           .expected_calls = CallsFor(stream, days.days())});
    calls += plan.chunks.back().expected_calls;
    start = end;
  }
  plan.expected_calls += calls;
  plan.minimum_calls += FewestCalls(stream, range.days());
  plan.reasons.push_back(Reason(stream, length, calls));
}

base::Status CheckRange(const PlanRequest& request) {
  if (request.range.empty()) {
    return base::Fail("plan.range_empty", "The range ends on " +
                                              base::FormatDate(request.range.end) +
                                              ", which is not after its start " +
                                              base::FormatDate(request.range.start) + ".");
  }
  const base::Date latest = request.today + std::chrono::days(1);
  if (request.range.end > latest) {
    return base::Fail("plan.range_in_future",
                      "The range ends on " + base::FormatDate(request.range.end) +
                          "; the latest end is " + base::FormatDate(latest) + ".");
  }
  return {};
}

}  // namespace

std::int64_t CallsFor(const StreamInfo& stream, int days) {
  if (days <= 0) return 0;
  if (stream.max_span_days <= 0) return Pages(stream, days);
  std::int64_t calls = (days / stream.max_span_days) * Pages(stream, stream.max_span_days);
  const int rest = days % stream.max_span_days;
  if (rest > 0) calls += Pages(stream, rest);
  return calls;
}

base::Result<ChunkPlan> PlanChunks(const ProviderInfo& provider, const PlanRequest& request) {
  COLDPATH_RETURN_IF_ERROR(CheckRange(request));
  COLDPATH_ASSIGN_OR_RETURN(const std::vector<StreamShare> shares,
                            Distribute(provider, request.types));
  ChunkPlan plan;
  for (const StreamShare& share : shares) PlanStream(share, request, plan);
  if (plan.chunks.empty() && !shares.empty()) {
    int longest = 0;
    for (const StreamShare& share : shares) {
      longest = std::max(longest, share.stream->history_days.value_or(0));
    }
    return base::Fail("plan.before_history",
                      "The range lies wholly before what " + provider.title +
                          " keeps: its first day is " +
                          base::FormatDate(request.today - std::chrono::days(longest)) + ".");
  }
  std::ranges::stable_sort(plan.chunks, [](const auto& a, const auto& b) {
    return a.range.end != b.range.end ? a.range.end > b.range.end : a.range.start > b.range.start;
  });
  return plan;
}

}  // namespace coldpath::planner
