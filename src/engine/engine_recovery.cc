// How the engine takes up what an earlier process left unfinished.
#include <utility>

#include "engine/engine_core.h"
#include "engine/execution_names.h"

namespace coldpath::engine {

base::Status EngineCore::Recover() {
  base::MutexLock lock(mutex_);
  const auto unavailable = [](const base::Error& error) {
    return base::Fail("engine.unavailable", error.message);
  };
  const auto greatest = ports_.journal.GreatestKey();
  if (!greatest) return unavailable(greatest.error());
  auto unfinished = ports_.journal.LoadUnfinished();
  if (!unfinished) return unavailable(unfinished.error());
  last_key_ = *greatest;
  phase_ = Phase::kRunning;

  // Parents have smaller keys than their children, so they stand first.
  std::vector<ExecutionKey> restored;
  for (UnfinishedExecution& execution : *unfinished) {
    const ExecutionKey key = execution.record.key;
    const std::string arn = execution.record.arn;
    if (const base::Status status = Restore(std::move(execution)); status) {
      restored.push_back(key);
    } else {
      ports_.log.Error(
          "execution_not_restored",
          {{"execution", arn}, {"code", status.error().code}, {"reason", status.error().message}});
    }
  }
  // After all children are linked: what one execution does now may concern another.
  for (const ExecutionKey key : restored) Resume(key);
  Drain();
  CommitGroup(When::kIdle);
  ArmTimer();
  if (!restored.empty()) {
    ports_.log.Info("executions_recovered", {{"count", restored.size()}});
  }
  return {};
}

base::Result<std::shared_ptr<const asl::Definition>> EngineCore::DefinitionOf(
    const ExecutionRecord& record) {
  if (record.parent) {
    LiveExecution* parent = FindLive(record.parent->parent);
    if (parent == nullptr) {
      return base::Fail("engine.orphan", "its parent execution is not there");
    }
    MapRun& run = parent->maps[{record.parent->frame, record.parent->run}];
    if (!run.plan) run.plan = asl::PlanChildren(parent->state, record.parent->frame);
    return run.plan->definition;
  }
  if (const auto known = definitions_.find(record.definition_digest); known != definitions_.end()) {
    return known->second;
  }
  COLDPATH_ASSIGN_OR_RETURN(const auto text,
                            ports_.journal.LoadDefinition(record.definition_digest));
  if (!text) return base::Fail("engine.no_definition", "its definition is not in the journal");
  COLDPATH_ASSIGN_OR_RETURN(auto definition, asl::ParseDefinition(*text));
  definitions_[record.definition_digest] = definition;
  return definition;
}

base::Status EngineCore::Restore(UnfinishedExecution unfinished) {
  ExecutionRecord& record = unfinished.record;
  COLDPATH_ASSIGN_OR_RETURN(auto definition, DefinitionOf(record));
  COLDPATH_ASSIGN_OR_RETURN(auto context, ContextOf(record));
  COLDPATH_ASSIGN_OR_RETURN(auto input, base::ParseJson(record.input));
  COLDPATH_ASSIGN_OR_RETURN(
      auto state,
      asl::ExecutionState::Restore(std::move(definition), std::move(context), std::move(input),
                                   unfinished.frames, record.last_event_id));
  if (record.parent) {
    FindLive(record.parent->parent)
        ->maps[{record.parent->frame, record.parent->run}]
        .children[record.parent->index] = record.key;
  }
  AddLive({.key = record.key,
           .input = record.parent ? std::string() : std::move(record.input),
           .definition_digest = record.definition_digest,
           .parent = record.parent,
           .created_in = 0,
           .state = std::move(state)});
  return {};
}

void EngineCore::Resume(ExecutionKey key) {
  LiveExecution& execution = *FindLive(key);
  for (asl::Effect& effect : asl::OutstandingEffects(execution.state)) {
    if (auto* load = std::get_if<asl::LoadItems>(&effect)) {
      // At once, so that no child of a Map that runs already can end while the items are missing.
      const MapRunId run{load->frame, load->run};
      Enqueue(key, KeepItems(execution, run, ReadItems(std::move(*load))));
      continue;
    }
    if (const auto* task = std::get_if<asl::InvokeTask>(&effect); task && task->heartbeat) {
      // While the engine was away nobody could take the worker's heartbeats: its silence begins
      // now.
      Enqueue(key, asl::TaskHeartbeat{task->frame, task->task});
    }
    Release({key, std::move(effect)});
  }
}

}  // namespace coldpath::engine
