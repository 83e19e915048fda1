// Where and of what a person wants to be told: devices, and a switch for each kind.
#include "api/router.h"
#include "base/crypto.h"
#include "service/push.h"

namespace coldpath::api {
namespace {

std::unexpected<Problem> Invalid(std::string detail, std::string pointer) {
  return std::unexpected(Problem{400, "invalid-request", std::move(detail), std::move(pointer)});
}

base::Json SubscriptionJson(const tasks::PushSubscription& subscription) {
  return {{"id", subscription.id},
          {"kind", Name(subscription.kind)},
          {"label", subscription.label},
          {"created", base::FormatInstant(subscription.created)}};
}

base::Json SettingsJson(const tasks::PushSwitches& switches) {
  base::Json push = base::Json::object();
  for (const tasks::NotificationKind kind : tasks::kAllNotificationKinds) {
    push[std::string(tasks::NotificationCode(kind))] = switches.Wants(kind);
  }
  return {{"push", std::move(push)}};
}

// Browsers give base64url; some libraries keep its padding.
Checked<std::string> NeedBytes(const base::Json& json, std::string_view name,
                               std::string_view pointer) {
  COLDPATH_API_ASSIGN(std::string text, NeedString(json, name));
  while (text.ends_with('=')) text.pop_back();
  auto bytes = base::Base64UrlDecode(text);
  if (!bytes) return Invalid(std::string(name) + " has to be base64url.", std::string(pointer));
  return *std::move(bytes);
}

Checked<service::PushRegistration> ReadRegistration(const base::Json& body) {
  service::PushRegistration registration;
  COLDPATH_API_ASSIGN(const std::string name, NeedString(body, "kind"));
  const auto kind = tasks::FindPushKind(name);
  if (!kind) return Invalid("kind has to be web_push, fcm or apns.", "/kind");
  registration.kind = *kind;
  COLDPATH_API_ASSIGN(registration.label, OptionalString(body, "label"));
  if (*kind != tasks::PushKind::kWebPush) {
    COLDPATH_API_CHECK(CheckMembers(body, {"kind", "token", "label"}));
    COLDPATH_API_ASSIGN(registration.address, NeedString(body, "token"));
    return registration;
  }
  COLDPATH_API_CHECK(CheckMembers(body, {"kind", "endpoint", "keys", "label"}));
  COLDPATH_API_ASSIGN(registration.address, NeedString(body, "endpoint"));
  const base::Json* keys = base::FindMember(body, "keys");
  if (keys == nullptr || !keys->is_object()) {
    return Invalid("keys has to be an object with p256dh and auth.", "/keys");
  }
  COLDPATH_API_CHECK(CheckMembers(*keys, {"p256dh", "auth"}));
  COLDPATH_API_ASSIGN(registration.p256dh, NeedBytes(*keys, "p256dh", "/keys/p256dh"));
  COLDPATH_API_ASSIGN(registration.auth, NeedBytes(*keys, "auth", "/keys/auth"));
  return registration;
}

}  // namespace

Checked<base::HttpResponse> ListPushSubscriptions(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_ASSIGN(const auto subscriptions, call.context.push.List(call.user()));
  base::Json list = base::Json::array();
  for (const tasks::PushSubscription& one : subscriptions) list.push_back(SubscriptionJson(one));
  return JsonResponse(200, {{"subscriptions", std::move(list)}});
}

Checked<base::HttpResponse> PutPushSubscription(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_ASSIGN(const auto registration, ReadRegistration(call.body));
  COLDPATH_API_ASSIGN(const auto subscription,
                      service::RegisterPush(call.context, call.user(), registration));
  return JsonResponse(200, SubscriptionJson(subscription));
}

Checked<base::HttpResponse> DeletePushSubscription(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {"id"}));
  const auto id = Parameter(call, "id");
  if (!id || id->empty()) return Invalid("The parameter id is missing.", "id");
  COLDPATH_API_CHECK(call.context.push.Remove(call.user(), *id));
  return base::HttpResponse{204, {}, ""};
}

Checked<base::HttpResponse> GetNotificationSettings(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_ASSIGN(const auto switches, call.context.push.ReadSwitches(call.user()));
  return JsonResponse(200, SettingsJson(switches));
}

Checked<base::HttpResponse> PutNotificationSettings(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_CHECK(CheckMembers(call.body, {"push"}));
  const base::Json* push = base::FindMember(call.body, "push");
  if (push == nullptr || !push->is_object()) {
    return Invalid("push has to be an object with a switch for N-04, N-05 and N-06.", "/push");
  }
  tasks::PushSwitches switches;
  for (const tasks::NotificationKind kind : tasks::kAllNotificationKinds) {
    const std::string code(tasks::NotificationCode(kind));
    const auto wants = base::FindBool(*push, code);
    if (!wants) return Invalid(code + " has to be true or false.", "/push/" + code);
    if (!*wants) switches.off.insert(kind);
  }
  if (push->size() != tasks::kAllNotificationKinds.size()) {
    return Invalid("push has a member that is not known here.", "/push");
  }
  COLDPATH_API_CHECK(call.context.push.WriteSwitches(call.user(), switches));
  return JsonResponse(200, SettingsJson(switches));
}

}  // namespace coldpath::api
