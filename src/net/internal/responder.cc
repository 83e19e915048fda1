#include <atomic>
#include <utility>

#include "base/check.h"
#include "net/internal/session.h"

namespace coldpath::net::internal {
namespace {

class SessionResponder final : public base::HttpResponder {
 public:
  SessionResponder(std::shared_ptr<ServerCore> core, std::weak_ptr<Session> session,
                   std::shared_ptr<StreamOutbox> outbox)
      : core_(std::move(core)), session_(std::move(session)), outbox_(std::move(outbox)) {}

  ~SessionResponder() override {
    if (!finished_) Tell([](Session& session) { session.Abandon(); });
  }

  void Respond(base::HttpResponse response) override {
    COLDPATH_CHECK(!answered_.exchange(true));
    finished_ = true;
    Tell([response = std::move(response)](Session& session) mutable {
      session.Respond(std::move(response));
    });
  }

  void StartStream(base::HttpResponse head) override {
    COLDPATH_CHECK(!answered_.exchange(true));
    Tell([head = std::move(head)](Session& session) mutable {
      session.StartStream(std::move(head));
    });
  }

  bool Write(std::string bytes) override {
    COLDPATH_CHECK(answered_);
    if (finished_) return false;
    switch (outbox_->Add(std::move(bytes))) {
      case StreamOutbox::Added::kRefused:
        return false;
      case StreamOutbox::Added::kTellNetwork:
        Tell([](Session& session) { session.FlushStream(); });
        return true;
      case StreamOutbox::Added::kQueued:
        return true;
    }
    return false;
  }

  void EndStream() override {
    if (finished_.exchange(true)) return;
    Tell([](Session& session) { session.EndStream(); });
  }

  bool ShouldEnd() const override { return core_->draining || outbox_->IsClosed(); }

 private:
  template <typename Function>
  void Tell(Function function) {
    core_->Post([session = session_, function = std::move(function)]() mutable {
      if (const auto alive = session.lock()) function(*alive);
    });
  }

  const std::shared_ptr<ServerCore> core_;
  const std::weak_ptr<Session> session_;
  const std::shared_ptr<StreamOutbox> outbox_;
  std::atomic<bool> answered_ = false;
  std::atomic<bool> finished_ = false;
};

}  // namespace

std::shared_ptr<base::HttpResponder> MakeResponder(std::shared_ptr<ServerCore> core,
                                                   std::weak_ptr<Session> session,
                                                   std::shared_ptr<StreamOutbox> outbox) {
  return std::make_shared<SessionResponder>(std::move(core), std::move(session), std::move(outbox));
}

}  // namespace coldpath::net::internal
