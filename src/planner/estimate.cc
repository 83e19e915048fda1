#include "planner/estimate.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <utility>

namespace coldpath::planner {
namespace {

using base::Instant;

base::Duration Seconds(double seconds) {
  return base::Duration(static_cast<std::int64_t>(seconds * 1e6));
}

// What differs between the likely, the fastest and the slowest believable course.
struct Course {
  double seconds_per_call;
  double calls_factor;
};

struct Schedule {
  double seconds = 0;
  // Seconds that chunks stood in the queue of a budget, by the budget's key.
  std::map<std::string, double> waits;
};

// The budget because of which a place lies in the future: the one that alone would put it latest.
std::string BindingBudget(const std::vector<Budget>& budgets,
                          const std::vector<BudgetState>& states, std::int64_t calls, Instant now) {
  std::string key;
  Instant latest = now;
  for (std::size_t i = 0; i < budgets.size(); ++i) {
    const Instant at = Place({budgets[i]}, {states[i]}, calls, now).at;
    if (at < latest) continue;
    latest = at;
    key = budgets[i].key;
  }
  return key;
}

// Steps the plan through the workflow as it will run: at most max_concurrency chunks at a time,
// each waits for its place in every budget, then makes its calls one after the other.
class Simulation {
 public:
  Simulation(const EstimateRequest& request, const Course& course)
      : request_(request), course_(course), budgets_known_(request.budgets) {}

  Schedule Run() {
    const int workers = std::max(1, request_.max_concurrency);
    std::priority_queue<Instant, std::vector<Instant>, std::greater<>> free;
    for (int i = 0; i < workers; ++i) free.push(request_.now);
    Instant end = request_.now;
    for (const domain::ChunkSpec& chunk : request_.plan.chunks) {
      const Instant begin = free.top();
      free.pop();
      const Instant done = RunChunk(chunk, begin);
      free.push(done);
      end = std::max(end, done);
    }
    schedule_.seconds = std::chrono::duration<double>(end - request_.now).count();
    return std::move(schedule_);
  }

 private:
  Instant RunChunk(const domain::ChunkSpec& chunk, Instant begin) {
    const StreamInfo* stream = FindStream(*request_.provider, chunk.stream);
    if (stream == nullptr) return begin;
    const std::vector<Budget> budgets =
        BudgetsOf(*request_.provider, *stream, request_.provider_user_id, request_.quota_scale);
    const auto calls = static_cast<std::int64_t>(
        std::ceil(static_cast<double>(chunk.expected_calls) * course_.calls_factor));
    const std::int64_t lot = WholeLot(budgets);
    Instant at = begin;
    for (std::int64_t left = calls; left > 0;) {
      const std::int64_t now_taken = std::min(left, lot);
      at = TakePlace(budgets, now_taken, at);
      at += Seconds(course_.seconds_per_call * static_cast<double>(now_taken));
      left -= now_taken;
    }
    return at + Seconds(request_.seconds_per_chunk);
  }

  Instant TakePlace(const std::vector<Budget>& budgets, std::int64_t calls, Instant now) {
    std::vector<BudgetState> states;
    for (const Budget& budget : budgets) {
      BudgetState& state = budgets_known_[budget.key];
      Forget(budget, state, now);
      states.push_back(state);
    }
    const Placement placement = Place(budgets, states, calls, now);
    if (placement.at > now) {
      schedule_.waits[BindingBudget(budgets, states, calls, now)] +=
          std::chrono::duration<double>(placement.at - now).count();
    }
    Apply(states, placement);
    for (std::size_t i = 0; i < budgets.size(); ++i) {
      budgets_known_[budgets[i].key] = std::move(states[i]);
    }
    return placement.at;
  }

  const EstimateRequest& request_;
  const Course course_;
  std::map<std::string, BudgetState> budgets_known_;
  Schedule schedule_;
};

std::int64_t ExpectedRecords(const EstimateRequest& request) {
  double records = 0;
  for (const domain::ChunkSpec& chunk : request.plan.chunks) {
    const StreamInfo* stream = FindStream(*request.provider, chunk.stream);
    if (stream != nullptr) records += stream->observations_per_day * chunk.range.days();
  }
  return static_cast<std::int64_t>(std::llround(records));
}

// A budget bounds the plan if chunks stood in its queue for a fifth of the time that all workers
// had together.
std::string LimitedBy(const EstimateRequest& request, const Schedule& schedule) {
  const auto longest = std::ranges::max_element(
      schedule.waits, [](const auto& a, const auto& b) { return a.second < b.second; });
  const auto workers = static_cast<double>(
      std::min<std::size_t>(static_cast<std::size_t>(std::max(1, request.max_concurrency)),
                            std::max<std::size_t>(1, request.plan.chunks.size())));
  if (longest == schedule.waits.end() || longest->second < 0.2 * schedule.seconds * workers) {
    return "latency";
  }
  return longest->first;
}

std::string Spell(double seconds) {
  const auto rounded = [](double value, const char* unit) {
    const auto count = std::max<std::int64_t>(1, std::llround(value));
    return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
  };
  if (seconds < 90) return rounded(seconds, "second");
  if (seconds < 90 * 60) return rounded(seconds / 60, "minute");
  if (seconds < 36 * 3600) return rounded(seconds / 3600, "hour");
  return rounded(seconds / 86400, "day");
}

std::string Explain(const EstimateRequest& request, const Estimate& estimate) {
  if (estimate.chunks == 0) return "There is nothing to fetch.";
  std::string text = "About " + Spell(estimate.seconds) + " for " + std::to_string(estimate.calls) +
                     " calls to " + request.provider->title;
  if (estimate.limited_by == "latency") {
    return text + ", limited by how fast it answers.";
  }
  return text + ", limited by how many calls it allows (" + estimate.limited_by + ").";
}

}  // namespace

Estimate EstimatePlan(const EstimateRequest& request) {
  // What measured runs vary by: answers take between 0.7 and 1.5 of the usual time, and retries and
  // richer days cost up to a sixth more calls.
  const Schedule likely = Simulation(request, {request.seconds_per_call, 1.0}).Run();
  const Schedule fast = Simulation(request, {request.seconds_per_call * 0.7, 1.0}).Run();
  const Schedule slow = Simulation(request, {request.seconds_per_call * 1.5, 7.0 / 6.0}).Run();
  Estimate estimate;
  estimate.seconds = likely.seconds;
  estimate.seconds_low = std::min(fast.seconds, likely.seconds);
  estimate.seconds_high = std::max(slow.seconds, likely.seconds);
  estimate.chunks = static_cast<std::int64_t>(request.plan.chunks.size());
  estimate.calls = request.plan.expected_calls;
  estimate.records = ExpectedRecords(request);
  estimate.limited_by = LimitedBy(request, likely);
  estimate.explanation = Explain(request, estimate);
  return estimate;
}

}  // namespace coldpath::planner
