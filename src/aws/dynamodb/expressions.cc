#include "aws/dynamodb/expressions.h"

#include <utility>

#include "aws/dynamodb/table_schema.h"
#include "base/check.h"

namespace coldpath::aws::dynamodb {
namespace {

using base::Json;

void AddCondition(Json& parameters, const Condition& condition, bool tell_old) {
  if (condition.text.empty()) return;
  parameters["ConditionExpression"] = condition.text;
  if (tell_old) parameters["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD";
  // DynamoDB refuses empty maps.
  if (!condition.names.empty()) parameters["ExpressionAttributeNames"] = condition.names;
  if (!condition.values.empty()) parameters["ExpressionAttributeValues"] = condition.values;
}

// "SET #n0 = :v0, #n1 = :v1" or "ADD #n2 :v2, ...": the placeholders go into the condition's maps.
std::string Clause(const char* verb, const char* between, const Json& attributes,
                   Condition& placeholders) {
  std::string clause;
  for (const auto& [name, value] : attributes.items()) {
    const std::string number = std::to_string(placeholders.names.size());
    clause += (clause.empty() ? verb : ", ") + ("#n" + number) + between + ":v" + number;
    placeholders.names["#n" + number] = name;
    placeholders.values[":v" + number] = value;
  }
  return clause;
}

}  // namespace

Json KeyJson(const ItemKey& key) {
  return {{kPartitionKey, Text(key.partition)}, {kSortKey, Text(key.sort)}};
}

ItemKey KeyOf(const Item& item) {
  return {FindText(item, kPartitionKey).value_or(""), FindText(item, kSortKey).value_or("")};
}

std::vector<ItemKey> KeysOf(const std::vector<Item>& items) {
  std::vector<ItemKey> keys;
  keys.reserve(items.size());
  for (const Item& item : items) keys.push_back(KeyOf(item));
  return keys;
}

Condition IsAbsent() {
  return {.text = "attribute_not_exists(#key)", .names = {{"#key", kPartitionKey}}};
}

Condition IsPresent() {
  return {.text = "attribute_exists(#key)", .names = {{"#key", kPartitionKey}}};
}

Condition Holds(std::string_view attribute, Json value) {
  return {.text = "#asked = :asked",
          .names = {{"#asked", std::string(attribute)}},
          .values = {{":asked", std::move(value)}}};
}

Condition IsAbsentOrBelow(std::string_view attribute, Json value) {
  return {.text = "attribute_not_exists(#key) OR #asked < :asked",
          .names = {{"#key", kPartitionKey}, {"#asked", std::string(attribute)}},
          .values = {{":asked", std::move(value)}}};
}

Write PutWrite(const std::string& table, Item item, const Condition& condition, bool tell_old) {
  Write write{.kind = Write::Kind::kPut,
              .parameters = {{"TableName", table}, {"Item", std::move(item)}}};
  AddCondition(write.parameters, condition, tell_old);
  return write;
}

Write UpdateWrite(const std::string& table, const ItemKey& key, const Change& change,
                  Condition condition, bool tell_old) {
  std::string expression = Clause("SET ", " = ", change.set, condition);
  const std::string added = Clause("ADD ", " ", change.add, condition);
  if (!expression.empty() && !added.empty()) expression += " ";
  expression += added;
  COLDPATH_CHECK(!expression.empty());
  Write write{.kind = Write::Kind::kUpdate,
              .parameters = {{"TableName", table},
                             {"Key", KeyJson(key)},
                             {"UpdateExpression", std::move(expression)},
                             {"ExpressionAttributeNames", condition.names},
                             {"ExpressionAttributeValues", condition.values}}};
  AddCondition(write.parameters, condition, tell_old);
  return write;
}

Write DeleteWrite(const std::string& table, const ItemKey& key, const Condition& condition) {
  Write write{.kind = Write::Kind::kDelete,
              .parameters = {{"TableName", table}, {"Key", KeyJson(key)}}};
  AddCondition(write.parameters, condition, false);
  return write;
}

const Item* ItemOf(const Write& write) { return base::FindMember(write.parameters, "Item"); }

}  // namespace coldpath::aws::dynamodb
