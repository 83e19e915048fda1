// The live state of one execution: a tree of frames. Shared by the files of the interpreter;
// engines see it only as bytes (FrameChange).
#ifndef COLDPATH_ASL_FRAME_H_
#define COLDPATH_ASL_FRAME_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "asl/advance.h"
#include "asl/model.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace coldpath::asl {

// A document and its text. The text is what the history shows, what is stored and what the size
// limit measures, so it is made once; frames share values instead of copying them.
struct Value {
  base::Json json;
  std::string text;
};
using ValuePtr = std::shared_ptr<const Value>;
ValuePtr MakeValue(base::Json json);

// What a frame waits for.
enum class Phase : std::uint8_t {
  kReady,       // nothing: its state is about to run (never stored)
  kTask,        // a task's result
  kWait,        // the end of a Wait
  kBackoff,     // the next attempt
  kBranches,    // its children: branches of a Parallel, iterations of an inline Map
  kLoading,     // the items of a distributed Map
  kChildren,    // child executions
  kCollecting,  // their results
  kDone         // its parent: the frame has ended and `input` is its output
};

struct Frame {
  FrameId id = 0;  // the id of the first history event that the frame wrote
  FrameId parent = 0;
  std::int64_t index = 0;  // branch or item number within the parent
  std::size_t state = 0;   // within the sequence
  Phase phase = Phase::kReady;
  ValuePtr input;      // the raw input of the state
  ValuePtr variables;  // an object, or null
  std::int64_t entered_id = 0;
  std::int64_t last_id = 0;  // what the next event names as its previous one
  base::Instant entered_time;
  std::uint64_t seed = 0;  // drawn anew for each attempt
  std::int64_t retry_count = 0;
  std::vector<std::int64_t> retries;  // per retrier

  // Of a Task: `task` is the id of the event that scheduled it, 0 if none runs. Of a distributed
  // Map: the run.
  std::int64_t task = 0;
  bool started = false;    // activities: a worker took it
  bool submitted = false;  // the request was accepted; said once in the history
  struct Timer {
    std::int64_t number = 0;  // 0: not set
    base::Instant when;
  };
  std::int64_t timers_used = 0;
  Timer timer;      // the end of a wait, or the task's timeout
  Timer heartbeat;  // fires at the earliest deadline; the deadline itself moves without a new timer
  base::Instant heartbeat_limit;  // when the task is lost if no heartbeat comes
  base::Duration heartbeat_every{0};

  // Of a Parallel or Map.
  std::int64_t total = 0;
  std::int64_t next = 0;  // the first that has not been started
  std::int64_t running = 0;
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;
  std::int64_t concurrency = 0;

  // Derived, not stored.
  const Sequence* sequence = nullptr;
  std::vector<FrameId> children;  // of the inline kinds, in the order of their index
  bool touched = false;           // changed in this transition
  bool stored = false;            // a FrameChange told of it before
  // What the store has. Held, not just pointed at: a new value could lie where the old one lay.
  ValuePtr stored_input;
  ValuePtr stored_variables;

  const State& current() const { return sequence->states[state]; }
};

struct ExecutionTree {
  std::shared_ptr<const Definition> definition;
  ExecutionContext context;
  ValuePtr input;
  std::map<FrameId, std::unique_ptr<Frame>> frames;
  std::int64_t last_event_id = 0;
  bool ended = false;

  Frame* Find(FrameId id) const {
    const auto found = frames.find(id);
    return found == frames.end() ? nullptr : found->second.get();
  }
};

inline constexpr FrameId kRootFrame = 1;
// The timer of the whole execution (TimeoutSeconds of the state machine); others count from 1
// within their frame.
inline constexpr std::int64_t kExecutionTimer = (std::int64_t{1} << 32) - 1;

// The stored forms. Control is a row of variable-length integers; payload is the texts of input and
// variables.
std::string EncodeControl(const Frame& frame);
std::string EncodePayload(const Frame& frame);
// Error: asl.corrupt_frame.
base::Status DecodeFrame(std::string_view control, std::string_view payload, Frame& frame);

// Milliseconds always, as AWS writes times in the context object.
std::string ContextTime(base::Instant time);

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_FRAME_H_
