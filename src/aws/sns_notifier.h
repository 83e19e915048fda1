// Notifications in the inbox and, through Amazon SNS mobile push (API 2010-03-31), on the person's
// devices.
#ifndef COLDPATH_AWS_SNS_NOTIFIER_H_
#define COLDPATH_AWS_SNS_NOTIFIER_H_

#include <string>
#include <vector>

#include "aws/aws_client.h"
#include "base/log.h"
#include "base/metrics.h"
#include "tasks/notifier.h"
#include "tasks/push_registry.h"

namespace coldpath::aws {

// Port: the platform endpoints (one per app on a device) that a person has registered, and which
// notification went to which. Thread-safe. Errors: those of its store.
class PushEndpoints {
 public:
  virtual ~PushEndpoints() = default;
  // Their ARNs.
  virtual base::Result<std::vector<std::string>> List(const std::string& user_id) = 0;
  // True for one caller per endpoint and notification: the one that is to deliver it.
  virtual base::Result<bool> Claim(const std::string& user_id, const std::string& endpoint,
                                   const std::string& notification_key) = 0;
  // The claimed delivery certainly did not happen: somebody may claim it again.
  virtual base::Status Release(const std::string& user_id, const std::string& endpoint,
                               const std::string& notification_key) = 0;
  // The device is gone. Succeeds if it is not registered.
  virtual base::Status Remove(const std::string& user_id, const std::string& endpoint) = 0;
};

// Thread-safe; everything given must outlive it. A notification is in the inbox before anything is
// pushed; each endpoint gets it at most once, since a push whose answer is lost is not repeated.
// What the person has switched off in `registry` is not pushed. Endpoints that SNS has disabled, or
// does not know, are removed. Errors: the stores' own;
// notify.unavailable if SNS refused a push that a later call may deliver.
class SnsNotifier final : public tasks::Notifier {
 public:
  SnsNotifier(AwsClient& client, tasks::InboxStore& inbox, PushEndpoints& endpoints,
              tasks::PushRegistry& registry, base::Metrics& metrics, base::Log& log);
  base::Status Notify(const tasks::Notification& notification) override;

 private:
  base::Status PushTo(const std::string& endpoint, const tasks::Notification& notification);
  AwsResult<base::HttpResponse> Publish(const std::string& endpoint,
                                        const tasks::Notification& notification);
  void Count(const tasks::Notification& notification, const char* channel);

  AwsClient& client_;
  tasks::InboxStore& inbox_;
  PushEndpoints& endpoints_;
  tasks::PushRegistry& registry_;
  base::Metrics& metrics_;
  base::Log& log_;
};

// What SNS is to send, by platform: a JSON object of strings that hold JSON. Public for tests.
std::string PushMessage(const tasks::Notification& notification);

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_SNS_NOTIFIER_H_
