// ChunkContainer: one chunk on Fargate.
#include <atomic>
#include <utility>

#include "app/aws_parts.h"
#include "app/aws_service.h"
#include "aws/step_functions_engine.h"
#include "base/crypto.h"
#include "domain/failure.h"
#include "tasks/access_tokens.h"
#include "tasks/chunk_worker.h"

namespace coldpath::app {
namespace {

constexpr int kThreads = 3;  // the attempt's steps, its heartbeat, a page that is processed
// Longer waits for quota end the attempt, and the workflow waits in its place. Another container
// costs a minute at least, so a minute of waiting costs less.
constexpr std::chrono::seconds kWaitInPlaceMax{60};

// Passes reports on and remembers what became of them.
class NotedCallback final : public engine::TaskCallback {
 public:
  explicit NotedCallback(engine::TaskCallback& target) : target_(target) {}

  struct Note {
    std::string result = "unreported";
    std::string error;  // the failure that was reported, or why the report failed
    bool told = false;
  };
  Note note() const {
    base::MutexLock lock(mutex_);
    return note_;
  }

  base::Status SendTaskSuccess(const std::string& token, const base::Json& output) override {
    return Keep("succeeded", "", target_.SendTaskSuccess(token, output));
  }
  base::Status SendTaskFailure(const std::string& token, std::string error,
                               std::string cause) override {
    const std::string name = error;
    return Keep("failed", name, target_.SendTaskFailure(token, std::move(error), std::move(cause)));
  }
  base::Status SendTaskHeartbeat(const std::string& token) override {
    base::Status sent = target_.SendTaskHeartbeat(token);
    return sent ? sent : Keep("", "", std::move(sent));
  }

 private:
  base::Status Keep(const std::string& result, const std::string& error, base::Status status) {
    const bool unwanted = !status && (status.error().code == "engine.task_timed_out" ||
                                      status.error().code == "engine.invalid_token");
    base::MutexLock lock(mutex_);
    if (note_.told) return status;
    if (status) {
      note_ = {result, error, true};
    } else if (unwanted) {
      note_ = {"unwanted", status.error().code, true};
    } else {
      note_ = {"unreported", status.error().code, false};
    }
    return status;
  }

  engine::TaskCallback& target_;
  mutable base::Mutex mutex_;
  Note note_ COLDPATH_GUARDED_BY(mutex_);
};

class AwsChunkContainer final : public ChunkContainer {
 public:
  AwsChunkContainer(std::unique_ptr<AwsMachine> machine, std::unique_ptr<AwsParts> parts,
                    tasks::ChunkAssignment assignment)
      : machine_(std::move(machine)),
        parts_(std::move(parts)),
        assignment_(std::move(assignment)),
        tokens_(parts_->task_ports(), *machine_->provider_http, *machine_->pool,
                // Unique among the containers that share the table: it names a lease.
                "container-" + assignment_.chunk_id + "-" +
                    base::HexEncode(machine_->random->NextBytes(8))),
        worker_({parts_->task_ports(), tokens_, *machine_->provider_http, *machine_->pool,
                 callback_, Limits()}),
        begun_(machine_->clock->Now()) {}
  ~AwsChunkContainer() override {
    worker_.Stop(tasks::ChunkWorker::StopMode::kSilently);
    // Nothing may call into the parts once they go.
    machine_->pool->Stop();
  }

  void Start(std::function<void()> ended) override {
    worker_.Run(assignment_, [this, ended = std::move(ended)] {
      ended_ = true;
      ended();
    });
  }

  void Interrupt() override {
    machine_->log.Warning("chunk_worker_interrupted", {{"chunk", assignment_.chunk_id}});
    worker_.Stop(tasks::ChunkWorker::StopMode::kReportInterrupted);
  }

  bool Finish() override {
    if (!ended_) {
      (void)callback_.SendTaskFailure(
          assignment_.token, std::string(domain::FailureName(domain::FailureKind::kInterrupted)),
          R"({"message":"The container was stopped."})");
    }
    const NotedCallback::Note note = callback_.note();
    const std::int64_t milliseconds =
        (machine_->clock->Now() - begun_) / std::chrono::milliseconds(1);
    machine_->log.Info("chunk_worker_ended", {{"job", assignment_.job_id},
                                              {"chunk", assignment_.chunk_id},
                                              {"execution", assignment_.execution},
                                              {"result", note.result},
                                              {"error", note.error},
                                              {"reported", note.told},
                                              {"duration_ms", milliseconds}});
    return note.told;
  }

 private:
  static tasks::WorkerLimits Limits() {
    tasks::WorkerLimits limits;
    limits.driver.wait_in_place_max = kWaitInPlaceMax;
    return limits;
  }

  const std::unique_ptr<AwsMachine> machine_;
  const std::unique_ptr<AwsParts> parts_;
  const tasks::ChunkAssignment assignment_;
  aws::StepFunctionsCallback step_functions_{parts_->client};
  NotedCallback callback_{step_functions_};
  tasks::AccessTokens tokens_;
  tasks::ChunkWorker worker_;
  const base::Instant begun_;
  std::atomic<bool> ended_ = false;
};

}  // namespace

base::Result<std::unique_ptr<ChunkContainer>> ChunkContainer::Make(
    const aws::Environment& environment, base::Log::Sink log) {
  COLDPATH_ASSIGN_OR_RETURN(tasks::ChunkAssignment assignment, ReadAssignment(environment));
  auto machine = std::make_unique<AwsMachine>(std::move(log), kThreads);
  COLDPATH_ASSIGN_OR_RETURN(auto parts,
                            AwsParts::Make(*machine, environment, AwsRole::kChunkWorker));
  return std::make_unique<AwsChunkContainer>(std::move(machine), std::move(parts),
                                             std::move(assignment));
}

}  // namespace coldpath::app
