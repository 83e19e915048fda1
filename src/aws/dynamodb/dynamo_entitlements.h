// Entitlements on the DynamoDB table: one item per user. A claim that is known already costs a
// read, no write.
#ifndef COLDPATH_AWS_DYNAMODB_DYNAMO_ENTITLEMENTS_H_
#define COLDPATH_AWS_DYNAMODB_DYNAMO_ENTITLEMENTS_H_

#include <string>

#include "aws/dynamodb/dynamo_table.h"
#include "tasks/entitlements.h"

namespace coldpath::aws {

class DynamoEntitlements final : public tasks::Entitlements {
 public:
  // `table` must outlive the store.
  explicit DynamoEntitlements(dynamodb::DynamoTable& table) : table_(table) {}

  base::Result<bool> Record(const std::string& user_id, bool pro, base::Instant issued) override;
  base::Result<bool> HasPro(const std::string& user_id) override;
  base::Status EraseUser(const std::string& user_id) override;

 private:
  dynamodb::DynamoTable& table_;
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_DYNAMODB_DYNAMO_ENTITLEMENTS_H_
