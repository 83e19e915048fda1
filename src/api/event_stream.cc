#include "api/event_stream.h"

#include <utility>

#include "api/views.h"
#include "service/job_update.h"

namespace coldpath::api {
namespace {

constexpr int kBatch = 200;

std::string EventText(const tasks::ProgressEvent& event) {
  base::Json data = event.data;
  data["time"] = base::FormatInstant(event.time);
  return "id: " + std::to_string(event.number) + "\nevent: " + event.type +
         "\ndata: " + base::DumpJson(data) + "\n\n";
}

class EventStream : public std::enable_shared_from_this<EventStream> {
 public:
  EventStream(CallPtr call, std::string job_id, std::int64_t after,
              const EventStreamOptions& options)
      : call_(std::move(call)), job_id_(std::move(job_id)), after_(after), options_(options) {}

  void Begin() {
    AnswerStream(*call_, {200, {{"Content-Type", "text/event-stream"}}, ""});
    if (Write("retry: " + std::to_string(options_.retry_ms) + "\n\n")) Poll();
  }

 private:
  bool Write(std::string text) {
    written_at_ = call_->context.clock.Now();
    return call_->responder->Write(std::move(text));
  }

  void Poll() {
    if (call_->responder->ShouldEnd()) {
      call_->responder->EndStream();
      return;
    }
    // The job first, then its events: whatever the job's state says is among the events by then.
    const auto job = service::FindJob(call_->context, call_->user(), job_id_);
    if (!job) {
      // Erased in the meantime, or the store has trouble: the client comes back and is told.
      call_->responder->EndStream();
      return;
    }
    if (!SendNew()) return;
    const service::Phase phase = service::PhaseOf(*job);
    if (phase == service::Phase::kEnded || phase == service::Phase::kPaused) {
      if (Write("event: end\ndata: " + base::DumpJson(JobStateJson(*job)) + "\n\n")) {
        call_->responder->EndStream();
      }
      return;
    }
    if (options_.once) {
      call_->responder->EndStream();
      return;
    }
    Again();
  }

  // False if the stream is over.
  bool SendNew() {
    for (;;) {
      const auto events = call_->context.jobs.ReadEvents(job_id_, after_, kBatch);
      if (!events) {
        call_->responder->EndStream();
        return false;
      }
      std::string text;
      for (const tasks::ProgressEvent& event : *events) {
        text += EventText(event);
        after_ = event.number;
      }
      if (!text.empty() && !Write(std::move(text))) return false;
      if (std::cmp_less(events->size(), kBatch)) return true;
    }
  }

  void Again() {
    const base::Instant now = call_->context.clock.Now();
    if (now - written_at_ >= options_.keep_alive && !Write(": keep-alive\n\n")) return;
    call_->context.executor.PostAt(now + options_.poll_interval,
                                   [self = shared_from_this()] { self->Poll(); });
  }

  const CallPtr call_;
  const std::string job_id_;
  std::int64_t after_;
  const EventStreamOptions options_;
  base::Instant written_at_;
};

}  // namespace

void StreamEvents(const CallPtr& call, const std::string& job_id, std::int64_t after,
                  const EventStreamOptions& options) {
  std::make_shared<EventStream>(call, job_id, after, options)->Begin();
}

}  // namespace coldpath::api
