// The one table: its keys, its index, and where everything lies in it. docs/aws/dynamodb.md lists
// the access patterns with what they cost; deploy/aws/template.yaml makes the same table.
// DO NOT CHANGE what these functions give: tables in the field hold it.
//
//   PK                            SK                          what
//   USER#{user}                   HISTORICAL##{job}           job
//   USER#{user}                   KEY#{key}                   that the key below is this user's
//   USER#{user}                   CONNECTION#{connection}     connection
//   USER#{user}                   PENDING#{state}             that the state below is this user's
//   USER#{user}                   ENTITLEMENT                 what is known of the user's tier
//   USER#{user}                   INBOX#{micros}#{key}        notification
//   USER#{user}                   INBOXKEY#{key}              that it was delivered
//   USER#{user}                   INBOXDEVICE#, INBOXPUSHED#  push (aws/sns_push_endpoints.h)
//   USER#{user}                   INBOXPUSHSUB#, INBOXPUSHOFF; and PUSHOWNER#, PUSHOWNER
//                                                             push (aws/sns_push_registry.h)
//   JOB#{job}                     PROGRESS                    counters, number of the last event
//   JOB#{job}                     CHUNK#{chunk}               chunk
//   JOB#{job}                     EVENT#{number}              progress event
//   KEY#{key}                     KEY                         idempotency row
//   STATE#{state}                 STATE                       pending authorisation
//   OUTBOX#{shard}                {event}                     event that waits for its publisher
//   BUDGET#{lane}#{budget}        BUDGET                      a lane of a quota budget
//   RESERVATION#{name}            RESERVATION                 a place in the quota
#ifndef COLDPATH_AWS_DYNAMODB_TABLE_SCHEMA_H_
#define COLDPATH_AWS_DYNAMODB_TABLE_SCHEMA_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/dynamodb/expressions.h"

namespace coldpath::aws::dynamodb {

inline constexpr const char* kPartitionKey = "PK";
inline constexpr const char* kSortKey = "SK";
// Seconds since 1970 after which DynamoDB may delete an item; readers never rely on it.
inline constexpr const char* kExpiresAt = "ExpiresAt";
// The sparse index: only items with kDue are in it, by kDue and the table's sort key; keys only.
inline constexpr const char* kDueIndex = "Due";
inline constexpr const char* kDue = "Due";

inline constexpr const char* kVersion = "Version";
inline constexpr const char* kDocument = "Document";
inline constexpr const char* kStatus = "Status";
inline constexpr const char* kExecutionArn = "ExecutionArn";

// Partitions of the index and of the outbox: what is done to all jobs at once spreads over so many.
inline constexpr int kShards = 8;
int ShardOf(std::string_view id);

inline constexpr std::string_view kJobPrefix = "HISTORICAL##";
inline constexpr std::string_view kUserKeyPrefix = "KEY#";
inline constexpr std::string_view kConnectionPrefix = "CONNECTION#";
inline constexpr std::string_view kUserPendingPrefix = "PENDING#";
inline constexpr std::string_view kInboxPrefix = "INBOX#";
// Of both kinds of inbox items.
inline constexpr std::string_view kAllInboxPrefix = "INBOX";
inline constexpr std::string_view kChunkPrefix = "CHUNK#";
inline constexpr std::string_view kEventPrefix = "EVENT#";

std::string UserPartition(std::string_view user_id);
std::string JobPartition(std::string_view job_id);
std::string OutboxPartition(int shard);
std::string DueJobs(int shard);  // values of kDue
std::string DueConnections(int shard);

ItemKey JobKey(std::string_view user_id, std::string_view job_id);
ItemKey UserKeyKey(std::string_view user_id, std::string_view key);
ItemKey ConnectionKey(std::string_view user_id, std::string_view connection_id);
ItemKey UserPendingKey(std::string_view user_id, std::string_view state);
ItemKey EntitlementKey(std::string_view user_id);
ItemKey InboxKey(std::string_view user_id, std::int64_t micros, std::string_view key);
ItemKey InboxMarkerKey(std::string_view user_id, std::string_view key);
ItemKey ProgressKey(std::string_view job_id);
ItemKey ChunkKey(std::string_view job_id, std::string_view chunk_id);
ItemKey EventKey(std::string_view job_id, std::int64_t number);
ItemKey IdempotencyKey(std::string_view key);
ItemKey PendingKey(std::string_view state);
ItemKey OutboxKey(std::string_view event_id);
ItemKey BudgetLaneKey(std::string_view budget, int lane);
ItemKey ReservationKey(std::string_view name);

// The part of `key` behind `prefix`; empty if it does not begin so.
std::string AfterPrefix(std::string_view key, std::string_view prefix);

// An id that somebody else named (a cursor), cut to what a sort key can hold.
std::string BoundedId(std::string_view id);

// Bodies of CreateTable (billed on demand, as the template has it) and UpdateTimeToLive.
base::Json CreateTableRequest(const std::string& table);
base::Json TimeToLiveRequest(const std::string& table);

}  // namespace coldpath::aws::dynamodb

#endif  // COLDPATH_AWS_DYNAMODB_TABLE_SCHEMA_H_
