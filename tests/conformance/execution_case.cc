#include "execution_case.h"

#include <memory>
#include <string>
#include <vector>

#include "asl/definition.h"
#include "base/log.h"
#include "base/random.h"
#include "engine/embedded_engine.h"
#include "history_judge.h"
#include "recorded_tasks.h"
#include "sim/sim_executor.h"
#include "stores/memory/memory_journal.h"

namespace coldpath::conformance {
namespace {

using base::Json;

// The objects that an ItemReader reads were not recorded. Where the Map gives its items back, they
// are what the case ends with (in batches or not), and here one more, which MaxItems has to leave
// out.
class RecordedItems final : public engine::ItemSource {
 public:
  explicit RecordedItems(const Json& expected) {
    for (const Json& result : expected.value("output", Json::array())) {
      const Json* batch = base::FindMember(result, "Items");
      if (batch == nullptr) {
        items_.push_back(result);
      } else {
        items_.insert(items_.end(), batch->begin(), batch->end());
      }
    }
  }

  base::Result<Json> ReadItems(const Json& reader) override {
    const Json* config = base::FindMember(reader, "ReaderConfig");
    const auto most = config == nullptr ? std::nullopt : base::FindInteger(*config, "MaxItems");
    if (items_.empty() || !most) {
      return base::Fail("States.ItemReaderFailed", "nothing was recorded of the items");
    }
    Json items = items_;
    items.push_back("one more");
    while (items.size() > static_cast<std::size_t>(*most)) items.erase(items.size() - 1);
    return items;
  }
  base::Result<Json> WriteResults(const Json&, const Json&) override {
    return base::Fail("States.ResultWriterFailed", "nothing was recorded of the results");
  }

 private:
  Json items_ = Json::array();
};

asl::MachineType TypeOf(const Json& recorded) {
  return base::FindString(recorded, "type") == "EXPRESS" ? asl::MachineType::kExpress
                                                         : asl::MachineType::kStandard;
}

std::string DefinitionText(const Json& recorded) {
  if (const auto text = base::FindString(recorded, "definition_text")) return *text;
  return base::DumpJson(recorded["definition"]);
}

Rules RulesOf(const Json& recorded) {
  Rules rules;
  for (const Json& tag : recorded.value("tags", Json::array())) {
    if (tag == "context-without-RedriveCount") rules.redrive_count_may_appear = true;
  }
  return rules;
}

struct Outcome {
  engine::ExecutionDescription description;
  std::vector<asl::HistoryEvent> history;
};

class World {
 public:
  explicit World(const Json& recorded)
      : items_(recorded["expected"]),
        tasks_(recorded.value("mocks", Json()), RulesOf(recorded), executor_) {}

  base::Result<Outcome> Run(const Json& recorded) {
    const std::string machine = base::FindString(recorded, "state_machine_name").value_or("");
    const std::string name = base::FindString(recorded, "execution_name").value_or("");
    COLDPATH_ASSIGN_OR_RETURN(
        auto engine,
        engine::EmbeddedEngine::Make(
            {.definition = DefinitionText(recorded),
             .role_arn = base::FindString(recorded, "role_arn").value_or(""),
             .state_machine_arn = "arn:aws:states:us-east-1:111111111111:stateMachine:" + machine,
             .state_machine_name = machine},
            {journal_, tasks_, items_, executor_, executor_, random_, log_}, {}));
    tasks_.ReportTo(engine.get());
    COLDPATH_RETURN_IF_ERROR(engine->Recover());
    const auto text = base::FindString(recorded, "input_text");
    COLDPATH_RETURN_IF_ERROR(engine->Start(name, text ? *text : base::DumpJson(recorded["input"])));
    executor_.Run();
    Outcome outcome;
    COLDPATH_ASSIGN_OR_RETURN(outcome.description, engine->Describe(name));
    std::optional<std::int64_t> after = 0;
    while (after) {
      COLDPATH_ASSIGN_OR_RETURN(auto page, engine->History(name, *after, 1000));
      for (asl::HistoryEvent& event : page.events) outcome.history.push_back(std::move(event));
      after = page.next;
    }
    return outcome;
  }

 private:
  sim::SimExecutor executor_;
  base::Log log_{executor_, base::LogLevel::kError, [](std::string_view) {}};
  base::SeededRandom random_{1};
  stores::MemoryJournal journal_{executor_, executor_};
  RecordedItems items_;
  RecordedTasks tasks_;
};

std::optional<std::string> TextDifference(const Json& expected, std::string_view member,
                                          const std::optional<std::string>& actual,
                                          const Rules& rules) {
  const Json* wanted = base::FindMember(expected, member);
  if (wanted == nullptr) {
    if (!actual || actual->empty()) return std::nullopt;
    return "/" + std::string(member) + ": not expected, but " + *actual;
  }
  return Difference(*wanted, actual ? Json(*actual) : Json(), rules, "/" + std::string(member));
}

Verdict JudgeOutcome(const Json& expected, const Outcome& outcome, const Rules& rules) {
  const engine::ExecutionDescription& got = outcome.description;
  const std::string status(asl::StatusName(got.status));
  if (base::FindString(expected, "status") != status) {
    return Verdict::Differs(0, "expected " + expected.value("status", "") + ", got " + status +
                                   " " + got.error.value_or("") + ": " + got.cause.value_or(""));
  }
  if (const Json* wanted = base::FindMember(expected, "output")) {
    const auto output = base::ParseJson(got.output);
    if (auto difference = Difference(*wanted, output ? *output : Json(), rules, "/output")) {
      return Verdict::Differs(0, *difference);
    }
  }
  if (auto difference = TextDifference(expected, "error", got.error, rules)) {
    return Verdict::Differs(0, *difference);
  }
  if (auto difference = TextDifference(expected, "cause", got.cause, rules)) {
    return Verdict::Differs(1, *difference);
  }
  const Json* history = base::FindMember(expected, "history");
  if (history == nullptr) return Verdict::Passed();
  return JudgeHistory(*history, expected.value("history_compare", "exact"), outcome.history, rules);
}

}  // namespace

Verdict JudgeExecution(const Json& recorded) {
  World world(recorded);
  const auto outcome = world.Run(recorded);
  if (!outcome) return Verdict::Differs(0, outcome.error().code + ": " + outcome.error().message);
  return JudgeOutcome(recorded["expected"], *outcome, RulesOf(recorded));
}

Verdict JudgeDefinition(const Json& recorded) {
  const Json& expected = recorded["expected"];
  const std::string text = DefinitionText(recorded);
  if (const Json* create = base::FindMember(expected, "create_state_machine")) {
    const auto parsed = asl::ParseDefinition(text, TypeOf(recorded));
    if (parsed) return Verdict::Differs(0, "it was accepted");
    if (auto difference = Difference((*create)["error"]["message"], parsed.error().message, {})) {
      return Verdict::Differs(1, *difference);
    }
    return Verdict::Passed();
  }
  Json diagnostics = Json::array();
  bool failed = false;
  for (const asl::Diagnostic& found : asl::ValidateDefinition(text, TypeOf(recorded))) {
    const bool is_error = found.severity == asl::Diagnostic::Severity::kError;
    failed = failed || is_error;
    Json diagnostic = {{"severity", is_error ? "ERROR" : "WARNING"},
                       {"code", found.code},
                       {"message", found.message}};
    if (!found.location.empty()) diagnostic["location"] = found.location;
    diagnostics.push_back(std::move(diagnostic));
  }
  const Json answer = {
      {"result", failed ? "FAIL" : "OK"}, {"diagnostics", diagnostics}, {"truncated", false}};
  const Json& wanted = expected["validate_state_machine_definition"];
  if (wanted["result"] != answer["result"]) return Verdict::Differs(0, "the result differs");
  if (auto difference = Difference(wanted, answer, {})) return Verdict::Differs(1, *difference);
  return Verdict::Passed();
}

}  // namespace coldpath::conformance
