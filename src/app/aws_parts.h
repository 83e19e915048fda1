// What every process on AWS is made of: threads, HTTP clients, credentials, and the ports over
// AWS's services.
#ifndef COLDPATH_APP_AWS_PARTS_H_
#define COLDPATH_APP_AWS_PARTS_H_

#include <memory>
#include <string>

#include "app/aws_config.h"
#include "aws/aws_client.h"
#include "aws/credentials_chain.h"
#include "aws/dynamodb/dynamo_connection_store.h"
#include "aws/dynamodb/dynamo_entitlements.h"
#include "aws/dynamodb/dynamo_inbox_store.h"
#include "aws/dynamodb/dynamo_job_store.h"
#include "aws/dynamodb/dynamo_quota_ledger.h"
#include "aws/dynamodb/dynamo_table.h"
#include "aws/kms_key_vault.h"
#include "aws/s3_object_store.h"
#include "aws/sns_notifier.h"
#include "aws/sns_push_endpoints.h"
#include "aws/sns_push_registry.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/thread_pool.h"
#include "tasks/task_ports.h"

namespace coldpath::app {

// Time, randomness, threads and sockets. Two HTTP clients, because calls to AWS block: their
// completions need a thread that no caller can hold up.
struct AwsMachine {
  explicit AwsMachine(base::Log::Sink sink, int threads);
  ~AwsMachine();

  const std::unique_ptr<base::Clock> clock;
  const std::unique_ptr<base::Random> random;
  base::Log log;
  base::NoMetrics metrics;                              // CloudWatch counts events of the log
  const std::unique_ptr<base::ThreadPool> pool;         // handlers, pages
  const std::unique_ptr<base::ThreadPool> completions;  // only hands answers to who waits
  const std::unique_ptr<base::HttpClient> aws_http;
  const std::unique_ptr<base::HttpClient> provider_http;  // its completions run on `pool`

  aws::AwsPorts aws_ports();
};

// The ports over AWS's services. Thread-safe; the machine must outlive it.
class AwsParts {
 public:
  // Fetches the secret if the configuration names one. Errors: config.invalid, config.unreadable
  // (the secret), aws.*.
  static base::Result<std::unique_ptr<AwsParts>> Make(AwsMachine& machine,
                                                      const aws::Environment& environment,
                                                      AwsRole role);
  AwsParts(AwsMachine& machine, const aws::Environment& environment, AwsConfig config);

  tasks::TaskPorts task_ports();

  AwsMachine& machine;
  AwsConfig config;
  aws::CredentialChain credentials;
  aws::AwsClient client;
  aws::dynamodb::DynamoTable table;
  aws::DynamoJobStore jobs;
  aws::DynamoConnectionStore connections;
  aws::DynamoQuotaLedger quota;
  aws::DynamoEntitlements entitlements;
  aws::DynamoInboxStore inbox;
  aws::S3ObjectStore objects;
  aws::KmsKeyVault vault;
  aws::SnsPushEndpoints devices;
  aws::SnsPushRegistry push;
  aws::SnsNotifier notifier;
  tasks::ProviderRegistry providers;
};

}  // namespace coldpath::app

#endif  // COLDPATH_APP_AWS_PARTS_H_
