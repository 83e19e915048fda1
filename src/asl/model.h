// A state machine as the interpreter walks it: compiled from the definition's text once.
#ifndef COLDPATH_ASL_MODEL_H_
#define COLDPATH_ASL_MODEL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "asl/choice.h"
#include "asl/definition.h"
#include "asl/path.h"
#include "asl/retry.h"
#include "asl/template.h"
#include "base/json.h"
#include "base/time.h"

namespace coldpath::asl {

enum class StateType { kPass, kTask, kChoice, kWait, kSucceed, kFail, kParallel, kMap };
// "Pass", "Task", ...
std::string_view TypeName(StateType type);

// InputPath, OutputPath, ResultPath.
struct PathField {
  enum class Kind { kDefault, kNull, kPath };
  Kind kind = Kind::kDefault;
  std::optional<Path> path;
};

// A number that stands in the definition or that a path names at run time.
struct NumberField {
  std::optional<double> number;
  std::optional<Path> path;
  bool IsSet() const { return number || path; }
};

enum class ResourceKind { kLambda, kActivity, kService };
enum class Completion { kImmediate, kSync, kToken };

// The Resource of a Task, taken apart.
struct Resource {
  std::string arn;
  ResourceKind kind = ResourceKind::kService;
  Completion completion = Completion::kImmediate;
  std::string service;  // resourceType of the history: "lambda", "aws-sdk:s3"
  std::string action;   // resource of the history: "invoke", "runTask.waitForTaskToken"
};

struct TaskFields {
  Resource resource;
  NumberField timeout_seconds;
  NumberField heartbeat_seconds;
  std::optional<Template> credentials;
};

struct WaitFields {
  std::optional<std::int64_t> seconds;
  std::optional<base::Instant> timestamp;
  std::optional<Path> seconds_path;
  std::optional<Path> timestamp_path;
};

struct FailFields {
  std::optional<std::string> error;
  std::optional<std::string> cause;
  std::optional<Expression> error_path;
  std::optional<Expression> cause_path;
};

struct ChoiceBranch {
  ChoiceRule rule;
  std::optional<Template> assign;
  std::size_t next = 0;
};

struct ItemReader {
  std::string resource;
  base::Json config;  // ReaderConfig without MaxItemsPath
  std::optional<Path> max_items_path;
  std::optional<Template> parameters;
};

struct ItemBatcher {
  std::optional<Template> batch_input;
  NumberField max_items_per_batch;
  NumberField max_input_bytes_per_batch;
};

struct ResultWriter {
  std::string resource;
  base::Json config;  // WriterConfig
  std::optional<Template> parameters;
};

struct MapFields {
  bool distributed = false;
  bool express_children = false;
  std::string label;
  NumberField max_concurrency;
  std::optional<Path> items_path;
  std::optional<Template> item_selector;  // or the older Parameters
  std::optional<ItemReader> item_reader;
  std::optional<ItemBatcher> item_batcher;
  std::optional<ResultWriter> result_writer;
  NumberField tolerated_count;
  NumberField tolerated_percentage;
  std::shared_ptr<const Definition> processor;
};

struct State;

// States that are walked one after another: the whole machine, a branch, an iteration.
struct Sequence {
  std::vector<State> states;  // in the order of their names
  std::size_t start = 0;
  std::optional<std::size_t> Find(std::string_view name) const;
};

struct State {
  std::string name;
  StateType type = StateType::kPass;
  std::optional<std::size_t> next;  // absent: End, or a type that has none
  PathField input_path;
  PathField output_path;
  PathField result_path;
  std::optional<Template> parameters;
  std::optional<Template> result_selector;
  std::optional<Template> assign;
  std::vector<Retrier> retry;
  std::vector<Catcher> catchers;

  std::optional<base::Json> result;  // Pass
  TaskFields task;
  WaitFields wait;
  FailFields fail;
  std::vector<ChoiceBranch> choices;
  std::optional<std::size_t> choice_default;
  std::vector<Sequence> branches;  // Parallel
  MapFields map;
};

class Definition {
 public:
  Sequence root;
  std::optional<double> timeout_seconds;
};

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_MODEL_H_
