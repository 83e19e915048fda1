#include "app/notification_parts.h"

#include <algorithm>
#include <set>
#include <utility>

#include "net/http_client.h"
#include "notifications/apns.h"
#include "notifications/fcm.h"
#include "notifications/vapid.h"
#include "notifications/web_push.h"
#include "notifications/web_push_endpoint.h"

namespace coldpath::app {
namespace {

// Nobody we tell something has much to say.
constexpr std::size_t kMostAnswerBytes = 256u << 10;
// Push services want to know whom to write to. On a developer's machine there is nobody.
constexpr const char* kLocalContact = "mailto:operator@localhost";

std::string ContactOf(const ServeConfig& config, const std::string& public_url) {
  if (!config.push.contact.empty()) return config.push.contact;
  return public_url.starts_with("https://") ? public_url : kLocalContact;
}

}  // namespace

NotificationParts::NotificationParts(NotificationPorts ports, bool development)
    : ports_(ports),
      development_(development),
      inbox_(ports.db),
      sink_(ports.db),
      queue_(ports.db),
      inbox_notifier_(inbox_, ports.metrics, ports.log) {}

NotificationParts::~NotificationParts() = default;

base::Result<std::unique_ptr<NotificationParts>> NotificationParts::Make(
    NotificationPorts ports, const ServeConfig& config, const std::string& public_url) {
  std::unique_ptr<NotificationParts> parts(new NotificationParts(ports, config.development));
  net::HttpClientOptions options{.max_response_bytes = kMostAnswerBytes,
                                 .ca_file = config.push.ca_file};
  parts->http_ = net::MakeHttpClient(options, ports.executor);
  options.public_addresses_only = !config.development;
  parts->guarded_http_ = net::MakeHttpClient(options, ports.executor);
  COLDPATH_RETURN_IF_ERROR(parts->MakeSenders(config, public_url));
  parts->MakeNotifier(public_url);
  parts->MakeWebhooks(config);
  return parts;
}

base::Status NotificationParts::MakeSenders(const ServeConfig& config,
                                            const std::string& public_url) {
  COLDPATH_RETURN_IF_ERROR(MakeWebPush(config, public_url));
  if (!config.push.fcm_service_account_file.empty()) {
    COLDPATH_RETURN_IF_ERROR(MakeFcm(config.push));
  }
  if (!config.push.apns_key_file.empty()) COLDPATH_RETURN_IF_ERROR(MakeApns(config.push));
  std::set<tasks::PushKind> kinds;
  for (const auto& [kind, sender] : senders_) {
    kinds.insert(kind);
    offer_.kinds.emplace_back(Name(kind));
  }
  registry_.emplace(ports_.db, ports_.vault, std::move(kinds));
  return {};
}

base::Status NotificationParts::MakeWebPush(const ServeConfig& config,
                                            const std::string& public_url) {
  COLDPATH_ASSIGN_OR_RETURN(base::SigningKeyPtr key, notifications::LoadOrMakeVapidKey(
                                                         config.data_folder + "/web-push.pem"));
  const std::string contact = ContactOf(config, public_url);
  COLDPATH_RETURN_IF_ERROR(notifications::CheckVapidContact(contact));
  offer_.web_push_key = notifications::ApplicationServerKey(*key);
  senders_[tasks::PushKind::kWebPush] = notifications::MakeWebPushSender(
      {std::move(key), contact, development_}, *guarded_http_, ports_.clock, ports_.random);
  return {};
}

base::Status NotificationParts::MakeFcm(const PushConfig& config) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string text, ReadFile(config.fcm_service_account_file));
  auto account = notifications::ReadServiceAccount(text);
  if (!account) {
    return base::Fail("config.invalid",
                      config.fcm_service_account_file + ": " + account.error().message);
  }
  notifications::FcmOptions options{.account = *std::move(account)};
  if (!config.fcm_base.empty()) options.base_url = config.fcm_base;
  senders_[tasks::PushKind::kFcm] =
      notifications::MakeFcmSender(std::move(options), *http_, ports_.clock);
  return {};
}

base::Status NotificationParts::MakeApns(const PushConfig& config) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string pem, ReadFile(config.apns_key_file));
  auto key = base::SigningKeyFromPem(pem);
  if (!key) {
    return base::Fail("config.invalid", config.apns_key_file + ": " + key.error().message);
  }
  notifications::ApnsOptions options{.key = *std::move(key),
                                     .key_id = config.apns_key_id,
                                     .team_id = config.apns_team_id,
                                     .topic = config.apns_topic};
  if (config.apns_sandbox) options.base_url = notifications::kApnsSandboxUrl;
  if (!config.apns_base.empty()) options.base_url = config.apns_base;
  COLDPATH_RETURN_IF_ERROR(notifications::CheckApnsOptions(options));
  senders_[tasks::PushKind::kApns] =
      notifications::MakeApnsSender(std::move(options), *http_, ports_.clock);
  return {};
}

void NotificationParts::MakeNotifier(const std::string& public_url) {
  notifications::PushChannel::Senders senders;
  for (const auto& [kind, sender] : senders_) senders[kind] = sender.get();
  push_ = std::make_unique<notifications::PushChannel>(*registry_, std::move(senders), public_url);
  notifier_ = std::make_unique<notifications::PushNotifier>(inbox_notifier_, *registry_, queue_,
                                                            ports_.clock, [this] { Poke(); });
}

void NotificationParts::MakeWebhooks(const ServeConfig& config) {
  std::vector<notifications::WebhookEndpoint> endpoints;
  std::vector<std::string> urls;
  for (const WebhookConfig& webhook : config.webhooks) {
    endpoints.push_back({webhook.url, webhook.keys});
    urls.push_back(webhook.url);
  }
  webhooks_ =
      std::make_unique<notifications::WebhookChannel>(*http_, ports_.clock, std::move(endpoints));
  events_ = std::make_unique<notifications::WebhookPublisher>(sink_, queue_, ports_.clock,
                                                              std::move(urls), [this] { Poke(); });
}

base::Status NotificationParts::CheckAddress(tasks::PushKind kind,
                                             const std::string& address) const {
  switch (kind) {
    case tasks::PushKind::kWebPush:
      return notifications::CheckPushEndpoint(address, development_);
    case tasks::PushKind::kFcm:
      return notifications::CheckFcmToken(address);
    case tasks::PushKind::kApns:
      return notifications::CheckApnsToken(address);
  }
  return {};
}

void NotificationParts::Start() {
  const base::MutexLock lock(mutex_);
  deliverer_ = std::make_unique<notifications::Deliverer>(
      notifications::DelivererPorts{ports_.clock, ports_.random, ports_.executor, ports_.metrics,
                                    ports_.log, queue_},
      notifications::DeliveryChannels{{notifications::kPushChannel, push_.get()},
                                      {notifications::kWebhookChannel, webhooks_.get()}});
}

void NotificationParts::Stop() {
  const base::MutexLock lock(mutex_);
  deliverer_.reset();
}

void NotificationParts::Poke() {
  const base::MutexLock lock(mutex_);
  if (deliverer_ != nullptr) deliverer_->Poke();
}

}  // namespace coldpath::app
