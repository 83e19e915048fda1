#include "engine/embedded_engine.h"

#include <algorithm>
#include <utility>

#include "engine/engine_core.h"

namespace coldpath::engine {

base::Result<std::unique_ptr<EmbeddedEngine>> EmbeddedEngine::Make(EmbeddedEngineConfig config,
                                                                   EmbeddedEnginePorts ports,
                                                                   OnEnded on_ended) {
  COLDPATH_ASSIGN_OR_RETURN(auto definition, asl::ParseDefinition(config.definition));
  return std::unique_ptr<EmbeddedEngine>(new EmbeddedEngine(std::make_shared<EngineCore>(
      std::move(config), ports, std::move(on_ended), std::move(definition))));
}

EmbeddedEngine::EmbeddedEngine(std::shared_ptr<EngineCore> core) : core_(std::move(core)) {}

EmbeddedEngine::~EmbeddedEngine() {
  core_->Shutdown();
  core_->Abandon();
}

base::Status EmbeddedEngine::Recover() { return core_->Recover(); }
void EmbeddedEngine::Shutdown() { core_->Shutdown(); }
void EmbeddedEngine::Abandon() { core_->Abandon(); }
base::Status EmbeddedEngine::Health() const { return core_->Health(); }

std::size_t EmbeddedEngine::live_executions() const { return core_->live_executions(); }
std::size_t EmbeddedEngine::pending_timers() const { return core_->pending_timers(); }

base::Result<StartReply> EmbeddedEngine::Start(const std::string& name, const std::string& input) {
  return core_->Start(name, input);
}

base::Status EmbeddedEngine::Stop(const std::string& name, std::string error, std::string cause) {
  return core_->Stop(name, std::move(error), std::move(cause));
}

namespace {

base::Error NoSuchExecution(const std::string& name) {
  return {"engine.no_such_execution", "there is no execution named " + name};
}

}  // namespace

base::Result<ExecutionDescription> EmbeddedEngine::Describe(const std::string& name) {
  COLDPATH_ASSIGN_OR_RETURN(auto found, core_->Find(name));
  if (!found) return base::Fail(NoSuchExecution(name));
  return ExecutionDescription{.arn = std::move(found->arn),
                              .name = std::move(found->name),
                              .status = found->status,
                              .started = found->started,
                              .stopped = found->ended,
                              .input = std::move(found->input),
                              .output = std::move(found->output),
                              .error = std::move(found->error),
                              .cause = std::move(found->cause)};
}

base::Result<HistoryPage> EmbeddedEngine::History(const std::string& name, std::int64_t after,
                                                  int limit) {
  COLDPATH_ASSIGN_OR_RETURN(const auto found, core_->Find(name));
  if (!found) return base::Fail(NoSuchExecution(name));
  limit = std::clamp(limit, 1, 1000);  // GetExecutionHistory's greatest page
  // One more than asked for tells whether there is a next page.
  auto events = core_->journal().ReadHistory(found->key, after, limit + 1);
  if (!events) return base::Fail("engine.unavailable", events.error().message);
  HistoryPage page{*std::move(events), std::nullopt};
  if (page.events.size() > static_cast<std::size_t>(limit)) {
    page.events.pop_back();
    page.next = page.events.back().id;
  }
  return page;
}

base::Status EmbeddedEngine::SendTaskSuccess(const std::string& token, const base::Json& output) {
  return core_->OnToken(token, [&](asl::FrameId frame, std::int64_t task) -> asl::Event {
    return asl::TaskSucceeded{frame, task, output};
  });
}

base::Status EmbeddedEngine::SendTaskFailure(const std::string& token, std::string error,
                                             std::string cause) {
  return core_->OnToken(token, [&](asl::FrameId frame, std::int64_t task) -> asl::Event {
    asl::TaskFailed failed{frame, task, {}, {}};
    if (!error.empty()) failed.error = std::move(error);
    if (!cause.empty()) failed.cause = std::move(cause);
    return failed;
  });
}

base::Status EmbeddedEngine::SendTaskHeartbeat(const std::string& token) {
  return core_->OnToken(token, [](asl::FrameId frame, std::int64_t task) -> asl::Event {
    return asl::TaskHeartbeat{frame, task};
  });
}

}  // namespace coldpath::engine
