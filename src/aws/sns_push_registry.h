// PushRegistry on AWS: SNS holds the devices' tokens and knows how to reach them, the DynamoDB
// table whose they are and what they are called.
//
//   PK                       SK                          what
//   USER#{user}              INBOXPUSHSUB#{id}           a subscription, with its endpoint's ARN
//   USER#{user}              INBOXPUSHOFF                what the person does not want pushed
//   PUSHOWNER#{digest}       PUSHOWNER                   whose an endpoint is
//
// DO NOT CHANGE these keys: tables in the field hold them. Those of users begin as the inbox's do,
// so that erasing a person's inbox erases them too.
#ifndef COLDPATH_AWS_SNS_PUSH_REGISTRY_H_
#define COLDPATH_AWS_SNS_PUSH_REGISTRY_H_

#include <string>
#include <vector>

#include "aws/dynamodb/dynamo_table.h"
#include "aws/sns_push_endpoints.h"
#include "tasks/push_registry.h"

namespace coldpath::aws {

// ARNs of the platform applications; empty: that kind is not offered. SNS has no Web Push.
struct PushPlatforms {
  std::string fcm;
  std::string apns;
};

// Thread-safe; everything given must outlive it. The address of what List gives is the endpoint's
// ARN: nobody but SNS keeps the token. Subscriptions whose endpoint SNS gave up are not listed.
// Errors beside the port's: push.unavailable, those of the table.
class SnsPushRegistry final : public tasks::PushRegistry {
 public:
  SnsPushRegistry(SnsPushEndpoints& endpoints, dynamodb::DynamoTable& table,
                  PushPlatforms platforms)
      : endpoints_(endpoints), table_(table), platforms_(std::move(platforms)) {}

  base::Status Put(const tasks::PushSubscription& subscription) override;
  base::Result<std::vector<tasks::PushSubscription>> List(const std::string& user_id) override;
  base::Status Remove(const std::string& user_id, const std::string& id) override;
  base::Result<tasks::PushSwitches> ReadSwitches(const std::string& user_id) override;
  base::Status WriteSwitches(const std::string& user_id,
                             const tasks::PushSwitches& switches) override;
  base::Status EraseUser(const std::string& user_id) override;

 private:
  const std::string& PlatformOf(tasks::PushKind kind) const;
  base::Result<std::vector<tasks::PushSubscription>> ReadRows(const std::string& user_id);
  base::Status TakeFromOthers(const std::string& user_id, const std::string& endpoint);
  base::Status Forget(const tasks::PushSubscription& row);

  SnsPushEndpoints& endpoints_;
  dynamodb::DynamoTable& table_;
  const PushPlatforms platforms_;
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_SNS_PUSH_REGISTRY_H_
