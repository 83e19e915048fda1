#include "aws/step_functions_engine.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/execution_names.h"

namespace coldpath::aws {
namespace {

constexpr std::size_t kMostErrorBytes = 256;
constexpr std::size_t kMostCauseBytes = 32'768;
constexpr std::int64_t kPageSize = 1000;  // GetExecutionHistory's greatest
// A history has at most 25,000 events; the rest is patience with short pages.
constexpr int kMostPages = 100;

AwsResult<base::Json> Call(AwsClient& client, const std::string& operation,
                           const base::Json& body) {
  return client.CallJson("states", "AWSStepFunctions." + operation, body);
}

base::Error EngineError(const AwsError& error) {
  const std::string message = error.name + ": " + error.message;
  if (error.name == "ExecutionDoesNotExist") return {"engine.no_such_execution", message};
  if (error.name == "InvalidName") return {"engine.invalid_name", message};
  if (error.name == "InvalidExecutionInput") return {"engine.invalid_input", message};
  return {"engine.unavailable", message};
}

base::Error Malformed(const std::string& what) {
  return {"engine.unavailable", "Step Functions answered without a valid " + what + "."};
}

// Cut between characters: AWS takes no broken UTF-8.
std::string CutTo(std::string text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  text.resize(bytes);
  return text;
}

// Times are seconds since 1970 with a fraction.
std::optional<base::Instant> FindTime(const base::Json& json, std::string_view key) {
  const auto seconds = base::FindNumber(json, key);
  if (!seconds || !(std::abs(*seconds) < 1e11)) return std::nullopt;
  return base::FromUnixMillis(std::llround(*seconds * 1000));
}

std::optional<asl::ExecutionStatus> StatusOf(std::string_view name) {
  using enum asl::ExecutionStatus;
  if (name == "PENDING_REDRIVE") return kRunning;
  for (const auto status : {kRunning, kSucceeded, kFailed, kTimedOut, kAborted}) {
    if (name == asl::StatusName(status)) return status;
  }
  return std::nullopt;
}

base::Result<engine::ExecutionDescription> ReadDescription(const base::Json& json,
                                                           const std::string& name) {
  const auto status = StatusOf(base::FindString(json, "status").value_or(""));
  if (!status) return base::Fail(Malformed("status"));
  const auto started = FindTime(json, "startDate");
  if (!started) return base::Fail(Malformed("startDate"));
  return engine::ExecutionDescription{.arn = base::FindString(json, "executionArn").value_or(""),
                                      .name = name,
                                      .status = *status,
                                      .started = *started,
                                      .stopped = FindTime(json, "stopDate"),
                                      .input = base::FindString(json, "input").value_or(""),
                                      .output = base::FindString(json, "output").value_or(""),
                                      .error = base::FindString(json, "error"),
                                      .cause = base::FindString(json, "cause")};
}

}  // namespace

std::string StepFunctionsExecutionArn(const std::string& state_machine_arn,
                                      const std::string& name) {
  // arn:aws:states:<region>:<account>:stateMachine:<name>[:<version or alias>]
  std::size_t end = 0;
  for (int part = 0; part < 7 && end != std::string::npos; ++part) {
    end = state_machine_arn.find(':', part == 0 ? 0 : end + 1);
  }
  return engine::ExecutionArn(state_machine_arn.substr(0, end), name);
}

base::Result<asl::HistoryEvent> ReadHistoryEvent(const base::Json& json) {
  const auto id = base::FindInteger(json, "id");
  const auto time = FindTime(json, "timestamp");
  const auto type = base::FindString(json, "type");
  if (!id || !time || !type) return base::Fail(Malformed("event"));
  asl::HistoryEvent event;
  event.id = *id;
  event.previous_id = base::FindInteger(json, "previousEventId").value_or(0);
  event.time = *time;
  event.type = *type;
  for (const auto& [key, value] : json.items()) {
    if (!key.ends_with("EventDetails") || !value.is_object()) continue;
    event.details = value;
    for (const char* member : {"inputDetails", "outputDetails"}) {
      if (event.details.contains(member) &&
          base::FindBool(event.details[member], "truncated") == false) {
        event.details.erase(member);
      }
    }
  }
  return event;
}

StepFunctionsEngine::StepFunctionsEngine(AwsClient& client,
                                         std::function<void(base::Duration)> wait,
                                         StepFunctionsSettings settings)
    : client_(client), wait_(std::move(wait)), settings_(std::move(settings)) {}

base::Result<std::string> StepFunctionsEngine::ArnOf(const std::string& name) const {
  COLDPATH_RETURN_IF_ERROR(engine::CheckExecutionName(name));
  return StepFunctionsExecutionArn(settings_.state_machine_arn, name);
}

base::Result<engine::StartReply> StepFunctionsEngine::Start(const std::string& name,
                                                            const std::string& input) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string arn, ArnOf(name));
  if (input.size() > engine::kMaxInputBytes) {
    return base::Fail("engine.input_too_large",
                      "The input has " + std::to_string(input.size()) + " bytes; " +
                          std::to_string(engine::kMaxInputBytes) + " are allowed.");
  }
  if (const auto json = base::ParseJson(input); !json) {
    return base::Fail("engine.invalid_input", "The input: " + json.error().message);
  }
  const auto answer =
      Call(client_, "StartExecution",
           {{"stateMachineArn", settings_.state_machine_arn}, {"name", name}, {"input", input}});
  if (!answer && answer.error().name == "ExecutionAlreadyExists") {
    return engine::StartReply{engine::StartOutcome::kAlreadyExists, arn};
  }
  if (!answer) return base::Fail(EngineError(answer.error()));
  const auto started = base::FindString(*answer, "executionArn");
  if (!started) return base::Fail(Malformed("executionArn"));
  return engine::StartReply{engine::StartOutcome::kStarted, *started};
}

base::Result<engine::ExecutionDescription> StepFunctionsEngine::Describe(const std::string& name) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string arn, ArnOf(name));
  base::Duration pause = settings_.describe_pause;
  for (int tries = 1;; ++tries) {
    const auto answer = Call(client_, "DescribeExecution", {{"executionArn", arn}});
    if (answer) return ReadDescription(*answer, name);
    if (answer.error().name != "ExecutionDoesNotExist" || tries >= settings_.describe_tries) {
      return base::Fail(EngineError(answer.error()));
    }
    wait_(pause);
    pause *= 2;
  }
}

base::Status StepFunctionsEngine::Stop(const std::string& name, std::string error,
                                       std::string cause) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string arn, ArnOf(name));
  base::Json body{{"executionArn", arn}};
  if (!error.empty()) body["error"] = CutTo(std::move(error), kMostErrorBytes);
  if (!cause.empty()) body["cause"] = CutTo(std::move(cause), kMostCauseBytes);
  const auto answer = Call(client_, "StopExecution", body);
  if (!answer) return base::Fail(EngineError(answer.error()));
  return {};
}

base::Result<engine::HistoryPage> StepFunctionsEngine::History(const std::string& name,
                                                               std::int64_t after, int limit) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string arn, ArnOf(name));
  const auto wanted = static_cast<std::size_t>(std::clamp<std::int64_t>(limit, 1, kPageSize));
  base::Json body{{"executionArn", arn}, {"maxResults", kPageSize}};
  engine::HistoryPage page;
  for (int pages = 0; pages < kMostPages; ++pages) {
    const auto answer = Call(client_, "GetExecutionHistory", body);
    if (!answer) return base::Fail(EngineError(answer.error()));
    const base::Json* events = base::FindMember(*answer, "events");
    if (events == nullptr || !events->is_array()) return base::Fail(Malformed("events"));
    for (const base::Json& one : *events) {
      COLDPATH_ASSIGN_OR_RETURN(asl::HistoryEvent event, ReadHistoryEvent(one));
      if (event.id <= after) continue;
      if (page.events.size() == wanted) {
        page.next = page.events.back().id;
        return page;
      }
      page.events.push_back(std::move(event));
    }
    const auto next = base::FindString(*answer, "nextToken");
    if (!next || next->empty()) return page;
    body["nextToken"] = *next;
  }
  return base::Fail(Malformed("end of its history"));
}

namespace {

base::Status Report(AwsClient& client, const std::string& operation, const base::Json& body) {
  const auto answer = Call(client, operation, body);
  if (answer) return {};
  const AwsError& error = answer.error();
  const std::string message = error.name + ": " + error.message;
  if (error.name == "TaskTimedOut" || error.name == "TaskDoesNotExist") {
    return base::Fail("engine.task_timed_out", message);
  }
  if (error.name == "InvalidToken") return base::Fail("engine.invalid_token", message);
  return base::Fail("engine.unavailable", message);
}

}  // namespace

base::Status StepFunctionsCallback::SendTaskSuccess(const std::string& token,
                                                    const base::Json& output) {
  return Report(client_, "SendTaskSuccess",
                {{"taskToken", token}, {"output", base::DumpJson(output)}});
}

base::Status StepFunctionsCallback::SendTaskFailure(const std::string& token, std::string error,
                                                    std::string cause) {
  base::Json body{{"taskToken", token}};
  if (!error.empty()) body["error"] = CutTo(std::move(error), kMostErrorBytes);
  if (cause.size() > kMostCauseBytes) {
    // Half is left for what escaping adds.
    cause = base::DumpJson({{"message", CutTo(std::move(cause), kMostCauseBytes / 8)}});
  }
  if (!cause.empty()) body["cause"] = std::move(cause);
  return Report(client_, "SendTaskFailure", body);
}

base::Status StepFunctionsCallback::SendTaskHeartbeat(const std::string& token) {
  return Report(client_, "SendTaskHeartbeat", {{"taskToken", token}});
}

}  // namespace coldpath::aws
