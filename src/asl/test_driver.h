// For tests only: runs a definition to its end on a virtual clock, with scripted task results, and
// (unless told not to) rebuilds the execution from its stored frames after every single step.
#ifndef COLDPATH_ASL_TEST_DRIVER_H_
#define COLDPATH_ASL_TEST_DRIVER_H_

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "asl/advance.h"
#include "asl/definition.h"

namespace coldpath::asl {

struct TestOutcome {
  ExecutionStatus status = ExecutionStatus::kRunning;
  base::Json output;
  std::optional<std::string> error;
  std::optional<std::string> cause;
  std::vector<HistoryEvent> history;
  base::Duration elapsed{0};
  std::vector<InvokeTask> invoked;
  std::vector<std::int64_t> children;
  std::size_t most_rows = 0;  // frames changed by one transition, at most
  std::vector<std::string> tokens;

  std::vector<std::string> Types() const {
    std::vector<std::string> types;
    for (const HistoryEvent& event : history) types.push_back(event.type);
    return types;
  }
};

class TestDriver {
 public:
  // Answers a task; nothing: it never ends.
  using Handler = std::function<std::optional<Event>(const InvokeTask&)>;

  explicit TestDriver(std::string_view definition) {
    auto parsed = ParseDefinition(definition);
    if (parsed) definition_ = *parsed;
    error_ = parsed ? "" : parsed.error().message;
  }

  TestDriver& WithHandler(Handler handler) {
    handler_ = std::move(handler);
    return *this;
  }
  TestDriver& WithoutRestoring() {
    restores_ = false;
    return *this;
  }
  TestDriver& FailingChildren(std::vector<std::int64_t> children) {
    failing_ = std::move(children);
    return *this;
  }
  // Sent when everything else has been done, before any timer fires.
  TestDriver& Then(Event event) {
    then_.push_back(std::move(event));
    return *this;
  }
  const std::string& error() const { return error_; }

  TestOutcome Run(base::Json input) {
    ExecutionContext context{
        .execution_arn = "arn:aws:states:eu-west-1:123456789012:execution:m:e",
        .execution_name = "e",
        .role_arn = "arn:aws:iam::123456789012:role/r",
        .start_time = now_,
        .state_machine_arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:m",
        .state_machine_name = "m",
        .redrive_count = 0,
        .map_item_index = std::nullopt,
        .map_item_value = nullptr};
    const base::Instant begin = now_;
    ExecutionState state(definition_, context);
    queue_.push_back(ExecutionBegins{input});
    for (int steps = 0; outcome_.status == ExecutionStatus::kRunning && steps < 100000; ++steps) {
      std::optional<Event> event = Next();
      if (!event) break;
      Transition transition = Advance(state, *event, {now_, random_++});
      for (HistoryEvent& e : transition.events) outcome_.history.push_back(std::move(e));
      outcome_.most_rows = std::max(outcome_.most_rows, transition.frames.size());
      for (FrameChange& change : transition.frames) Store(std::move(change));
      if (restores_ && !state.ended()) Restore(state, context, input);
      for (Effect& effect : transition.effects) {
        std::visit([&](auto& e) { Do(state, e); }, effect);
      }
    }
    outcome_.elapsed = now_ - begin;
    return std::move(outcome_);
  }

 private:
  std::optional<Event> Next() {
    if (queue_.empty() && !then_.empty()) {
      queue_.push_back(then_.front());
      then_.pop_front();
    }
    if (!queue_.empty()) {
      Event event = std::move(queue_.front());
      queue_.pop_front();
      return event;
    }
    if (timers_.empty()) return std::nullopt;
    const auto first = timers_.begin();
    now_ = std::max(now_, first->first);
    Event event = first->second;
    timers_.erase(first);
    return event;
  }

  void Store(FrameChange change) {
    if (change.removed) {
      rows_.erase(change.id);
      return;
    }
    FrameChange& row = rows_[change.id];
    row.id = change.id;
    row.control = std::move(change.control);
    if (change.payload) row.payload = std::move(change.payload);
  }

  void Restore(ExecutionState& state, const ExecutionContext& context, const base::Json& input) {
    std::vector<FrameChange> rows;
    for (const auto& [id, row] : rows_) rows.push_back(row);
    auto restored =
        ExecutionState::Restore(definition_, context, input, rows, outcome_.history.back().id);
    if (restored) state = *std::move(restored);
  }

  void Do(ExecutionState&, SetTimer& effect) {
    timers_.emplace(effect.when, TimerFired{effect.frame, effect.timer});
  }
  void Do(ExecutionState&, CancelTask&) {}
  void Do(ExecutionState&, StopChildren&) {}
  void Do(ExecutionState&, ExecutionEnds& effect) {
    outcome_.status = effect.status;
    outcome_.output = effect.output;
    outcome_.error = effect.error;
    outcome_.cause = effect.cause;
  }
  void Do(ExecutionState&, InvokeTask& effect) {
    outcome_.invoked.push_back(effect);
    if (!handler_) return;
    if (auto answer = handler_(effect)) queue_.push_back(*std::move(answer));
  }
  void Do(ExecutionState& state, LoadItems& effect) {
    items_ = effect.items.value_or(base::Json::array()).get<std::vector<base::Json>>();
    per_child_ = PlanChildren(state, effect.frame).items_per_child;
    const auto count = static_cast<std::int64_t>(items_.size());
    const std::int64_t children = (count + per_child_ - 1) / per_child_;
    results_.assign(static_cast<std::size_t>(children), nullptr);
    queue_.push_back(ItemsLoaded{effect.frame, effect.run, count, children, {}, {}});
  }
  // A child gives its input back, or fails.
  void Do(ExecutionState& state, StartChild& effect) {
    const std::int64_t from = effect.index * per_child_;
    const auto to =
        std::min<std::int64_t>(from + per_child_, static_cast<std::int64_t>(items_.size()));
    auto input =
        ChildInput(state, effect.frame, effect.index, {items_.begin() + from, items_.begin() + to});
    outcome_.children.push_back(effect.index);
    const bool fails = std::find(failing_.begin(), failing_.end(), effect.index) != failing_.end();
    if (input) results_[static_cast<std::size_t>(effect.index)] = *input;
    queue_.push_back(ChildEnded{effect.frame,
                                effect.run,
                                effect.index,
                                fails ? ExecutionStatus::kFailed : ExecutionStatus::kSucceeded,
                                {},
                                {}});
  }
  void Do(ExecutionState&, CollectResults& effect) {
    queue_.push_back(ResultsCollected{effect.frame, effect.run, base::Json(results_), {}, {}});
  }

  std::shared_ptr<const Definition> definition_;
  std::string error_;
  Handler handler_;
  bool restores_ = true;
  std::vector<std::int64_t> failing_;
  std::deque<Event> then_;
  base::Instant now_ = base::FromUnixMillis(1'700'000'000'000);
  std::uint64_t random_ = 1;
  std::deque<Event> queue_;
  std::multimap<base::Instant, TimerFired> timers_;
  std::map<FrameId, FrameChange> rows_;
  std::vector<base::Json> items_;
  std::vector<base::Json> results_;
  std::int64_t per_child_ = 1;
  TestOutcome outcome_;
};

inline Event Succeed(const InvokeTask& task, base::Json output) {
  return TaskSucceeded{task.frame, task.task, std::move(output)};
}
inline Event FailTask(const InvokeTask& task, std::string error, std::string cause = "") {
  return TaskFailed{task.frame, task.task, std::move(error), std::move(cause)};
}

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_TEST_DRIVER_H_
