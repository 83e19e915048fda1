// Port: what still has to be told to somebody outside: pushes to devices, events to webhooks. Rows
// that survive a crash, are taken on lease, and stay as tombstones once they are finished, so that
// nothing is queued twice.
#ifndef COLDPATH_TASKS_DELIVERY_QUEUE_H_
#define COLDPATH_TASKS_DELIVERY_QUEUE_H_

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace coldpath::tasks {

struct Delivery {
  std::string key;      // unique: "<execution>/N-05/<subscription>", "<event>/<endpoint>"
  std::string channel;  // who sends it: "push", "webhook"
  std::string user_id;  // whom it is about
  // Deliveries to one destination wait for each other, those to others do not: "fcm", a host, a
  // webhook's URL. Never logged: such a URL may hold a secret.
  std::string destination;
  std::string payload;  // as the channel reads it; forgotten once the delivery is finished
  base::Instant created;
  base::Instant expires;  // worthless afterwards
  base::Instant due;      // not to be sent before
  int attempts = 0;       // taken so often so far, this time included
};

struct TakeLimits {
  base::Duration lease;                       // for so long nobody else takes it
  int most = 32;                              // deliveries
  int per_destination = 4;                    // those in flight included
  std::map<std::string, int> in_flight = {};  // by destination: how many the taker still sends
};

// Thread-safe; calls block until durable. Errors: store.*.
class DeliveryQueue {
 public:
  virtual ~DeliveryQueue() = default;
  // Enters all of them, or none if `batch` was ever entered (also with an empty list) and is not
  // pruned yet: what a notification or an event causes is decided once. True if this call entered
  // it. REQUIRES: keys that no other batch has.
  virtual base::Result<bool> Add(const std::string& batch, const std::string& user_id,
                                 const std::vector<Delivery>& deliveries, base::Instant now) = 0;
  // What is due, oldest first, within the limits; each is leased from `now` on. Whoever dies with
  // it lets the lease run out: then it is taken again.
  virtual base::Result<std::vector<Delivery>> TakeDue(base::Instant now,
                                                      const TakeLimits& limits) = 0;
  // Finished, however it ended; a tombstone stays. Succeeds if there is none.
  virtual base::Status Settle(const std::string& key, base::Instant now) = 0;
  // To be taken again from `due` on. Nothing if it is finished.
  virtual base::Status Reschedule(const std::string& key, base::Instant due) = 0;
  // Not finished. For operators and tests.
  virtual base::Result<int> CountWaiting() = 0;
  // Forgets what was finished, and batches entered, before `before`.
  virtual base::Status Prune(base::Instant before) = 0;
  virtual base::Status EraseUser(const std::string& user_id) = 0;
};

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_DELIVERY_QUEUE_H_
