// PushEndpoints on SNS and the DynamoDB table: SNS knows the devices, the table whose they are and
// what was pushed to them.
//
//   PK            SK                                    what
//   USER#{user}   INBOXDEVICE#{digest of the ARN}       a registered platform endpoint
//   USER#{user}   INBOXPUSHED#{digest}#{notification}   that it was claimed; expires
//
// DO NOT CHANGE these keys: tables in the field hold them. They begin as the inbox's do, so that
// erasing a person's inbox erases them too.
#ifndef COLDPATH_AWS_SNS_PUSH_ENDPOINTS_H_
#define COLDPATH_AWS_SNS_PUSH_ENDPOINTS_H_

#include <string>
#include <vector>

#include "aws/aws_client.h"
#include "aws/dynamodb/dynamo_table.h"
#include "aws/sns_notifier.h"
#include "base/clock.h"

namespace coldpath::aws {

// Thread-safe; everything given must outlive it.
class SnsPushEndpoints final : public PushEndpoints {
 public:
  static constexpr int kMostDevices = 20;

  SnsPushEndpoints(AwsClient& client, dynamodb::DynamoTable& table, const base::Clock& clock)
      : client_(client), table_(table), clock_(clock) {}

  // Makes the platform endpoint of a device's token (a second time gives the same one, enabled
  // again if SNS had disabled it) and enters it for the person. Returns its ARN. Errors:
  // push.refused (SNS does not take the token), push.too_many_devices, push.unavailable, those of
  // the table.
  base::Result<std::string> Register(const std::string& user_id,
                                     const std::string& platform_application,
                                     const std::string& device_token);

  base::Result<std::vector<std::string>> List(const std::string& user_id) override;
  base::Result<bool> Claim(const std::string& user_id, const std::string& endpoint,
                           const std::string& notification_key) override;
  base::Status Release(const std::string& user_id, const std::string& endpoint,
                       const std::string& notification_key) override;
  base::Status Remove(const std::string& user_id, const std::string& endpoint) override;

 private:
  base::Result<std::string> MakeEndpoint(const std::string& platform_application,
                                         const std::string& device_token);
  base::Status Enable(const std::string& endpoint, const std::string& device_token);

  AwsClient& client_;
  dynamodb::DynamoTable& table_;
  const base::Clock& clock_;
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_SNS_PUSH_ENDPOINTS_H_
