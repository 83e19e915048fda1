#include "recorded_tasks.h"

#include <utility>

namespace coldpath::conformance {
namespace {

using base::Json;
using engine::TaskReply;

constexpr std::string_view kLambdaInvoke = "arn:aws:states:::lambda:invoke";

bool IsLambdaInvoke(const std::string& resource) { return resource.starts_with(kLambdaInvoke); }

// As Python's json.dumps writes it: a space after each comma and colon outside strings.
std::string Spaced(const Json& value) {
  std::string out;
  bool in_string = false;
  const std::string text = base::DumpJson(value);
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == '\\' && in_string) {
      out += text[++i];
      continue;
    }
    if (text[i] == '"') in_string = !in_string;
    if (!in_string && (text[i] == ',' || text[i] == ':')) out += ' ';
  }
  return out;
}

TaskReply RecordedFailure(const Json& recorded) {
  TaskReply reply;
  reply.error = base::FindString(recorded, "error");
  reply.cause = base::FindString(recorded, "cause");
  return reply;
}

}  // namespace

const Json* RecordedTasks::NextRecorded(const asl::InvokeTask& task) {
  const Json* script = base::FindMember(mocks_, "tasks");
  if (script == nullptr) return nullptr;
  std::optional<std::size_t> of_state;
  for (std::size_t i = 0; i < script->size(); ++i) {
    const Json& recorded = (*script)[i];
    if (used_.contains(i) || recorded.value("state", task.state) != task.state) continue;
    if (!of_state) of_state = i;
    const Json* asked = base::FindMember(recorded, "parameters");
    if (asked == nullptr) asked = base::FindMember(recorded, "input");
    if (asked != nullptr && Difference(*asked, task.arguments, rules_)) continue;
    used_.insert(i);
    return &recorded;
  }
  // The arguments differ from the recorded ones: the history will tell.
  if (!of_state) return nullptr;
  used_.insert(*of_state);
  return &(*script)[*of_state];
}

const Json* RecordedTasks::FindLambda(const asl::InvokeTask& task) const {
  const Json* lambdas = base::FindMember(mocks_, "lambdas");
  if (lambdas == nullptr) return nullptr;
  const std::string wanted = IsLambdaInvoke(task.resource)
                                 ? base::FindString(task.arguments, "FunctionName").value_or("")
                                 : task.resource;
  for (const auto& [arn, lambda] : lambdas->items()) {
    if (arn == wanted || base::FindString(lambda, "function_name") == wanted) return &lambda;
  }
  return nullptr;
}

void RecordedTasks::Invoke(engine::TaskInvocation invocation, Done done) {
  // An instant later, as any task: two that run at once end in the order of their start.
  executor_.PostAt({}, [this, task = std::move(invocation.task), done = std::move(done)]() mutable {
    if (const Json* recorded = NextRecorded(task)) return Replay(*recorded, task, std::move(done));
    Behave(task, std::move(done));
  });
}

void RecordedTasks::Replay(const Json& recorded, const asl::InvokeTask& task, Done done) {
  const std::string outcome = base::FindString(recorded, "outcome").value_or("");
  const Json* submitted = base::FindMember(recorded, "submitted");
  if (!task.token.empty() && submitted != nullptr) {
    done(TaskReply::Success(*submitted));
    if (outcome == "never") return;
    executor_.Post([this, recorded, outcome, token = task.token] {
      // A task that timed out meanwhile does not want it any more.
      if (outcome == "succeed") {
        (void)callback_->SendTaskSuccess(token, recorded["result"]);
      } else {
        (void)callback_->SendTaskFailure(token, base::FindString(recorded, "error").value_or(""),
                                         base::FindString(recorded, "cause").value_or(""));
      }
    });
    return;
  }
  if (outcome == "succeed") return done(TaskReply::Success(recorded["result"]));
  if (base::FindString(recorded, "error") == "States.DataLimitExceeded") {
    // It is the engine that has to find the answer too large.
    return done(TaskReply::Success(std::string(300'000, 'x')));
  }
  if (outcome == "fail") return done(RecordedFailure(recorded));
}

void RecordedTasks::Behave(const asl::InvokeTask& task, Done done) {
  const Json* lambda = FindLambda(task);
  if (lambda == nullptr) {
    surprises_.push_back("nothing was recorded for a task of the state " + task.state);
    return done(TaskReply::Failure("Lambda.ResourceNotFoundException", "no such function"));
  }
  const bool invoke = IsLambdaInvoke(task.resource);
  const std::string behaviour = base::FindString(*lambda, "behaviour").value_or("");
  if (behaviour == "sleep") return;
  if (behaviour == "raise") {
    const Json& cause = (*lambda)["cause_json"];
    return done(TaskReply::Failure(base::FindString(*lambda, "errorType").value_or(""),
                                   invoke ? base::DumpJson(cause) : Spaced(cause)));
  }
  Json payload = task.arguments;
  if (invoke) {
    const Json* given = base::FindMember(task.arguments, "Payload");
    payload = given == nullptr ? Json::object() : *given;
  }
  if (behaviour == "constant") payload = (*lambda)["value"];
  if (invoke) payload = {{"ExecutedVersion", "$LATEST"}, {"Payload", payload}, {"StatusCode", 200}};
  done(TaskReply::Success(std::move(payload)));
}

}  // namespace coldpath::conformance
