#include "aws/sns_notifier.h"

#include <utility>

#include "base/crypto.h"

namespace coldpath::aws {
namespace {

// The platform's own name for "this device is gone".
bool IsDead(const AwsError& error) {
  if (error.name == "EndpointDisabled" || error.name == "EndpointDisabledException" ||
      error.name == "NotFound" || error.name == "NotFoundException") {
    return true;
  }
  // "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified".
  return (error.name == "InvalidParameter" || error.name == "InvalidParameterException") &&
         error.message.find("TargetArn") != std::string::npos;
}

// A later notification of the same job replaces the earlier one on the screen. APNs takes at most
// 64 bytes.
std::string CollapseId(const tasks::Notification& notification) {
  return base::Sha256Hex(notification.job_id).substr(0, 32);
}

void AddAttribute(base::FormFields& fields, int number, const std::string& name,
                  const std::string& value) {
  const std::string prefix = "MessageAttributes.entry." + std::to_string(number) + ".";
  fields.emplace_back(prefix + "Name", name);
  fields.emplace_back(prefix + "Value.DataType", "String");
  fields.emplace_back(prefix + "Value.StringValue", value);
}

}  // namespace

std::string PushMessage(const tasks::Notification& notification) {
  const std::string code(tasks::NotificationCode(notification.kind));
  const std::string text(tasks::NotificationText(notification.kind));
  const base::Json firebase{{"fcmV1Message",
                             {{"message",
                               {{"notification", {{"body", text}}},
                                {"data", {{"code", code}, {"jobId", notification.job_id}}},
                                {"android", {{"collapse_key", CollapseId(notification)}}}}}}}};
  const base::Json apple{{"aps", {{"alert", {{"body", text}}}, {"sound", "default"}}},
                         {"code", code},
                         {"jobId", notification.job_id}};
  return base::DumpJson({{"default", text},
                         {"GCM", base::DumpJson(firebase)},
                         {"APNS", base::DumpJson(apple)},
                         {"APNS_SANDBOX", base::DumpJson(apple)}});
}

SnsNotifier::SnsNotifier(AwsClient& client, tasks::InboxStore& inbox, PushEndpoints& endpoints,
                         tasks::PushRegistry& registry, base::Metrics& metrics, base::Log& log)
    : client_(client),
      inbox_(inbox),
      endpoints_(endpoints),
      registry_(registry),
      metrics_(metrics),
      log_(log) {}

void SnsNotifier::Count(const tasks::Notification& notification, const char* channel) {
  const std::string code(tasks::NotificationCode(notification.kind));
  metrics_.Count("coldpath_notifications_total",
                 {{"code", code}, {"channel", channel}, {"result", "accepted"}});
  log_.Info("notified", {{"job", notification.job_id}, {"code", code}, {"channel", channel}});
}

base::Status SnsNotifier::Notify(const tasks::Notification& notification) {
  COLDPATH_ASSIGN_OR_RETURN(const bool added, inbox_.Add(notification));
  if (added) Count(notification, "inbox");
  if (!notification.push) return {};
  COLDPATH_ASSIGN_OR_RETURN(const tasks::PushSwitches switches,
                            registry_.ReadSwitches(notification.user_id));
  if (!switches.Wants(notification.kind)) return {};
  // Also if it was in the inbox: a crash may have come between. The claims decide who pushes.
  COLDPATH_ASSIGN_OR_RETURN(const std::vector<std::string> endpoints,
                            endpoints_.List(notification.user_id));
  base::Status first;
  for (const std::string& endpoint : endpoints) {
    base::Status pushed = PushTo(endpoint, notification);
    if (!pushed && first) first = std::move(pushed);
  }
  return first;
}

base::Status SnsNotifier::PushTo(const std::string& endpoint,
                                 const tasks::Notification& notification) {
  const std::string& user = notification.user_id;
  COLDPATH_ASSIGN_OR_RETURN(const bool mine, endpoints_.Claim(user, endpoint, notification.key));
  if (!mine) return {};
  const auto published = Publish(endpoint, notification);
  if (published) {
    Count(notification, "sns");
    return {};
  }
  const AwsError& error = published.error();
  if (IsDead(error)) {
    log_.Info("push_endpoint_removed", {{"error", error.name}});
    return endpoints_.Remove(user, endpoint);
  }
  log_.Warning("push_failed", {{"job", notification.job_id}, {"error", error.name}});
  // Without an answer it may have been delivered: the claim stays, the inbox has it.
  if (error.status == 0 && error.name != "aws.no_credentials") return {};
  COLDPATH_RETURN_IF_ERROR(endpoints_.Release(user, endpoint, notification.key));
  return base::Fail("notify.unavailable", "SNS: " + Describe(error));
}

AwsResult<base::HttpResponse> SnsNotifier::Publish(const std::string& endpoint,
                                                   const tasks::Notification& notification) {
  base::FormFields fields = {{"Action", "Publish"},
                             {"Version", "2010-03-31"},
                             {"TargetArn", endpoint},
                             {"MessageStructure", "json"},
                             {"Message", PushMessage(notification)}};
  AddAttribute(fields, 1, "AWS.SNS.MOBILE.APNS.PUSH_TYPE", "alert");
  AddAttribute(fields, 2, "AWS.SNS.MOBILE.APNS.COLLAPSE_ID", CollapseId(notification));
  AwsRequest request;
  request.service = "sns";
  request.method = "POST";
  request.headers.Add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  request.body = base::EncodeForm(fields);
  request.retry_unanswered = false;
  return client_.Send(request);
}

}  // namespace coldpath::aws
