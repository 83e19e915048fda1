// One call of Advance: applies an event to the tree and gathers the Transition. The methods are
// spread over step_*.cc by what they are about.
#ifndef COLDPATH_ASL_STEPPER_H_
#define COLDPATH_ASL_STEPPER_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "asl/advance.h"
#include "asl/failure.h"
#include "asl/frame.h"
#include "asl/frame_environment.h"
#include "asl/model.h"
#include "base/random.h"

namespace coldpath::asl {

class Stepper {
 public:
  Stepper(ExecutionTree& tree, const Moment& moment)
      : tree_(tree), now_(moment.now), random_(moment.random) {}

  Transition Run(const Event& event);

  // The effect that delivers the task which `frame` waits for; also used after a restart.
  static Evaluated<InvokeTask> MakeInvocation(const ExecutionTree& tree, const Frame& frame);
  static Evaluated<LoadItems> MakeLoadItems(const ExecutionTree& tree, const Frame& frame);
  static Evaluated<CollectResults> MakeCollectResults(const ExecutionTree& tree,
                                                      const Frame& frame);

 private:
  using Json = base::Json;
  // A state's result or output: one that exists already, or a new one.
  using Data = std::variant<ValuePtr, Json>;
  static const Json& JsonOf(const Data& data);

  // stepper.cc
  void On(const ExecutionBegins& event);
  void On(const TaskSubmitted& event);
  void On(const TaskSucceeded& event);
  void On(const TaskFailed& event);
  void On(const TaskHeartbeat& event);
  void On(const ActivityStarted& event);
  void On(const TimerFired& event);
  void On(const ItemsLoaded& event);
  void On(const ChildEnded& event);
  void On(const ResultsCollected& event);
  void On(const StopRequested& event);
  void RunReadyFrames();
  void Commit();
  void Touch(Frame& frame);
  // Writes a history event behind `previous`; gives its id.
  std::int64_t Emit(std::string type, Json details, std::int64_t previous);
  void EmitNext(Frame& frame, std::string type, Json details = nullptr);
  Frame& NewFrame(FrameId parent, std::int64_t index, const Sequence& sequence);
  void RemoveFrame(Frame& frame);
  void SetFrameTimer(Frame& frame, Frame::Timer& timer, base::Instant when);
  void End(ExecutionStatus status, Json output, std::optional<std::string> error,
           std::optional<std::string> cause);

  // step_states.cc
  void Enter(Frame& frame, std::size_t state, ValuePtr input);
  void Execute(Frame& frame);
  void ExecutePass(Frame& frame);
  void ExecuteChoice(Frame& frame);
  void ExecuteWait(Frame& frame);
  void ExecuteFail(Frame& frame);
  Evaluated<base::Instant> WaitUntil(Frame& frame, const Json& input, Environment& environment);
  // ResultSelector, Assign, ResultPath, OutputPath; then on to the next state.
  void Complete(Frame& frame, Data result);
  // Assign of states that have no result: `$` is the effective input.
  void CompleteWithInput(Frame& frame, const std::optional<Template>& assign,
                         std::optional<std::size_t> next);
  Evaluated<Data> ApplyResultPath(const Frame& frame, Data result);
  Evaluated<Data> ApplyOutputPath(const Frame& frame, Data output, Environment& environment);
  Evaluated<Json> EvaluateAssign(const std::optional<Template>& assign, const Json& input,
                                 Environment& environment);
  void Leave(Frame& frame, Data output, Json assigned, std::optional<std::size_t> next);
  // The failure that a value above the size limit is; nothing if it fits.
  static std::optional<Failure> TooLarge(const std::string& text, std::string_view where);

  // step_failure.cc
  void Fail(Frame& frame, Failure failure);
  bool TryRetry(Frame& frame, const Failure& failure);
  bool TryCatch(Frame& frame, const Failure& failure);
  void FailFrame(Frame& frame, const Failure& failure);
  // Ends everything below `frame` that still runs.
  void AbortChildren(Frame& frame);
  void AbortFrame(Frame& frame);
  void CancelWork(Frame& frame);

  // step_task.cc
  void StartTask(Frame& frame);
  void TaskTimedOut(Frame& frame, bool heartbeat);
  static void AddResource(const State& state, Json& details);
  static std::string EventPrefix(const Resource& resource);

  // step_branches.cc
  void StartParallel(Frame& frame);
  void StartMap(Frame& frame);
  void LaunchIterations(Frame& frame);
  void StartIteration(Frame& frame);
  void EndBranch(Frame& branch, ValuePtr output);
  void FinishBranches(Frame& frame);
  void FailBranch(Frame& branch, const Failure& failure);

  // step_distributed.cc
  void StartDistributed(Frame& frame);
  void LaunchChildren(Frame& frame);
  void ChildrenEnded(Frame& frame);
  void FailMapRun(Frame& frame, Failure failure);
  void FinishMapRun(Frame& frame, Json results);
  bool ToleranceExceeded(const Frame& frame);

  ExecutionTree& tree_;
  base::Instant now_;
  base::SeededRandom random_;
  Transition transition_;
  std::deque<FrameId> ready_;
  std::vector<FrameId> touched_;
  bool history_full_ = false;
};

// arn:...:mapRun:<state machine>/<label>:<uuid> of the run that a distributed Map's frame is in.
std::string MapRunArn(const ExecutionTree& tree, const Frame& frame);

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_STEPPER_H_
