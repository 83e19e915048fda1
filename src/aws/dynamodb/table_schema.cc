#include "aws/dynamodb/table_schema.h"

#include <algorithm>

#include "base/crypto.h"

namespace coldpath::aws::dynamodb {
namespace {

std::string Joined(std::string_view prefix, std::string_view id) {
  return std::string(prefix) + std::string(id);
}

// Digits that sort as the numbers do.
std::string Padded(std::int64_t number) {
  const std::string digits = std::to_string(std::max<std::int64_t>(number, 0));
  return std::string(19 - digits.size(), '0') + digits;
}

}  // namespace

int ShardOf(std::string_view id) {
  return static_cast<unsigned char>(base::Sha256(id).front()) % kShards;
}

std::string UserPartition(std::string_view user_id) { return Joined("USER#", user_id); }
std::string JobPartition(std::string_view job_id) { return Joined("JOB#", job_id); }
std::string OutboxPartition(int shard) { return "OUTBOX#" + std::to_string(shard); }
std::string DueJobs(int shard) { return "JOB#" + std::to_string(shard); }
std::string DueConnections(int shard) { return "FIRSTWEEK#" + std::to_string(shard); }

ItemKey JobKey(std::string_view user_id, std::string_view job_id) {
  return {UserPartition(user_id), Joined(kJobPrefix, job_id)};
}
ItemKey UserKeyKey(std::string_view user_id, std::string_view key) {
  return {UserPartition(user_id), Joined(kUserKeyPrefix, key)};
}
ItemKey ConnectionKey(std::string_view user_id, std::string_view connection_id) {
  return {UserPartition(user_id), Joined(kConnectionPrefix, connection_id)};
}
ItemKey UserPendingKey(std::string_view user_id, std::string_view state) {
  return {UserPartition(user_id), Joined(kUserPendingPrefix, state)};
}
ItemKey EntitlementKey(std::string_view user_id) { return {UserPartition(user_id), "ENTITLEMENT"}; }
ItemKey InboxKey(std::string_view user_id, std::int64_t micros, std::string_view key) {
  return {UserPartition(user_id), Joined(kInboxPrefix, Padded(micros)) + "#" + std::string(key)};
}
ItemKey InboxMarkerKey(std::string_view user_id, std::string_view key) {
  return {UserPartition(user_id), Joined("INBOXKEY#", key)};
}
ItemKey ProgressKey(std::string_view job_id) { return {JobPartition(job_id), "PROGRESS"}; }
ItemKey ChunkKey(std::string_view job_id, std::string_view chunk_id) {
  return {JobPartition(job_id), Joined(kChunkPrefix, chunk_id)};
}
ItemKey EventKey(std::string_view job_id, std::int64_t number) {
  return {JobPartition(job_id), Joined(kEventPrefix, Padded(number))};
}
ItemKey IdempotencyKey(std::string_view key) { return {Joined("KEY#", key), "KEY"}; }
ItemKey PendingKey(std::string_view state) { return {Joined("STATE#", state), "STATE"}; }
ItemKey OutboxKey(std::string_view event_id) {
  return {OutboxPartition(ShardOf(event_id)), std::string(event_id)};
}
// The lane comes first, so that lanes of one budget differ early in their keys.
ItemKey BudgetLaneKey(std::string_view budget, int lane) {
  return {"BUDGET#" + std::to_string(lane) + "#" + std::string(budget), "BUDGET"};
}
ItemKey ReservationKey(std::string_view name) {
  return {Joined("RESERVATION#", name), "RESERVATION"};
}

std::string AfterPrefix(std::string_view key, std::string_view prefix) {
  return key.starts_with(prefix) ? std::string(key.substr(prefix.size())) : std::string();
}

// A sort key holds 1,024 bytes, prefix included.
std::string BoundedId(std::string_view id) { return std::string(id.substr(0, 900)); }

base::Json CreateTableRequest(const std::string& table) {
  const auto key = [](const char* name, const char* type) {
    return base::Json{{"AttributeName", name}, {"KeyType", type}};
  };
  base::Json attributes = base::Json::array();
  for (const char* const name : {kPartitionKey, kSortKey, kDue}) {
    attributes.push_back({{"AttributeName", name}, {"AttributeType", "S"}});
  }
  base::Json index{{"IndexName", kDueIndex},
                   {"KeySchema", base::Json::array({key(kDue, "HASH"), key(kSortKey, "RANGE")})},
                   {"Projection", {{"ProjectionType", "KEYS_ONLY"}}}};
  return {{"TableName", table},
          {"BillingMode", "PAY_PER_REQUEST"},
          {"AttributeDefinitions", std::move(attributes)},
          {"KeySchema", base::Json::array({key(kPartitionKey, "HASH"), key(kSortKey, "RANGE")})},
          {"GlobalSecondaryIndexes", base::Json::array({std::move(index)})}};
}

base::Json TimeToLiveRequest(const std::string& table) {
  return {{"TableName", table},
          {"TimeToLiveSpecification", {{"AttributeName", kExpiresAt}, {"Enabled", true}}}};
}

}  // namespace coldpath::aws::dynamodb
