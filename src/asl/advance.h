// The heart of the workflow engine: Advance() is a pure function from an execution's state and one
// event to what changes, what is recorded and what has to be done. It reads no clock, starts
// nothing and remembers nothing; the engine (engine/) makes each Transition durable and only then
// carries out its effects.
//
// An execution is a tree of frames. A frame is one sequence of states being walked: the whole state
// machine, a branch of a Parallel, an iteration of an inline Map. A transition touches only the
// frames that it changes. The children of a Distributed Map are executions of their own
// (StartChild).
//
// Specification: https://states-language.net/spec.html and the AWS Step Functions Developer Guide.
#ifndef COLDPATH_ASL_ADVANCE_H_
#define COLDPATH_ASL_ADVANCE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "asl/definition.h"
#include "base/json.h"
#include "base/time.h"

namespace coldpath::asl {

using FrameId = std::uint64_t;

// What the context object ($$) tells about the execution. It never changes during an execution.
struct ExecutionContext {
  std::string execution_arn;
  std::string execution_name;
  std::string role_arn;
  base::Instant start_time;
  std::string state_machine_arn;
  std::string state_machine_name;
  int redrive_count = 0;  // negative: not shown (executions that cannot be redriven, EXPRESS)
  // For a child of a Distributed Map: where its item stood.
  std::optional<std::int64_t> map_item_index;
  base::Json map_item_value;  // null unless a child
};

enum class ExecutionStatus { kRunning, kSucceeded, kFailed, kTimedOut, kAborted };
// "RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED".
std::string_view StatusName(ExecutionStatus status);

// One event of the history, as GetExecutionHistory shows it (ids count from 1 per execution).
struct HistoryEvent {
  std::int64_t id = 0;
  std::int64_t previous_id = 0;
  base::Instant time;
  std::string type;  // "TaskStateEntered", ...
  // The member that AWS calls <type>EventDetails; null where AWS has none. Inputs, outputs and
  // parameters are JSON text as there; the constant inputDetails/outputDetails {"truncated": false}
  // beside them are left to who renders them.
  base::Json details;
};

// ---- events: what happened to an execution
// -------------------------------------------------------------------------

struct ExecutionBegins {
  base::Json input;
  // The input as it was given, spaces and all: AWS shows it so until a state changes it. Empty: it
  // was never text.
  std::string text = {};
};
// The first answer of a task that completes later (.waitForTaskToken, .sync): the request was
// accepted.
struct TaskSubmitted {
  FrameId frame;
  std::int64_t task;
  base::Json output;
};
struct TaskSucceeded {
  FrameId frame;
  std::int64_t task;
  base::Json output;
};
struct TaskFailed {
  FrameId frame;
  std::int64_t task;
  std::optional<std::string> error;  // absent where the worker named none
  std::optional<std::string> cause;
};
struct TaskHeartbeat {
  FrameId frame;
  std::int64_t task;
};
// A worker took the task of an activity (GetActivityTask). Only activities need this: every other
// task counts as started when it is scheduled.
struct ActivityStarted {
  FrameId frame;
  std::int64_t task;
  std::optional<std::string> worker_name;
};
struct TimerFired {
  FrameId frame;
  std::int64_t timer;
};
// The answer to LoadItems: how many items there are and how many children they make (see
// ChildPlan), or why they cannot be had (error is an ASL error name). `run` is the LoadItems' own:
// answers to earlier runs are ignored.
struct ItemsLoaded {
  FrameId frame;
  std::int64_t run;
  std::int64_t items = 0;
  std::int64_t children = 0;
  std::optional<std::string> error;
  std::optional<std::string> cause;
};
// A child execution of a Distributed Map ended.
struct ChildEnded {
  FrameId frame;
  std::int64_t run;
  std::int64_t index;
  ExecutionStatus status;
  std::optional<std::string> error;
  std::optional<std::string> cause;
};
// The answer to CollectResults: the outputs of the children in order of their items, or the
// ResultWriter's summary.
struct ResultsCollected {
  FrameId frame;
  std::int64_t run;
  base::Json results;
  std::optional<std::string> error;
  std::optional<std::string> cause;
};
struct StopRequested {
  std::optional<std::string> error;
  std::optional<std::string> cause;
};

using Event = std::variant<ExecutionBegins, TaskSubmitted, TaskSucceeded, TaskFailed, TaskHeartbeat,
                           ActivityStarted, TimerFired, ItemsLoaded, ChildEnded, ResultsCollected,
                           StopRequested>;

// ---- effects: what has to be done once the transition is durable
// ---------------------------------------------------

// Deliver a task to its handler. Delivered at least once: again after a crash that came before its
// result was durable.
struct InvokeTask {
  FrameId frame;
  std::int64_t task;  // unique within the execution; counts attempts of all states
  std::string state;
  std::string resource;  // as in the definition, e.g. "arn:aws:states:::lambda:invoke"
  base::Json arguments;  // Parameters evaluated, or the effective input
  std::string token;     // non-empty if the task completes by SendTaskSuccess/Failure
  int attempt = 0;       // $$.State.RetryCount
  std::optional<base::Duration> timeout;  // informative: Advance sets the timers
  std::optional<base::Duration> heartbeat;
};
// The task's result is no longer wanted (timed out, aborted): a late answer gets TaskTimedOut.
struct CancelTask {
  FrameId frame;
  std::int64_t task;
};
struct SetTimer {
  FrameId frame;
  std::int64_t timer;  // unique within the execution; a frame forgets a timer by moving on: a late
                       // TimerFired is ignored
  base::Instant when;
};
// Bring the items of a Distributed Map: from the effective input's array (`items`) or from where
// `reader` says (Resource, evaluated Parameters, ReaderConfig with MaxItems evaluated). The engine
// keeps them while the Map runs. `run` tells the runs of a Map apart (a Retry of the Map starts a
// new one): a number unique within the execution, to be part of whatever names the run's items and
// children.
struct LoadItems {
  FrameId frame;
  std::int64_t run;
  std::optional<base::Json> items;
  base::Json reader;  // null if items are given
};
// Start the child execution number `index` (from 0) of a run; the items that belong to it are what
// ChildPlan says, its input is what ChildInput makes of them. Durable in the same commit as this
// transition.
struct StartChild {
  FrameId frame;
  std::int64_t run;
  std::int64_t index;
};
// The run is over (failed, timed out, aborted) while children are still running: stop them. Their
// ends are not awaited.
struct StopChildren {
  FrameId frame;
  std::int64_t run;
};
// Only sent if the result is needed: a Map with "ResultPath": null, no ResultSelector and no
// ResultWriter goes on without it.
struct CollectResults {
  FrameId frame;
  std::int64_t run;
  std::int64_t count;  // children
  base::Json writer;   // null, or the ResultWriter with its Parameters evaluated
};
// The execution is over. Always the last effect.
struct ExecutionEnds {
  ExecutionStatus status;
  base::Json output;  // if succeeded
  std::optional<std::string> error;
  std::optional<std::string> cause;
};

using Effect = std::variant<InvokeTask, CancelTask, SetTimer, LoadItems, StartChild, StopChildren,
                            CollectResults, ExecutionEnds>;

// ---- state
// -------------------------------------------------------------------------------------------------

// A frame as it is stored. `control` is small and changes often; `payload` holds what is large and
// written seldom (inputs, iteration results), so that a step of a Map does not write the Map's
// input again.
struct FrameChange {
  FrameId id;
  bool removed = false;
  std::string control;
  std::optional<std::string> payload;  // absent: as it was
};

struct Transition {
  std::vector<FrameChange> frames;
  std::vector<HistoryEvent> events;
  std::vector<Effect> effects;
};

struct ExecutionTree;  // asl/frame.h

// The live frames of one execution. Movable; not thread-safe: one event at a time.
class ExecutionState {
 public:
  ExecutionState(std::shared_ptr<const Definition> definition, ExecutionContext context);
  ~ExecutionState();
  ExecutionState(ExecutionState&&) noexcept;
  ExecutionState& operator=(ExecutionState&&) noexcept;

  // Rebuilds what stored frames described. `last_event_id` is the newest id in the history.
  // Error: asl.corrupt_frame.
  static base::Result<ExecutionState> Restore(std::shared_ptr<const Definition> definition,
                                              ExecutionContext context, base::Json input,
                                              const std::vector<FrameChange>& frames,
                                              std::int64_t last_event_id);

  const ExecutionContext& context() const;
  const Definition& definition() const;
  bool ended() const;
  // The task that the token belongs to, if it still waits for a result.
  struct PendingTask {
    FrameId frame;
    std::int64_t task;
  };
  std::optional<PendingTask> FindTask(std::string_view token) const;

  ExecutionTree& tree() { return *tree_; }
  const ExecutionTree& tree() const { return *tree_; }

 private:
  std::unique_ptr<ExecutionTree> tree_;
};

// The time of the event, and the number from which jitter, States.UUID and States.MathRandom are
// drawn.
struct Moment {
  base::Instant now;
  std::uint64_t random = 0;
};

// Applies the event to `state` (in place) and says what changed. An event that no longer concerns
// anything (a late timer, the second answer of a task) gives an empty Transition. Follows Step
// Functions' limits: a history of more than 25,000 events, a payload above 256 KiB and so on end
// the execution with AWS's error.
Transition Advance(ExecutionState& state, const Event& event, const Moment& moment);

// After a restart: every effect that the live frames still wait for (tasks to deliver again,
// timers, items to load, results to collect). Children are executions of their own and not repeated
// here.
std::vector<Effect> OutstandingEffects(const ExecutionState& state);

// The input of child `index` of a Distributed Map, from the items that belong to it (one without an
// ItemBatcher). Error: code is an ASL error name, message the cause.
base::Result<base::Json> ChildInput(const ExecutionState& parent, FrameId frame, std::int64_t index,
                                    const std::vector<base::Json>& items);

// For engines: the state machine that the children of a Map frame run, and how many items each
// takes: as many as fit under both limits, at least one. Without max_bytes child i takes items [i *
// n, (i + 1) * n), n = items_per_child.
struct ChildPlan {
  std::shared_ptr<const Definition> definition;
  std::string label;        // in the child's ARN: <state machine>/<label>
  std::string map_run_arn;  // as in MapRunStarted
  bool batched = false;     // the child's input is {"Items": [...]}, and results are per batch
  std::int64_t items_per_child = 1;
  std::optional<std::int64_t> max_bytes;  // of the child's input as JSON text
};
ChildPlan PlanChildren(const ExecutionState& parent, FrameId frame);

// Tokens say which task they belong to, so that no table of tokens is needed: the execution's ARN
// comes back from this. Error: asl.invalid_token.
base::Result<std::string> ExecutionOfToken(std::string_view token);

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_ADVANCE_H_
