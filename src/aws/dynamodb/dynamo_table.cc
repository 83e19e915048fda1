#include "aws/dynamodb/dynamo_table.h"

#include <algorithm>
#include <utility>

#include "aws/dynamodb/table_schema.h"
#include "base/ids.h"

namespace coldpath::aws::dynamodb {
namespace {

using base::Json;
using base::Result;
using base::Status;

// DynamoDB's bounds of one call (Developer Guide, "Quotas in Amazon DynamoDB").
constexpr std::size_t kMostKeysRead = 100;
constexpr std::size_t kMostKeysDeleted = 25;
// How often a call is repeated for what DynamoDB left undone. With Pause that is about 20 seconds.
constexpr int kMostTries = 24;
constexpr base::Duration kFirstPause = std::chrono::milliseconds(10);
constexpr base::Duration kLongestPause = std::chrono::seconds(1);

base::Error TooLarge(const std::string& message) {
  return {"store.too_large", message + "; DynamoDB holds at most 400 KB in an item"};
}

base::Error Failure(const AwsError& error, const std::string& table) {
  if (error.name == "ValidationException" && error.message.find("Item size") != std::string::npos) {
    return TooLarge(error.message);
  }
  std::string message = "DynamoDB table " + table + ": " + error.name;
  if (!error.message.empty()) message += ": " + error.message;
  return {"store.io", std::move(message)};
}

std::optional<Item> FoundItem(const Json& answer) {
  const Json* const item = base::FindMember(answer, "Item");
  if (item == nullptr || !item->is_object() || item->empty()) return std::nullopt;
  return *item;
}

Status CheckSize(const Write& write) {
  const Item* const item = ItemOf(write);
  if (item == nullptr || ItemBytes(*item) <= kMostItemBytes) return {};
  return base::Fail(TooLarge("an item of " + std::to_string(ItemBytes(*item)) + " bytes"));
}

const char* OperationOf(Write::Kind kind) {
  switch (kind) {
    case Write::Kind::kPut:
      return "PutItem";
    case Write::Kind::kUpdate:
      return "UpdateItem";
    case Write::Kind::kDelete:
      return "DeleteItem";
  }
  return "";
}

const char* ActionOf(Write::Kind kind) {
  switch (kind) {
    case Write::Kind::kPut:
      return "Put";
    case Write::Kind::kUpdate:
      return "Update";
    case Write::Kind::kDelete:
      return "Delete";
  }
  return "";
}

// What a cancelled transaction says of its writes, in their order.
struct Cancellation {
  TransactionOutcome outcome{.committed = false, .writes = {}};
  bool condition_failed = false;
  bool passing = false;  // it met another transaction, or was throttled: try again
  std::string other;     // a reason that neither of these is
};

Cancellation ReadCancellation(const Json& body) {
  Cancellation cancellation;
  const Json* const reasons = base::FindMember(body, "CancellationReasons");
  if (reasons == nullptr || !reasons->is_array()) return cancellation;
  for (const Json& reason : *reasons) {
    const std::string code = base::FindString(reason, "Code").value_or("None");
    WriteOutcome& write = cancellation.outcome.writes.emplace_back();
    if (code == "ConditionalCheckFailed") {
      cancellation.condition_failed = true;
      write = {.written = false, .found = FoundItem(reason)};
    } else if (code == "TransactionConflict" || code == "ThrottlingError" ||
               code == "ProvisionedThroughputExceeded") {
      cancellation.passing = true;
    } else if (code != "None") {
      cancellation.other = code + ": " + base::FindString(reason, "Message").value_or("");
    }
  }
  return cancellation;
}

Json QueryBody(const std::string& table, const TableQuery& query) {
  Json body{{"TableName", table},
            {"KeyConditionExpression", "#p = :p"},
            {"ExpressionAttributeNames", {{"#p", query.in_due_index ? kDue : kPartitionKey}}},
            {"ExpressionAttributeValues", {{":p", Text(query.partition)}}},
            {"ScanIndexForward", !query.newest_first}};
  Json& names = body["ExpressionAttributeNames"];
  Json& values = body["ExpressionAttributeValues"];
  if (query.in_due_index) {
    body["IndexName"] = kDueIndex;
  } else {
    body["ConsistentRead"] = true;
  }
  if (!query.prefix.empty()) {
    body["KeyConditionExpression"] =
        query.last.empty() ? "#p = :p AND begins_with(#s, :s)" : "#p = :p AND #s BETWEEN :s AND :l";
    names["#s"] = kSortKey;
    values[":s"] = Text(query.prefix);
    if (!query.last.empty()) values[":l"] = Text(query.last);
  }
  if (query.after) body["ExclusiveStartKey"] = KeyJson({query.partition, *query.after});
  if (query.keys_only) {
    body["ProjectionExpression"] = "#pk, #sk";
    names["#pk"] = kPartitionKey;
    names["#sk"] = kSortKey;
  }
  if (query.with) {
    body["FilterExpression"] = "#w = :w";
    names["#w"] = query.with->first;
    values[":w"] = Text(query.with->second);
  }
  return body;
}

}  // namespace

AwsResult<Json> DynamoTable::Call(const char* operation, const Json& body) {
  return client_.CallJson("dynamodb", std::string("DynamoDB_20120810.") + operation, body);
}

void DynamoTable::Pause(int tries) {
  const base::Duration bound =
      std::min(kLongestPause, kFirstPause * (std::int64_t{1} << std::min(tries, 10)));
  ports_.wait(
      base::Duration(static_cast<std::int64_t>(Draw() * static_cast<double>(bound.count()))));
}

void DynamoTable::PauseBriefly(int tries) { Pause(std::min(tries, 4)); }

std::string DynamoTable::NewToken() const { return base::MakeUuidV4(ports_.random); }

Result<std::optional<Item>> DynamoTable::Get(const ItemKey& key) {
  const auto answer =
      Call("GetItem", {{"TableName", name_}, {"Key", KeyJson(key)}, {"ConsistentRead", true}});
  if (!answer) return base::Fail(Failure(answer.error(), name_));
  return FoundItem(*answer);
}

Result<std::vector<Item>> DynamoTable::GetMany(const std::vector<ItemKey>& keys) {
  std::vector<Item> items;
  Json waiting = Json::array();
  for (const ItemKey& key : keys) waiting.push_back(KeyJson(key));
  int idle = 0;
  while (!waiting.empty()) {
    const std::size_t count = std::min(waiting.size(), kMostKeysRead);
    Json asked(waiting.end() - static_cast<std::ptrdiff_t>(count), waiting.end());
    waiting.erase(waiting.end() - static_cast<std::ptrdiff_t>(count), waiting.end());
    const auto answer =
        Call("BatchGetItem",
             {{"RequestItems", {{name_, {{"Keys", std::move(asked)}, {"ConsistentRead", true}}}}}});
    if (!answer) return base::Fail(Failure(answer.error(), name_));
    if (const Json* const responses = base::FindMember(*answer, "Responses")) {
      const Json* const found = base::FindMember(*responses, name_);
      if (found != nullptr && found->is_array()) {
        items.insert(items.end(), found->begin(), found->end());
      }
    }
    std::size_t left = 0;
    if (const Json* const undone = base::FindMember(*answer, "UnprocessedKeys")) {
      const Json* const of_table = base::FindMember(*undone, name_);
      const Json* const again = of_table == nullptr ? nullptr : base::FindMember(*of_table, "Keys");
      if (again != nullptr && again->is_array()) {
        left = again->size();
        waiting.insert(waiting.end(), again->begin(), again->end());
      }
    }
    if (left == 0) {
      idle = 0;
    } else if (++idle >= kMostTries) {
      return base::Fail("store.io", "DynamoDB table " + name_ + " is throttled: reads stay undone");
    } else {
      Pause(idle);
    }
  }
  return items;
}

Result<std::vector<Item>> DynamoTable::Query(const TableQuery& query) {
  std::vector<Item> items;
  Json body = QueryBody(name_, query);
  for (;;) {
    // With a filter a page of `limit` items may hold none that passes.
    if (query.limit > 0 && !query.with) {
      body["Limit"] = query.limit - static_cast<int>(items.size());
    }
    const auto answer = Call("Query", body);
    if (!answer) return base::Fail(Failure(answer.error(), name_));
    const Json* const found = base::FindMember(*answer, "Items");
    if (found == nullptr || !found->is_array()) {
      return base::Fail("store.io", "DynamoDB table " + name_ + ": an answer without items");
    }
    items.insert(items.end(), found->begin(), found->end());
    const Json* const next = base::FindMember(*answer, "LastEvaluatedKey");
    const bool enough = query.limit > 0 && std::cmp_greater_equal(items.size(), query.limit);
    if (enough || next == nullptr || !next->is_object()) break;
    body["ExclusiveStartKey"] = *next;
  }
  if (query.limit > 0 && std::cmp_greater(items.size(), query.limit)) {
    items.resize(static_cast<std::size_t>(query.limit));
  }
  return items;
}

Result<WriteOutcome> DynamoTable::WriteOne(const Write& write) {
  COLDPATH_RETURN_IF_ERROR(CheckSize(write));
  for (int tries = 1;; ++tries) {
    const auto answer = Call(OperationOf(write.kind), write.parameters);
    if (answer) return WriteOutcome{};
    const AwsError& error = answer.error();
    if (error.name == "ConditionalCheckFailedException") {
      return WriteOutcome{.written = false, .found = FoundItem(error.body)};
    }
    if (error.name != "TransactionConflictException" || tries >= kMostTries) {
      return base::Fail(Failure(error, name_));
    }
    Pause(tries);
  }
}

Result<TransactionOutcome> DynamoTable::Transact(const std::vector<Write>& writes) {
  Json actions = Json::array();
  for (const Write& write : writes) {
    COLDPATH_RETURN_IF_ERROR(CheckSize(write));
    actions.push_back({{ActionOf(write.kind), write.parameters}});
  }
  Json body{{"TransactItems", std::move(actions)}};
  // The client may send a body more than once; DynamoDB knows it again by its token. A transaction
  // that was cancelled is over: the next try is another one.
  body["ClientRequestToken"] = NewToken();
  for (int tries = 1;; ++tries) {
    const auto answer = Call("TransactWriteItems", body);
    if (answer) return TransactionOutcome{};
    const AwsError& error = answer.error();
    const bool in_progress = error.name == "TransactionInProgressException";
    if (!in_progress) {
      if (error.name != "TransactionCanceledException") {
        return base::Fail(Failure(error, name_));
      }
      Cancellation cancellation = ReadCancellation(error.body);
      if (!cancellation.other.empty()) {
        const bool size = cancellation.other.find("Item size") != std::string::npos;
        if (size) return base::Fail(TooLarge(cancellation.other));
        return base::Fail("store.io", "DynamoDB table " + name_ + ": " + cancellation.other);
      }
      if (cancellation.condition_failed) {
        cancellation.outcome.writes.resize(writes.size());
        return std::move(cancellation.outcome);
      }
      if (!cancellation.passing) return base::Fail(Failure(error, name_));
      body["ClientRequestToken"] = NewToken();
    }
    if (tries >= kMostTries) {
      return base::Fail("store.conflict", "DynamoDB table " + name_ +
                                              ": too many others write the same items: try later");
    }
    Pause(tries);
  }
}

Status DynamoTable::DeleteAll(const std::vector<ItemKey>& keys) {
  Json waiting = Json::array();
  for (const ItemKey& key : keys) waiting.push_back({{"DeleteRequest", {{"Key", KeyJson(key)}}}});
  int idle = 0;
  while (!waiting.empty()) {
    Json asked = Json::array();
    while (!waiting.empty() && asked.size() < kMostKeysDeleted) {
      asked.push_back(std::move(waiting.back()));
      waiting.erase(waiting.size() - 1);
    }
    const auto answer = Call("BatchWriteItem", {{"RequestItems", {{name_, std::move(asked)}}}});
    if (!answer) return base::Fail(Failure(answer.error(), name_));
    const Json* const undone = base::FindMember(*answer, "UnprocessedItems");
    const Json* const again = undone == nullptr ? nullptr : base::FindMember(*undone, name_);
    if (again == nullptr || !again->is_array() || again->empty()) {
      idle = 0;
      continue;
    }
    waiting.insert(waiting.end(), again->begin(), again->end());
    if (++idle >= kMostTries) {
      return base::Fail("store.io",
                        "DynamoDB table " + name_ + " is throttled: deletions stay undone");
    }
    Pause(idle);
  }
  return {};
}

}  // namespace coldpath::aws::dynamodb
