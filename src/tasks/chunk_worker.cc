#include "tasks/chunk_worker.h"

#include <algorithm>
#include <utility>

#include "tasks/chunk_attempt.h"
#include "tasks/job_update.h"
#include "tasks/quota_share.h"

namespace coldpath::tasks {
namespace {

using base::Instant;
using domain::Chunk;
using domain::ChunkStatus;
using domain::Failure;
using domain::FailureKind;

std::string CauseOf(const Failure& failure) {
  base::Json cause{{"message", failure.message}};
  if (failure.retry_at) cause["retryAt"] = base::FormatInstant(*failure.retry_at);
  if (!failure.where.empty()) cause["where"] = failure.where;
  return base::DumpJson(cause);
}

Failure OwnFault(const base::Error& error) {
  return {FailureKind::kInterrupted, "Our own store failed.", {}, error.code};
}

std::string StatusClass(const base::Result<base::HttpResponse>& response) {
  return response ? std::to_string(response->status / 100) + "xx" : "none";
}

}  // namespace

struct ChunkWorkerState {
  explicit ChunkWorkerState(WorkerPorts given) : ports(std::move(given)) {}
  const WorkerPorts ports;
  std::atomic<bool> stopping = false;
  std::atomic<bool> silent = false;
};

namespace {

// One attempt. Its steps follow each other (each effect that answers leads to the next step), so
// that only the heartbeat runs beside them; it touches nothing but the atomics.
class Attempt : public std::enable_shared_from_this<Attempt> {
 public:
  Attempt(std::shared_ptr<ChunkWorkerState> shared, ChunkAssignment assignment,
          std::move_only_function<void()> ended)
      : shared_(std::move(shared)),
        ports_(shared_->ports),
        tasks_(ports_.tasks),
        assignment_(std::move(assignment)),
        ended_(std::move(ended)) {}

  void Start() {
    // A token that nobody waits for any more must not take the chunk from who works on it.
    if (!Beat()) return End();
    share_.reservation = assignment_.execution + "/" + assignment_.chunk_id;
    auto claimed = ClaimChunk(tasks_, assignment_.job_id, assignment_.chunk_id, assignment_.token,
                              assignment_.execution);
    if (!claimed) return ReportFailure(OwnFault(claimed.error()));
    if (HasResult(*claimed, assignment_.token)) return ReportRow(*claimed);
    context_.chunk = *std::move(claimed);
    context_.begun = tasks_.clock.Now();
    if (const auto failure = Prepare()) {
      return Conclude({.failure = domain::ChunkFailure{*failure, context_.chunk.spec.types}});
    }
    ScheduleHeartbeat();
    AwaitPlace();
  }

 private:
  // Reads what the driver needs.
  std::optional<Failure> Prepare() {
    const auto job = tasks_.jobs.GetJob(assignment_.user_id, assignment_.job_id);
    if (!job) return OwnFault(job.error());
    if (job->desired != domain::Desired::kRun) {
      return Failure{FailureKind::kJobStopped, "The job was paused or cancelled.", {}, {}};
    }
    const auto connection = tasks_.connections.Get(job->user_id, job->connection_id);
    if (!connection) {
      if (connection.error().code != "store.not_found") return OwnFault(connection.error());
      return Failure{FailureKind::kNeedsReauth, "The connection was removed.", {}, {}};
    }
    const Provider* provider = tasks_.providers.Find(job->provider);
    const auto* stream = provider == nullptr
                             ? nullptr
                             : planner::FindStream(provider->info(), context_.chunk.spec.stream);
    if (stream == nullptr) {
      return Failure{FailureKind::kProviderBug, "The provider no longer has this stream.", {}, {}};
    }
    connection_id_ = connection->id;
    context_.user_id = assignment_.user_id;
    context_.provider = job->provider;
    context_.provider_user_id = connection->provider_user_id;
    share_ = ShareOf(provider->info(), *stream, *connection, context_.chunk.spec,
                     assignment_.execution, tasks_.settings.quota_scale);
    driver_.emplace(*provider, context_.chunk.spec, share_.calls, ports_.limits.driver);
    return std::nullopt;
  }

  // The place that the chunk was admitted to; or, after a retry, a new one.
  void AwaitPlace() {
    const Instant now = tasks_.clock.Now();
    const auto place = tasks_.quota.Reserve(share_.reservation, share_.budgets, share_.calls, now);
    if (!place) return Handle(EndNow{OwnFault(place.error())});
    if (*place <= now) return Handle(Begin{});
    if (*place - now > ports_.limits.driver.wait_in_place_max) {
      return Handle(EndNow{
          {FailureKind::kRateLimited, "The provider's quota is used up for now.", *place, {}}});
    }
    CountWait();
    PostAt(*place, Begin{});
  }

  void Handle(DriverEvent event) {
    if (gone_) return End();
    if (shared_->stopping) {
      if (shared_->silent) return End();
      event = EndNow{{FailureKind::kInterrupted, "The worker is shutting down.", {}, {}}};
    }
    // Store calls answer at once, so that a loop and not a recursion goes through their answers.
    std::optional<DriverEvent> next = std::move(event);
    while (next) {
      std::vector<DriverEffect> effects = driver_->Step(*std::move(next), tasks_.clock.Now());
      next.reset();
      for (DriverEffect& effect : effects) {
        auto answer = std::visit([this](auto& one) { return CarryOut(one); }, effect);
        if (!answer) continue;
        next = std::move(answer);
        break;
      }
    }
  }

  using Answer = std::optional<DriverEvent>;

  Answer CarryOut(NeedToken& effect) {
    ports_.tokens.Get(assignment_.user_id, connection_id_, effect.rejected,
                      [self = shared_from_this()](AccessTokens::Answer answer) {
                        self->Post(self->TokenEvent(std::move(answer)));
                      });
    return std::nullopt;
  }

  Answer CarryOut(TakeCall&) {
    const Instant now = tasks_.clock.Now();
    const auto at = tasks_.quota.TakeOne(share_.budgets, now);
    if (!at) return EndNow{OwnFault(at.error())};
    if (*at <= now) return CallGranted{*at};
    // Not now: a place of its own, so that it cannot be overtaken for ever.
    std::string name = share_.reservation + "/more-" + std::to_string(++extra_);
    const auto place = tasks_.quota.Reserve(name, share_.budgets, 1, now);
    if (!place) return EndNow{OwnFault(place.error())};
    extra_reservations_.push_back(std::move(name));
    if (*place > now) CountWait();
    return CallGranted{*place};
  }

  Answer CarryOut(WaitUntil& effect) {
    PostAt(effect.when, Woken{});
    return std::nullopt;
  }

  Answer CarryOut(SendRequest& effect) {
    ports_.http.Send(std::move(effect.request),
                     [self = shared_from_this()](base::Result<base::HttpResponse> response) {
                       self->tasks_.metrics.Count("coldpath_provider_calls_total",
                                                  {{"provider", self->context_.provider},
                                                   {"status", StatusClass(response)}});
                       self->Handle(Responded{std::move(response)});
                     });
    return std::nullopt;
  }

  Answer CarryOut(ReadDesired&) {
    const auto job = tasks_.jobs.GetJob(assignment_.user_id, assignment_.job_id);
    if (!job) return EndNow{OwnFault(job.error())};
    return DesiredRead{job->desired};
  }

  Answer CarryOut(BlockQuota& effect) {
    const auto until = tasks_.quota.Block(share_.budgets, effect.retry_at, tasks_.clock.Now());
    if (!until) return EndNow{OwnFault(until.error())};
    CountWait();
    return QuotaBlocked{*until};
  }

  Answer CarryOut(KeepRaw& effect) {
    auto key = StoreRawPage(tasks_, assignment_.user_id, context_.chunk, effect);
    if (!key) return EndNow{OwnFault(key.error())};
    context_.raw_keys.push_back(*std::move(key));
    return std::nullopt;
  }

  Answer CarryOut(ObserveQuota& effect) {
    const auto observed = tasks_.quota.Observe(share_.budgets, effect.readings, tasks_.clock.Now());
    if (!observed) {
      // Only makes the ledger less exact.
      tasks_.log.Warning("quota_not_observed", {{"code", observed.error().code}});
    }
    return std::nullopt;
  }

  Answer CarryOut(Finish& effect) {
    Conclude(std::move(effect.outcome));
    return std::nullopt;
  }

  DriverEvent TokenEvent(AccessTokens::Answer answer) {
    if (auto* token = std::get_if<std::string>(&answer)) return TokenReady{std::move(*token)};
    return TokenFailed{std::get<Failure>(std::move(answer))};
  }

  void Conclude(ChunkOutcome outcome) {
    const std::int64_t reserved_used = std::min(outcome.calls, share_.calls);
    const Instant now = tasks_.clock.Now();
    // What fails here is forgotten by the ledger itself once its window has passed.
    (void)tasks_.quota.Settle(share_.reservation, reserved_used, now);
    std::int64_t extra_used = outcome.calls - reserved_used;
    for (const std::string& name : extra_reservations_) {
      (void)tasks_.quota.Settle(name, extra_used-- > 0 ? 1 : 0, now);
    }
    CapWait(outcome, now);
    const auto row = WriteOutcome(tasks_, context_, outcome);
    if (!row) return ReportFailure(OwnFault(row.error()));
    const bool mine = row->attempt == context_.chunk.attempt &&
                      row->attempt_token == context_.chunk.attempt_token;
    if (mine && outcome.failure) return ReportFailure(outcome.failure->failure);
    if (HasResult(*row, assignment_.token)) return ReportRow(*row);
    ReportFailure({FailureKind::kInterrupted, "Another worker took the chunk over.", {}, {}});
  }

  // Nobody waits beyond the chunk's patience: AdmitChunk then finds the quota still blocked and
  // fails the chunk as ProviderLimited.
  void CapWait(ChunkOutcome& outcome, Instant now) {
    if (!outcome.failure || !outcome.failure->failure.retry_at) return;
    const Instant end = context_.chunk.waiting_since.value_or(now) + tasks_.settings.patience;
    Instant& retry_at = *outcome.failure->failure.retry_at;
    retry_at = std::min(retry_at, std::max(end, now));
  }

  // The result that the row holds, in the words of a worker that has just finished.
  void ReportRow(const Chunk& row) {
    if (row.status == ChunkStatus::kFailed && row.failure) {
      return ReportFailure(row.failure->failure);
    }
    std::int64_t records = 0;
    for (const domain::TypeResult& result : row.results) records += result.records;
    Reported(ports_.callback.SendTaskSuccess(assignment_.token,
                                             {{"chunk", row.spec.id}, {"records", records}}));
  }

  void ReportFailure(const Failure& failure) {
    Reported(ports_.callback.SendTaskFailure(
        assignment_.token, std::string(domain::FailureName(failure.kind)), CauseOf(failure)));
  }

  void Reported(const base::Status& status) {
    if (!status && status.error().code != "engine.task_timed_out") {
      // The row holds the result: whoever is given the chunk next finds it.
      tasks_.log.Warning("worker_report_lost", {{"job", assignment_.job_id},
                                                {"chunk", assignment_.chunk_id},
                                                {"code", status.error().code}});
    }
    End();
  }

  void End() {
    if (done_.exchange(true)) return;
    if (const auto timer = heartbeat_.exchange(0)) ports_.executor.Cancel(timer);
    driver_.reset();
    if (ended_) ended_();
  }

  bool Beat() {
    const auto beat = ports_.callback.SendTaskHeartbeat(assignment_.token);
    return beat || (beat.error().code != "engine.task_timed_out" &&
                    beat.error().code != "engine.invalid_token");
  }

  void ScheduleHeartbeat() {
    heartbeat_ = ports_.executor.PostAt(tasks_.clock.Now() + ports_.limits.heartbeat_every,
                                        [self = shared_from_this()] {
                                          if (self->done_) return;
                                          if (!self->Beat()) {
                                            self->gone_ = true;
                                            return;
                                          }
                                          self->ScheduleHeartbeat();
                                        });
    // It may have ended in between: then nobody else cancels the timer.
    if (done_) {
      if (const auto timer = heartbeat_.exchange(0)) ports_.executor.Cancel(timer);
    }
  }

  void CountWait() {
    tasks_.metrics.Count("coldpath_provider_waits_total", {{"provider", context_.provider}});
  }

  void Post(DriverEvent event) {
    ports_.executor.Post([self = shared_from_this(), event = std::move(event)]() mutable {
      self->Handle(std::move(event));
    });
  }
  void PostAt(Instant when, DriverEvent event) {
    ports_.executor.PostAt(when, [self = shared_from_this(), event = std::move(event)]() mutable {
      self->Handle(std::move(event));
    });
  }

  const std::shared_ptr<ChunkWorkerState> shared_;
  const WorkerPorts& ports_;
  const TaskPorts& tasks_;
  const ChunkAssignment assignment_;
  std::move_only_function<void()> ended_;
  std::string connection_id_;
  AttemptContext context_;
  QuotaShare share_;
  std::optional<ChunkDriver> driver_;
  int extra_ = 0;
  std::vector<std::string> extra_reservations_;
  std::atomic<base::Executor::TimerId> heartbeat_ = 0;
  std::atomic<bool> gone_ = false;  // nobody waits for the result any more
  std::atomic<bool> done_ = false;
};

}  // namespace

ChunkWorker::ChunkWorker(WorkerPorts ports)
    : state_(std::make_shared<ChunkWorkerState>(std::move(ports))) {}

void ChunkWorker::Run(ChunkAssignment assignment, std::move_only_function<void()> ended) {
  std::make_shared<Attempt>(state_, std::move(assignment), std::move(ended))->Start();
}

void ChunkWorker::Stop(StopMode mode) {
  state_->silent = mode == StopMode::kSilently;
  state_->stopping = true;
}

}  // namespace coldpath::tasks
