// ConnectionStore on the DynamoDB table. A pending authorisation is found by its state, and by its
// user through a pointer; the table's time to live takes both away some time after their end.
#ifndef COLDPATH_AWS_DYNAMODB_DYNAMO_CONNECTION_STORE_H_
#define COLDPATH_AWS_DYNAMODB_DYNAMO_CONNECTION_STORE_H_

#include <string>
#include <vector>

#include "aws/dynamodb/dynamo_table.h"
#include "tasks/connection_store.h"

namespace coldpath::aws {

class DynamoConnectionStore final : public tasks::ConnectionStore {
 public:
  // `table` must outlive the store.
  explicit DynamoConnectionStore(dynamodb::DynamoTable& table) : table_(table) {}

  base::Status PutPending(const tasks::PendingAuthorization& pending) override;
  base::Result<tasks::PendingAuthorization> TakePending(const std::string& state) override;
  base::Result<std::int64_t> Put(const domain::Connection& connection) override;
  base::Result<domain::Connection> Get(const std::string& user_id,
                                       const std::string& connection_id) override;
  base::Result<std::vector<domain::Connection>> List(const std::string& user_id) override;
  // The index lags behind by seconds at most; each connection is read itself.
  base::Result<std::vector<domain::Connection>> ListDue() override;
  base::Status Delete(const std::string& user_id, const std::string& connection_id) override;
  base::Status EraseUser(const std::string& user_id) override;

 private:
  dynamodb::DynamoTable& table_;
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_DYNAMODB_DYNAMO_CONNECTION_STORE_H_
