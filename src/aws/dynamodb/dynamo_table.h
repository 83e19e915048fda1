// Calls to the table: reads by key and by query, conditional writes and transactions. Says in
// values what a condition found, and repeats what DynamoDB leaves undone (throttled parts of a
// transaction or batch, transactions that met each other, further pages).
#ifndef COLDPATH_AWS_DYNAMODB_DYNAMO_TABLE_H_
#define COLDPATH_AWS_DYNAMODB_DYNAMO_TABLE_H_

#include <optional>
#include <string>
#include <vector>

#include "aws/aws_client.h"
#include "aws/dynamodb/expressions.h"
#include "base/result.h"

namespace coldpath::aws::dynamodb {

struct TableQuery {
  std::string partition;
  // The sort key begins with `prefix`, or, if `last` is given, lies from `prefix` to `last`.
  std::string prefix;
  std::string last;
  std::optional<std::string> after;  // begin behind this sort key
  bool newest_first = false;         // descending
  int limit = 0;                     // 0: all
  bool keys_only = false;
  // Only items whose attribute has this value. They are found by reading all the others too.
  std::optional<std::pair<std::string, std::string>> with;
  // In the sparse index instead of the table: `partition` is a value of kDue. Reads there may miss
  // what was written in the last seconds.
  bool in_due_index = false;
};

// What a conditional write did. If its condition did not hold, nothing was written.
struct WriteOutcome {
  bool written = true;
  std::optional<Item> found;  // the item as it is, where it was asked for and exists
};

struct TransactionOutcome {
  bool committed = true;
  // If not: by write, whether its condition failed, and what it found.
  std::vector<WriteOutcome> writes;
};

// Thread-safe; calls block. Errors: store.io (with AWS's words), store.conflict (too many
// transactions on the same items for too long), store.too_large (an item beyond 400 KB).
class DynamoTable {
 public:
  // `client` and what `ports` names must outlive the table.
  DynamoTable(AwsClient& client, AwsPorts ports, std::string name)
      : client_(client), ports_(std::move(ports)), name_(std::move(name)) {}

  const std::string& name() const { return name_; }

  // Strongly consistent, as all reads but those of the index are.
  base::Result<std::optional<Item>> Get(const ItemKey& key);
  // In any order; those that do not exist are left out.
  base::Result<std::vector<Item>> GetMany(const std::vector<ItemKey>& keys);
  base::Result<std::vector<Item>> Query(const TableQuery& query);

  // REQUIRES: repeating the write does no harm, since an answer that got lost is asked for again.
  base::Result<WriteOutcome> WriteOne(const Write& write);
  // All or nothing. Committed once, also if the answer got lost and the client asked again. At most
  // kMostWrites.
  static constexpr std::size_t kMostWrites = 100;
  base::Result<TransactionOutcome> Transact(const std::vector<Write>& writes);
  base::Status DeleteAll(const std::vector<ItemKey>& keys);

  // Blocks for a random time that grows with the number of tries, up to a sixth of a second: before
  // reading anew and trying again what lost against somebody else.
  void PauseBriefly(int tries);
  std::string NewToken() const;
  double Draw() const { return ports_.random.NextDouble(); }

 private:
  // The same up to a second: DynamoDB itself is behind.
  void Pause(int tries);
  AwsResult<base::Json> Call(const char* operation, const base::Json& body);

  AwsClient& client_;
  const AwsPorts ports_;
  const std::string name_;
};

}  // namespace coldpath::aws::dynamodb

#endif  // COLDPATH_AWS_DYNAMODB_DYNAMO_TABLE_H_
