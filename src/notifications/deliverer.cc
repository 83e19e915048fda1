#include "notifications/deliverer.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/mutex.h"
#include "base/strand.h"

namespace coldpath::notifications {
namespace {

using tasks::Delivery;

std::string ResultName(DeliveryResult result) {
  switch (result) {
    case DeliveryResult::kAccepted:
      return "accepted";
    case DeliveryResult::kGone:
      return "gone";
    case DeliveryResult::kOff:
      return "off";
    case DeliveryResult::kRefused:
      return "refused";
    case DeliveryResult::kLater:
      return "later";
  }
  return "";
}

}  // namespace

// All of it runs on the strand, one piece at a time; the mutex is for the destructor alone.
struct Deliverer::State : std::enable_shared_from_this<State> {
  State(DelivererPorts given, DeliveryChannels by_name, DelivererOptions given_options)
      : ports(given),
        channels(std::move(by_name)),
        options(given_options),
        strand(given.executor) {}

  void Post(void (State::*step)()) {
    strand.Post([self = shared_from_this(), step] {
      const base::MutexLock lock(self->mutex);
      if (!self->stopped) (self.get()->*step)();
    });
  }
  void Tick() COLDPATH_REQUIRES(mutex);
  void Pump() COLDPATH_REQUIRES(mutex);
  void Prune(base::Instant now) COLDPATH_REQUIRES(mutex);
  void Start(Delivery delivery, base::Instant now) COLDPATH_REQUIRES(mutex);
  void End(const Delivery& delivery, const DeliveryOutcome& outcome) COLDPATH_REQUIRES(mutex);
  void TryLater(const Delivery& delivery, const DeliveryOutcome& outcome, base::Instant now)
      COLDPATH_REQUIRES(mutex);
  void Settle(const Delivery& delivery, base::Instant now) COLDPATH_REQUIRES(mutex);
  void Note(const Delivery& delivery, const std::string& result, const std::string& reason)
      COLDPATH_REQUIRES(mutex);

  const DelivererPorts ports;
  const DeliveryChannels channels;
  const DelivererOptions options;
  base::Strand strand;

  base::Mutex mutex;
  bool stopped COLDPATH_GUARDED_BY(mutex) = false;
  std::set<std::string> keys_in_flight COLDPATH_GUARDED_BY(mutex);
  std::map<std::string, int> in_flight COLDPATH_GUARDED_BY(mutex);  // by destination
  base::Instant prune_at COLDPATH_GUARDED_BY(mutex);
};

Deliverer::Deliverer(DelivererPorts ports, DeliveryChannels channels, DelivererOptions options)
    : state_(std::make_shared<State>(ports, std::move(channels), options)) {
  state_->Post(&State::Tick);
}

Deliverer::~Deliverer() {
  const base::MutexLock lock(state_->mutex);
  state_->stopped = true;
}

void Deliverer::Poke() { state_->Post(&State::Pump); }

void Deliverer::State::Tick() {
  const base::Instant now = ports.clock.Now();
  Prune(now);
  Pump();
  ports.executor.PostAt(now + options.interval,
                        [self = shared_from_this()] { self->Post(&State::Tick); });
}

void Deliverer::State::Prune(base::Instant now) {
  if (now < prune_at) return;
  prune_at = now + options.prune_interval;
  if (const auto pruned = ports.queue.Prune(now - options.tombstone_life); !pruned) {
    ports.log.Warning("deliveries_not_pruned", {{"code", pruned.error().code}});
  }
}

void Deliverer::State::Pump() {
  const int room = options.in_flight_max - static_cast<int>(keys_in_flight.size());
  if (room <= 0) return;
  const base::Instant now = ports.clock.Now();
  auto due = ports.queue.TakeDue(now, {.lease = options.lease,
                                       .most = room,
                                       .per_destination = options.per_destination_max,
                                       .in_flight = in_flight});
  if (!due) {
    ports.log.Warning("deliveries_not_read", {{"code", due.error().code}});
    return;
  }
  for (Delivery& delivery : *due) {
    // Its answer takes longer than a lease: it is still ours.
    if (keys_in_flight.contains(delivery.key)) continue;
    Start(std::move(delivery), now);
  }
}

void Deliverer::State::Start(Delivery delivery, base::Instant now) {
  const auto channel = channels.find(delivery.channel);
  if (channel == channels.end()) {
    ports.log.Error("delivery_without_channel", {{"channel", delivery.channel}});
    Settle(delivery, now);
    return;
  }
  if (delivery.expires <= now) {
    Note(delivery, "expired", "");
    Settle(delivery, now);
    return;
  }
  keys_in_flight.insert(delivery.key);
  ++in_flight[delivery.destination];
  auto shared = std::make_shared<const Delivery>(std::move(delivery));
  channel->second->Send(*shared, [self = shared_from_this(), shared](DeliveryOutcome outcome) {
    self->strand.Post([self, shared, outcome = std::move(outcome)] {
      const base::MutexLock lock(self->mutex);
      if (!self->stopped) self->End(*shared, outcome);
    });
  });
}

void Deliverer::State::End(const Delivery& delivery, const DeliveryOutcome& outcome) {
  keys_in_flight.erase(delivery.key);
  if (--in_flight[delivery.destination] == 0) in_flight.erase(delivery.destination);
  const base::Instant now = ports.clock.Now();
  if (outcome.result == DeliveryResult::kLater) {
    TryLater(delivery, outcome, now);
  } else {
    Note(delivery, ResultName(outcome.result), outcome.reason);
    Settle(delivery, now);
  }
  Pump();
}

void Deliverer::State::TryLater(const Delivery& delivery, const DeliveryOutcome& outcome,
                                base::Instant now) {
  const auto pause = channels.at(delivery.channel)->Pause(delivery.attempts, ports.random);
  const base::Instant due =
      std::max(now + pause.value_or(base::Duration(0)), outcome.retry_at.value_or(now));
  if (!pause || due >= delivery.expires) {
    Note(delivery, "expired", outcome.reason);
    Settle(delivery, now);
    return;
  }
  Note(delivery, ResultName(DeliveryResult::kLater), outcome.reason);
  if (const auto moved = ports.queue.Reschedule(delivery.key, due); !moved) {
    // It comes again when its lease has run out.
    ports.log.Warning("delivery_not_rescheduled", {{"code", moved.error().code}});
  }
}

void Deliverer::State::Settle(const Delivery& delivery, base::Instant now) {
  if (const auto settled = ports.queue.Settle(delivery.key, now); !settled) {
    ports.log.Warning("delivery_not_settled", {{"code", settled.error().code}});
  }
}

void Deliverer::State::Note(const Delivery& delivery, const std::string& result,
                            const std::string& reason) {
  base::MetricLabels labels = channels.at(delivery.channel)->Labels(delivery);
  const std::string code = labels["code"];
  const std::string channel = labels["channel"];
  labels["result"] = result;
  ports.metrics.Count("coldpath_notifications_total", labels);
  const base::LogLevel level = result == "refused" || result == "expired" ? base::LogLevel::kError
                               : result == "later"                        ? base::LogLevel::kWarning
                                                                          : base::LogLevel::kInfo;
  ports.log.Write(level, "delivery",
                  {{"code", code},
                   {"channel", channel},
                   {"result", result},
                   {"attempts", delivery.attempts},
                   {"reason", reason}});
}

}  // namespace coldpath::notifications
