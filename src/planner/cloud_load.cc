#include "planner/cloud_load.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "planner/quota.h"

namespace coldpath::planner {
namespace {

using base::Instant;

// The first retrier of the definition's tasks.
constexpr int kRetries = 8;
constexpr double kFirstInterval = 2;
constexpr double kLongestInterval = 300;
// Write units of an admission and of a worker (docs/aws/dynamodb.md, rounded up).
constexpr double kAdmissionWrites = 8;
constexpr double kWorkerWrites = 24;
// Transitions of a job before and after its map.
constexpr double kOpening = 3;
constexpr double kClosing = 2;

base::Duration Seconds(double seconds) {
  return base::Duration(static_cast<std::int64_t>(seconds * 1e6));
}
double ToSeconds(base::Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

class Bucket {
 public:
  explicit Bucket(RateQuota quota) : quota_(quota), tokens_(quota.burst) {}

  // Whether there are tokens now; takes them.
  bool Try(Instant now, double count) {
    Refill(now);
    if (tokens_ < count) return false;
    tokens_ -= count;
    return true;
  }
  // When a place in the queue comes up.
  Instant Wait(Instant now, double count) {
    Refill(now);
    tokens_ -= count;
    return tokens_ >= 0 ? now : now + Seconds(-tokens_ / quota_.per_second);
  }

 private:
  void Refill(Instant now) {
    if (now <= refilled_) return;
    tokens_ = std::min(quota_.burst, tokens_ + ToSeconds(now - refilled_) * quota_.per_second);
    refilled_ = now;
  }

  RateQuota quota_;
  double tokens_;
  Instant refilled_{};
};

// The most of a count in any whole minute, per second.
class Peak {
 public:
  void Add(Instant at, double count) {
    minutes_[at.time_since_epoch() / std::chrono::minutes(1)] += count;
  }
  double most() const {
    double most = 0;
    for (const auto& [minute, count] : minutes_) most = std::max(most, count / 60);
    return most;
  }

 private:
  std::map<std::int64_t, double> minutes_;
};

enum class Step { kJobStarts, kChunkStarts, kAdmit, kAdmitted, kLaunch, kTaskEnds };

struct Event {
  Instant at;
  std::int64_t order;  // of two at one time the earlier made
  Step step;
  int job;
  int chunk;
  int tries;
  bool on_demand;
  std::optional<Instant> place;   // in the provider's quota
  std::optional<Instant> launch;  // in the queue of launches

  friend bool operator>(const Event& a, const Event& b) {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }
};

struct JobState {
  Instant started;
  Instant ended;
  int next_chunk = 0;
  int open = 0;
  bool failed = false;
};

class CloudSimulation {
 public:
  CloudSimulation(const CloudLoad& load, const CloudQuotas& quotas, base::Random& random)
      : load_(load),
        quotas_(quotas),
        random_(random),
        starts_(quotas.start_execution),
        transitions_(quotas.transitions),
        calls_(quotas.run_task),
        spot_launches_(quotas.launches),
        on_demand_launches_(quotas.launches),
        writes_(quotas.table_writes),
        jobs_(static_cast<std::size_t>(load.jobs)) {
    // The ledger keeps a place that was not taken for the shortest of its windows.
    for (const DeclaredBudget& budget : load.provider->budgets) {
      holds_ = std::min(holds_, budget.window);
    }
  }

  CloudResult Run() {
    const double apart = load_.jobs > 1 ? load_.start_within_seconds / load_.jobs : 0;
    for (int job = 0; job < load_.jobs; ++job) {
      const Instant at = kBegin + Seconds(apart * job);
      jobs_[static_cast<std::size_t>(job)].started = at;
      Post(starts_.Wait(at, 1), {.step = Step::kJobStarts, .job = job});
    }
    while (!events_.empty()) {
      const Event event = events_.top();
      events_.pop();
      Handle(event);
    }
    return Result();
  }

 private:
  static constexpr Instant kBegin = Instant(std::chrono::hours(24 * 365));

  void Post(Instant at, Event event) {
    event.at = at;
    event.order = ++order_;
    events_.push(event);
  }

  void Handle(const Event& event) {
    switch (event.step) {
      case Step::kJobStarts:
        return StartJob(event);
      case Step::kChunkStarts:
        return Post(Transition(event.at, 1),
                    {.step = Step::kAdmit, .job = event.job, .chunk = event.chunk});
      case Step::kAdmit:
        return Admit(event);
      case Step::kAdmitted:
        return Admitted(event);
      case Step::kLaunch:
        return Launch(event);
      case Step::kTaskEnds:
        --(event.on_demand ? on_demand_tasks_ : spot_tasks_);
        Note(event.at, kWorkerWrites);
        return EndChunk(event.job, event.at);
    }
  }

  void StartJob(const Event& event) {
    const Instant ready = Transition(event.at, kOpening) + Seconds(2 * load_.function_seconds);
    const int chunks = static_cast<int>(load_.plan.chunks.size());
    JobState& job = jobs_[static_cast<std::size_t>(event.job)];
    const int slots = std::min(load_.max_concurrency, chunks);
    for (int i = 0; i < slots; ++i) StartNext(event.job, ready);
    if (slots == 0) job.ended = ready;
  }

  void StartNext(int job_number, Instant at) {
    JobState& job = jobs_[static_cast<std::size_t>(job_number)];
    if (job.next_chunk == static_cast<int>(load_.plan.chunks.size())) return;
    ++job.open;
    Post(at, {.step = Step::kChunkStarts, .job = job_number, .chunk = job.next_chunk++});
  }

  void EndChunk(int job_number, Instant at) {
    JobState& job = jobs_[static_cast<std::size_t>(job_number)];
    --job.open;
    StartNext(job_number, at);
    if (job.open == 0) {
      job.ended = Transition(at, kClosing) + Seconds(2 * load_.function_seconds);
    }
  }

  void Admit(const Event& event) {
    const Instant at = Transition(event.at, 1);
    if (running_functions(at) >= quotas_.functions) {
      ++result_.refusals;
      if (event.tries < kRetries) return Again(event, at, "functions");
      // AdmitChunk has no catcher: the map tolerates no failure, and the job ends.
      jobs_[static_cast<std::size_t>(event.job)].failed = true;
      return EndChunk(event.job, at);
    }
    const Instant written = Writes(at, kAdmissionWrites);
    const Instant end = written + Seconds(load_.function_seconds);
    functions_.push(end);
    Event next = event;
    next.step = Step::kAdmitted;
    Post(end, next);
  }

  void Admitted(const Event& event) {
    const Instant now = Transition(event.at, 1);  // IsAdmitted
    Event next = event;
    if (!event.place || now - *event.place > holds_) next.place = Place(event);
    if (*next.place > now) return AdmitAgain(next, *next.place);
    if (load_.launches_per_minute > 0) {
      const Budget launches = LaunchBudget(load_.launches_per_minute);
      if (!event.launch || now - *event.launch > launches.window) {
        next.launch = TakePlace({launches}, 1, now);
      }
      if (*next.launch > now) return AdmitAgain(next, *next.launch);
    }
    Post(now, {.step = Step::kLaunch, .job = event.job, .chunk = event.chunk});
  }

  // WaitForPlace, then AdmitChunk once more.
  void AdmitAgain(Event event, Instant at) {
    Transition(event.at, 1);
    event.step = Step::kAdmit;
    event.tries = 0;
    Post(at, event);
  }

  // The calls that may be made together begin here; a chunk of more takes the rest as it goes.
  Instant Place(const Event& event) {
    const domain::ChunkSpec& chunk = load_.plan.chunks[static_cast<std::size_t>(event.chunk)];
    const StreamInfo* stream = FindStream(*load_.provider, chunk.stream);
    if (stream == nullptr) return event.at;
    const std::vector<Budget> budgets =
        BudgetsOf(*load_.provider, *stream, std::to_string(event.job), 1);
    if (budgets.empty()) return event.at;
    const std::int64_t lot = WholeLot(budgets);
    Instant first = event.at;
    for (std::int64_t left = chunk.expected_calls; left > 0; left -= lot) {
      const Instant place = TakePlace(budgets, std::min(left, lot), event.at);
      if (left == chunk.expected_calls) first = place;
    }
    return first;
  }

  Instant TakePlace(const std::vector<Budget>& budgets, std::int64_t calls, Instant now) {
    std::vector<BudgetState> states;
    for (const Budget& budget : budgets) {
      BudgetState& state = states_[budget.key];
      Forget(budget, state, now);
      states.push_back(std::move(state));
    }
    const Placement placement = planner::Place(budgets, states, calls, now);
    if (placement.at > now)
      Blame("quota: " + OwnerOf(budgets, states, calls, now), placement.at - now);
    Apply(states, placement);
    for (std::size_t i = 0; i < budgets.size(); ++i) {
      states_[budgets[i].key] = std::move(states[i]);
    }
    return placement.at;
  }

  // The scope and window of the budget that alone would put the place latest.
  static std::string OwnerOf(const std::vector<Budget>& budgets,
                             const std::vector<BudgetState>& states, std::int64_t calls,
                             Instant now) {
    std::size_t latest = 0;
    Instant at = now;
    for (std::size_t i = 0; i < budgets.size(); ++i) {
      const Instant alone = planner::Place({budgets[i]}, {states[i]}, calls, now).at;
      if (alone <= at) continue;
      at = alone;
      latest = i;
    }
    const std::string& key = budgets[latest].key;
    if (key == kLaunchBudget) return "our launches";
    const bool of_user = key.find("/user/") != std::string::npos;
    return (of_user ? "user" : "app") + key.substr(key.rfind('/'));
  }

  void Launch(const Event& event) {
    const Instant at = Transition(event.at, 1);
    Bucket& launches = event.on_demand ? on_demand_launches_ : spot_launches_;
    int& tasks = event.on_demand ? on_demand_tasks_ : spot_tasks_;
    const double vcpu = event.on_demand ? quotas_.on_demand_vcpu : quotas_.spot_vcpu;
    const bool room = (tasks + 1) * load_.task_vcpu <= vcpu;
    const bool taken = room && calls_.Try(at, 1) && launches.Try(at, 1);
    if (!taken) {
      ++result_.refusals;
      if (!event.on_demand && event.tries < kRetries) {
        return Again(event, at, room ? "launches" : "vcpu");
      }
      if (!event.on_demand) {
        Event last = event;
        last.on_demand = true;
        return Post(at, last);
      }
      ++result_.failed_chunks;
      Transition(at, 1);  // LogChunkFailure
      return EndChunk(event.job, at);
    }
    ++tasks;
    result_.most_tasks = std::max(result_.most_tasks, spot_tasks_ + on_demand_tasks_);
    launched_.Add(at, 1);
    const domain::ChunkSpec& chunk = load_.plan.chunks[static_cast<std::size_t>(event.chunk)];
    const double seconds = load_.task_start_seconds + load_.provider->seconds_per_call *
                                                          static_cast<double>(chunk.expected_calls);
    worked_ += seconds;
    Event end = event;
    end.step = Step::kTaskEnds;
    Post(at + Seconds(seconds), end);
  }

  // Full jitter, as the definition says.
  void Again(const Event& event, Instant now, const std::string& why) {
    const double most = std::min(kLongestInterval,
                                 kFirstInterval * std::pow(2.0, static_cast<double>(event.tries)));
    const base::Duration wait = Seconds(most * random_.NextDouble());
    Blame(why, wait);
    Event next = event;
    ++next.tries;
    Post(now + wait, next);
  }

  Instant Transition(Instant now, double count) {
    const Instant at = transitions_.Wait(now, count);
    if (at > now) Blame("transitions", at - now);
    passed_.Add(at, count);
    return at;
  }
  Instant Writes(Instant now, double count) {
    const Instant at = writes_.Wait(now, count);
    if (at > now) Blame("tables", at - now);
    written_.Add(at, count);
    return at;
  }
  void Note(Instant now, double count) { (void)Writes(now, count); }

  int running_functions(Instant now) {
    while (!functions_.empty() && functions_.top() <= now) functions_.pop();
    return static_cast<int>(functions_.size());
  }

  void Blame(const std::string& what, base::Duration wait) { waits_[what] += ToSeconds(wait); }

  CloudResult Result() {
    std::vector<double> seconds;
    for (const JobState& job : jobs_) {
      seconds.push_back(ToSeconds(job.ended - job.started));
      result_.seconds = std::max(result_.seconds, ToSeconds(job.ended - kBegin));
      if (job.failed) ++result_.failed_jobs;
    }
    std::ranges::sort(seconds);
    if (!seconds.empty()) {
      result_.median_seconds = seconds[seconds.size() / 2];
      result_.slowest_seconds = seconds.back();
    }
    result_.chunks = static_cast<std::int64_t>(load_.plan.chunks.size()) * load_.jobs;
    result_.most_transitions_per_second = passed_.most();
    result_.most_launches_per_second = launched_.most();
    result_.most_writes_per_second = written_.most();
    double waited = 0;
    for (const auto& [what, sum] : waits_) waited += sum;
    const auto longest = std::ranges::max_element(
        waits_, [](const auto& a, const auto& b) { return a.second < b.second; });
    const bool bound = longest != waits_.end() && longest->second >= 0.2 * (waited + worked_);
    result_.bound_by = bound ? longest->first : "work";
    return result_;
  }

  const CloudLoad& load_;
  const CloudQuotas& quotas_;
  base::Random& random_;
  Bucket starts_;
  Bucket transitions_;
  Bucket calls_;
  Bucket spot_launches_;
  Bucket on_demand_launches_;
  Bucket writes_;
  std::vector<JobState> jobs_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::priority_queue<Instant, std::vector<Instant>, std::greater<>> functions_;  // their ends
  base::Duration holds_ = std::chrono::hours(24);
  std::int64_t order_ = 0;
  int spot_tasks_ = 0;
  int on_demand_tasks_ = 0;
  std::map<std::string, BudgetState> states_;
  std::map<std::string, double> waits_;  // seconds, by what was waited for
  double worked_ = 0;
  Peak passed_;
  Peak launched_;
  Peak written_;
  CloudResult result_;
};

}  // namespace

Budget LaunchBudget(std::int64_t per_minute) {
  const std::int64_t limit = std::max<std::int64_t>(1, per_minute / 4);
  const double seconds = 60.0 * static_cast<double>(limit) / static_cast<double>(per_minute);
  return {.key = kLaunchBudget, .limit = limit, .window = Seconds(seconds)};
}

CloudResult SimulateCloud(const CloudLoad& load, const CloudQuotas& quotas, base::Random& random) {
  return CloudSimulation(load, quotas, random).Run();
}

}  // namespace coldpath::planner
