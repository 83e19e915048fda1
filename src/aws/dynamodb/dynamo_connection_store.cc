#include "aws/dynamodb/dynamo_connection_store.h"

#include <algorithm>
#include <utility>

#include "aws/dynamodb/table_schema.h"
#include "documents/connection_document.h"
#include "documents/document.h"

namespace coldpath::aws {
namespace {

using base::Result;
using base::Status;
using documents::FromMicros;
using documents::ToMicros;
using dynamodb::DeleteWrite;
using dynamodb::FindText;
using dynamodb::Holds;
using dynamodb::Item;
using dynamodb::ItemKey;
using dynamodb::ItemReader;
using dynamodb::NewItem;
using dynamodb::Number;
using dynamodb::PutWrite;
using dynamodb::Text;

constexpr const char* kUserId = "UserId";
constexpr const char* kProvider = "Provider";
constexpr const char* kCodeVerifier = "CodeVerifier";
constexpr const char* kReturnUrl = "ReturnUrl";
constexpr const char* kExpires = "Expires";  // microseconds
// So long an authorisation is kept after its end, as whoever is late is told so.
constexpr std::chrono::hours kKeptAfterEnd{24};

base::Error NoSuchConnection(const std::string& id) {
  return {"store.not_found", "there is no connection " + id};
}

// The state itself stays out of the message: it is a credential.
base::Error NoSuchAuthorization() {
  return {"store.not_found", "there is no such authorisation in progress"};
}

Item ConnectionItem(const domain::Connection& connection, std::int64_t version) {
  Item item = NewItem(dynamodb::ConnectionKey(connection.user_id, connection.id));
  item[dynamodb::kVersion] = Number(version);
  item[dynamodb::kDocument] = Text(documents::EncodeConnection(connection));
  if (connection.first_week_due || connection.erasing) {
    item[dynamodb::kDue] = Text(dynamodb::DueConnections(dynamodb::ShardOf(connection.id)));
  }
  return item;
}

Result<domain::Connection> ConnectionFromItem(const Item& item) {
  const ItemKey key = dynamodb::KeyOf(item);
  const std::string id = dynamodb::AfterPrefix(key.sort, dynamodb::kConnectionPrefix);
  ItemReader reader(item, "connection " + id);
  const std::string document = reader.Text(dynamodb::kDocument);
  const std::int64_t version = reader.Number(dynamodb::kVersion);
  COLDPATH_RETURN_IF_ERROR(reader.Check());
  COLDPATH_ASSIGN_OR_RETURN(domain::Connection connection,
                            documents::DecodeConnection("connection " + id, document));
  connection.id = id;
  connection.user_id = dynamodb::AfterPrefix(key.partition, dynamodb::UserPartition(""));
  connection.version = version;
  connection.first_week_due = FindText(item, dynamodb::kDue).has_value() && !connection.erasing;
  return connection;
}

Result<std::vector<domain::Connection>> ConnectionsFromItems(const std::vector<Item>& items) {
  std::vector<domain::Connection> connections;
  for (const Item& item : items) {
    COLDPATH_ASSIGN_OR_RETURN(domain::Connection connection, ConnectionFromItem(item));
    connections.push_back(std::move(connection));
  }
  return connections;
}

}  // namespace

Status DynamoConnectionStore::PutPending(const tasks::PendingAuthorization& pending) {
  const base::Json expires_at = Number(base::UnixSeconds(pending.expires + kKeptAfterEnd));
  Item item = NewItem(dynamodb::PendingKey(pending.state));
  item[kUserId] = Text(pending.user_id);
  item[kProvider] = Text(pending.provider);
  item[kCodeVerifier] = Text(pending.code_verifier);
  item[kReturnUrl] = Text(pending.return_url);
  item[kExpires] = Number(ToMicros(pending.expires));
  item[dynamodb::kExpiresAt] = expires_at;
  Item pointer = NewItem(dynamodb::UserPendingKey(pending.user_id, pending.state));
  pointer[dynamodb::kExpiresAt] = expires_at;
  COLDPATH_ASSIGN_OR_RETURN(
      const auto outcome,
      table_.Transact({PutWrite(table_.name(), std::move(item), dynamodb::IsAbsent()),
                       PutWrite(table_.name(), std::move(pointer))}));
  if (outcome.committed) return {};
  return base::Fail("store.conflict", "there is an authorisation of the same state already");
}

Result<tasks::PendingAuthorization> DynamoConnectionStore::TakePending(const std::string& state) {
  const ItemKey key = dynamodb::PendingKey(dynamodb::BoundedId(state));
  COLDPATH_ASSIGN_OR_RETURN(const auto item, table_.Get(key));
  if (!item) return base::Fail(NoSuchAuthorization());
  ItemReader reader(*item, "an authorisation in progress");
  tasks::PendingAuthorization pending{.state = state,
                                      .user_id = reader.Text(kUserId),
                                      .provider = reader.Text(kProvider),
                                      .code_verifier = reader.Text(kCodeVerifier),
                                      .return_url = reader.Text(kReturnUrl),
                                      .expires = FromMicros(reader.Number(kExpires))};
  COLDPATH_RETURN_IF_ERROR(reader.Check());
  COLDPATH_ASSIGN_OR_RETURN(
      const auto outcome,
      table_.Transact(
          {DeleteWrite(table_.name(), key, dynamodb::IsPresent()),
           DeleteWrite(table_.name(), dynamodb::UserPendingKey(pending.user_id, state))}));
  if (!outcome.committed) return base::Fail(NoSuchAuthorization());
  return pending;
}

Result<std::int64_t> DynamoConnectionStore::Put(const domain::Connection& connection) {
  const std::int64_t next = connection.version + 1;
  const dynamodb::Condition condition = connection.version == 0
                                            ? dynamodb::IsAbsent()
                                            : Holds(dynamodb::kVersion, Number(connection.version));
  COLDPATH_ASSIGN_OR_RETURN(
      const auto outcome, table_.Transact({PutWrite(table_.name(), ConnectionItem(connection, next),
                                                    condition, true)}));
  if (outcome.committed) return next;
  if (!outcome.writes[0].found) return base::Fail(NoSuchConnection(connection.id));
  return base::Fail("store.conflict",
                    "connection " + connection.id + " has changed meanwhile: read it again");
}

Result<domain::Connection> DynamoConnectionStore::Get(const std::string& user_id,
                                                      const std::string& connection_id) {
  COLDPATH_ASSIGN_OR_RETURN(const auto item,
                            table_.Get(dynamodb::ConnectionKey(user_id, connection_id)));
  if (!item) return base::Fail(NoSuchConnection(connection_id));
  return ConnectionFromItem(*item);
}

Result<std::vector<domain::Connection>> DynamoConnectionStore::List(const std::string& user_id) {
  COLDPATH_ASSIGN_OR_RETURN(const auto items,
                            table_.Query({.partition = dynamodb::UserPartition(user_id),
                                          .prefix = std::string(dynamodb::kConnectionPrefix)}));
  return ConnectionsFromItems(items);
}

Result<std::vector<domain::Connection>> DynamoConnectionStore::ListDue() {
  std::vector<ItemKey> keys;
  for (int shard = 0; shard < dynamodb::kShards; ++shard) {
    COLDPATH_ASSIGN_OR_RETURN(
        const auto items,
        table_.Query({.partition = dynamodb::DueConnections(shard), .in_due_index = true}));
    for (const Item& item : items) keys.push_back(dynamodb::KeyOf(item));
  }
  COLDPATH_ASSIGN_OR_RETURN(const auto items, table_.GetMany(keys));
  COLDPATH_ASSIGN_OR_RETURN(auto connections, ConnectionsFromItems(items));
  std::erase_if(connections,
                [](const domain::Connection& one) { return !one.first_week_due && !one.erasing; });
  std::ranges::sort(connections, {}, &domain::Connection::id);
  return connections;
}

Status DynamoConnectionStore::Delete(const std::string& user_id, const std::string& connection_id) {
  COLDPATH_RETURN_IF_ERROR(
      table_.WriteOne(DeleteWrite(table_.name(), dynamodb::ConnectionKey(user_id, connection_id))));
  return {};
}

Status DynamoConnectionStore::EraseUser(const std::string& user_id) {
  const std::string partition = dynamodb::UserPartition(user_id);
  COLDPATH_ASSIGN_OR_RETURN(const auto connections,
                            table_.Query({.partition = partition,
                                          .prefix = std::string(dynamodb::kConnectionPrefix),
                                          .keys_only = true}));
  COLDPATH_ASSIGN_OR_RETURN(const auto pointers,
                            table_.Query({.partition = partition,
                                          .prefix = std::string(dynamodb::kUserPendingPrefix),
                                          .keys_only = true}));
  std::vector<ItemKey> keys = dynamodb::KeysOf(connections);
  for (const ItemKey& pointer : dynamodb::KeysOf(pointers)) {
    keys.push_back(
        dynamodb::PendingKey(dynamodb::AfterPrefix(pointer.sort, dynamodb::kUserPendingPrefix)));
  }
  COLDPATH_RETURN_IF_ERROR(table_.DeleteAll(keys));
  return table_.DeleteAll(dynamodb::KeysOf(pointers));
}

}  // namespace coldpath::aws
