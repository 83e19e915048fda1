// InboxStore on the DynamoDB table: a notification lies with its user in the order of time, and a
// marker beside it says that its key was delivered.
#ifndef COLDPATH_AWS_DYNAMODB_DYNAMO_INBOX_STORE_H_
#define COLDPATH_AWS_DYNAMODB_DYNAMO_INBOX_STORE_H_

#include <string>
#include <vector>

#include "aws/dynamodb/dynamo_table.h"
#include "tasks/notifier.h"

namespace coldpath::aws {

class DynamoInboxStore final : public tasks::InboxStore {
 public:
  // `table` must outlive the store.
  explicit DynamoInboxStore(dynamodb::DynamoTable& table) : table_(table) {}

  base::Result<bool> Add(const tasks::Notification& notification) override;
  base::Result<std::vector<tasks::Notification>> List(const std::string& user_id,
                                                      int limit) override;
  base::Status EraseJob(const std::string& user_id, const std::string& job_id) override;
  base::Status EraseUser(const std::string& user_id) override;

 private:
  dynamodb::DynamoTable& table_;
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_DYNAMODB_DYNAMO_INBOX_STORE_H_
