#include "engine/execution_names.h"

#include <algorithm>

#include "base/json.h"

namespace coldpath::engine {

base::Status CheckExecutionName(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_';
  };
  if (name.empty() || name.size() > kMaxNameLength || !std::ranges::all_of(name, allowed)) {
    return base::Fail("engine.invalid_name",
                      "an execution's name has 1 to 80 characters out of 0-9, A-Z, a-z, - and _");
  }
  return {};
}

std::string ExecutionArn(std::string_view state_machine_arn, std::string_view name) {
  constexpr std::string_view kMachine = ":stateMachine:";
  std::string arn(state_machine_arn);
  if (const auto at = arn.find(kMachine); at != std::string::npos) {
    arn.replace(at, kMachine.size(), ":execution:");
  }
  arn += ':';
  arn += name;
  return arn;
}

std::string ChildMachine(std::string_view state_machine, std::string_view label) {
  std::string child(state_machine.substr(0, state_machine.find('/')));
  child += '/';
  child += label;
  return child;
}

std::string DumpContext(const asl::ExecutionContext& context) {
  base::Json json = {{"roleArn", context.role_arn}, {"machine", context.state_machine_name}};
  if (context.redrive_count != 0) json["redriveCount"] = context.redrive_count;
  if (context.map_item_index) {
    json["itemIndex"] = *context.map_item_index;
    json["itemValue"] = context.map_item_value;
  }
  return base::DumpJson(json);
}

base::Result<asl::ExecutionContext> ContextOf(const ExecutionRecord& record) {
  auto json = base::ParseJson(record.context);
  if (!json || !json->is_object()) {
    return base::Fail("engine.corrupt_context",
                      "the context of execution " + record.arn + " cannot be read");
  }
  asl::ExecutionContext context;
  context.execution_arn = record.arn;
  context.execution_name = record.name;
  context.role_arn = base::FindString(*json, "roleArn").value_or("");
  context.start_time = record.started;
  context.state_machine_arn = record.state_machine_arn;
  context.state_machine_name = base::FindString(*json, "machine").value_or("");
  context.redrive_count = static_cast<int>(base::FindInteger(*json, "redriveCount").value_or(0));
  context.map_item_index = base::FindInteger(*json, "itemIndex");
  if (const base::Json* value = base::FindMember(*json, "itemValue")) {
    context.map_item_value = *value;
  }
  return context;
}

}  // namespace coldpath::engine
