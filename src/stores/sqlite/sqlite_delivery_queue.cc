#include "stores/sqlite/sqlite_delivery_queue.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "documents/document.h"

namespace coldpath::stores {
namespace {

using base::Result;
using base::Status;
using documents::FromMicros;
using documents::ToMicros;
using tasks::Delivery;
using tasks::TakeLimits;

Status Insert(Database& database, const Delivery& delivery) {
  return database.Run(
      "INSERT INTO deliveries(key, channel, user_id, destination, payload, created, expires, due, "
      "attempts) VALUES(?,?,?,?,?,?,?,?,?)",
      delivery.key, delivery.channel, delivery.user_id, delivery.destination, delivery.payload,
      ToMicros(delivery.created), ToMicros(delivery.expires), ToMicros(delivery.due),
      delivery.attempts);
}

Delivery DeliveryFromRow(const Statement& row) {
  return {.key = row.Text(0),
          .channel = row.Text(1),
          .user_id = row.Text(2),
          .destination = row.Text(3),
          .payload = row.Text(4),
          .created = FromMicros(row.Int64(5)),
          .expires = FromMicros(row.Int64(6)),
          .due = FromMicros(row.Int64(7)),
          .attempts = row.Int(8)};
}

// Per destination at most `per_destination`, none of those that have that many in flight. Of the
// others some may turn out to be too many beside what is in flight: so many more are read.
Result<std::vector<Delivery>> ReadDue(Database& database, base::Instant now,
                                      const TakeLimits& limits) {
  base::Json full = base::Json::array();
  int spare = 0;
  for (const auto& [destination, count] : limits.in_flight) {
    if (count >= limits.per_destination) full.push_back(destination);
    spare += count;
  }
  std::vector<Delivery> due;
  COLDPATH_RETURN_IF_ERROR(ForEachRow(
      database.Query("SELECT key, channel, user_id, destination, payload, created, expires, due, "
                     "attempts FROM (SELECT *, row_number() OVER (PARTITION BY destination ORDER "
                     "BY due, id) AS place FROM deliveries WHERE finished IS NULL AND due<=? AND "
                     "destination NOT IN (SELECT value FROM json_each(?))) "
                     "WHERE place<=? ORDER BY due, id LIMIT ?",
                     ToMicros(now), base::DumpJson(full), limits.per_destination,
                     limits.most + spare),
      [&](Statement& row) -> Status {
        due.push_back(DeliveryFromRow(row));
        return {};
      }));
  return due;
}

}  // namespace

Result<bool> SqliteDeliveryQueue::Add(const std::string& batch, const std::string& user_id,
                                      const std::vector<Delivery>& deliveries, base::Instant now) {
  return db_.Write([&](Database& database) -> Result<bool> {
    COLDPATH_RETURN_IF_ERROR(
        database.Run("INSERT INTO delivery_batches(batch, user_id, created) VALUES(?,?,?) "
                     "ON CONFLICT DO NOTHING",
                     batch, user_id, ToMicros(now)));
    if (database.Changes() == 0) return false;
    for (const Delivery& delivery : deliveries) {
      COLDPATH_RETURN_IF_ERROR(Insert(database, delivery));
    }
    return true;
  });
}

Result<std::vector<Delivery>> SqliteDeliveryQueue::TakeDue(base::Instant now,
                                                           const TakeLimits& limits) {
  // Most of the time there is nothing, and that costs no write.
  const auto any = [&](Database& database) {
    return FirstRow(database.Query("SELECT 1 FROM deliveries WHERE finished IS NULL AND due<=? "
                                   "LIMIT 1",
                                   ToMicros(now)),
                    [](Statement&) { return true; });
  };
  COLDPATH_ASSIGN_OR_RETURN(const auto waiting, db_.Read(any));
  if (!waiting) return std::vector<Delivery>();
  return db_.Write([&](Database& database) -> Result<std::vector<Delivery>> {
    COLDPATH_ASSIGN_OR_RETURN(std::vector<Delivery> due, ReadDue(database, now, limits));
    std::map<std::string, int> in_flight = limits.in_flight;
    std::vector<Delivery> taken;
    for (Delivery& delivery : due) {
      if (taken.size() >= static_cast<std::size_t>(std::max(limits.most, 0))) break;
      int& busy = in_flight[delivery.destination];
      if (busy >= limits.per_destination) continue;
      ++busy;
      ++delivery.attempts;
      COLDPATH_RETURN_IF_ERROR(database.Run("UPDATE deliveries SET due=?, attempts=? WHERE key=?",
                                            ToMicros(now + limits.lease), delivery.attempts,
                                            delivery.key));
      taken.push_back(std::move(delivery));
    }
    return taken;
  });
}

Status SqliteDeliveryQueue::Settle(const std::string& key, base::Instant now) {
  return db_.Write([&](Database& database) {
    return database.Run(
        "UPDATE deliveries SET finished=?, payload='' WHERE key=? AND finished IS NULL",
        ToMicros(now), key);
  });
}

Status SqliteDeliveryQueue::Reschedule(const std::string& key, base::Instant due) {
  return db_.Write([&](Database& database) {
    return database.Run("UPDATE deliveries SET due=? WHERE key=? AND finished IS NULL",
                        ToMicros(due), key);
  });
}

Result<int> SqliteDeliveryQueue::CountWaiting() {
  return db_.Read([&](Database& database) -> Result<int> {
    COLDPATH_ASSIGN_OR_RETURN(
        const auto count,
        FirstRow(database.Query("SELECT count(*) FROM deliveries WHERE finished IS NULL"),
                 [](Statement& row) { return row.Int(0); }));
    return count.value_or(0);
  });
}

Status SqliteDeliveryQueue::Prune(base::Instant before) {
  return db_.Write([&](Database& database) -> Status {
    COLDPATH_RETURN_IF_ERROR(
        database.Run("DELETE FROM deliveries WHERE finished<?", ToMicros(before)));
    return database.Run("DELETE FROM delivery_batches WHERE created<?", ToMicros(before));
  });
}

Status SqliteDeliveryQueue::EraseUser(const std::string& user_id) {
  return db_.Write([&](Database& database) -> Status {
    COLDPATH_RETURN_IF_ERROR(database.Run("DELETE FROM deliveries WHERE user_id=?", user_id));
    return database.Run("DELETE FROM delivery_batches WHERE user_id=?", user_id);
  });
}

}  // namespace coldpath::stores
