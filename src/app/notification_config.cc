#include "app/notification_config.h"

#include <algorithm>
#include <map>

#include "base/http.h"
#include "tasks/webhook_signature.h"

namespace coldpath::app {
namespace {

std::unexpected<base::Error> Invalid(const std::string& origin, const std::string& what) {
  return base::Fail("config.invalid", origin + ": " + what);
}

// Reads an object of strings (and flags) into the places given for its members.
struct Places {
  std::map<std::string, std::string*> texts;
  std::map<std::string, bool*> flags = {};
};
base::Status ReadObject(const std::string& origin, const std::string& where, const base::Json& json,
                        const Places& places) {
  if (!json.is_object()) return Invalid(origin, where + " has to be an object.");
  for (const auto& [name, value] : json.items()) {
    const std::string member = where + "." + name;
    const auto text = places.texts.find(name);
    const auto flag = places.flags.find(name);
    if (text != places.texts.end()) {
      if (!value.is_string()) return Invalid(origin, member + " has to be a string.");
      *text->second = value.get<std::string>();
    } else if (flag != places.flags.end()) {
      if (!value.is_boolean()) return Invalid(origin, member + " has to be true or false.");
      *flag->second = value.get<bool>();
    } else {
      return Invalid(origin, "unknown member \"" + member + "\".");
    }
  }
  return {};
}

base::Status Need(const std::string& origin, const std::string& where, const Places& places) {
  for (const auto& [name, text] : places.texts) {
    if (text->empty() && name != "base") return Invalid(origin, where + " has no " + name + ".");
  }
  return {};
}

base::Status ReadPush(const std::string& origin, const base::Json& json, PushConfig& push) {
  base::Json rest = json;
  const base::Json* fcm = base::FindMember(json, "fcm");
  const base::Json* apns = base::FindMember(json, "apns");
  if (fcm != nullptr) {
    const Places places{
        {{"service_account_file", &push.fcm_service_account_file}, {"base", &push.fcm_base}}};
    COLDPATH_RETURN_IF_ERROR(ReadObject(origin, "push.fcm", *fcm, places));
    COLDPATH_RETURN_IF_ERROR(Need(origin, "push.fcm", places));
    rest.erase("fcm");
  }
  if (apns != nullptr) {
    const Places places{{{"key_file", &push.apns_key_file},
                         {"key_id", &push.apns_key_id},
                         {"team_id", &push.apns_team_id},
                         {"topic", &push.apns_topic},
                         {"base", &push.apns_base}},
                        {{"sandbox", &push.apns_sandbox}}};
    COLDPATH_RETURN_IF_ERROR(ReadObject(origin, "push.apns", *apns, places));
    COLDPATH_RETURN_IF_ERROR(Need(origin, "push.apns", places));
    rest.erase("apns");
  }
  return ReadObject(origin, "push", rest,
                    {{{"contact", &push.contact}, {"ca_file", &push.ca_file}}});
}

// Secrets, one a line or separated by blanks.
base::Result<std::vector<std::string>> ReadKeys(const std::string& origin, const std::string& where,
                                                const std::string& text) {
  std::vector<std::string> keys;
  std::size_t at = 0;
  constexpr const char* kBlank = " \t\r\n";
  while ((at = text.find_first_not_of(kBlank, at)) != std::string::npos) {
    const std::size_t end = std::min(text.find_first_of(kBlank, at), text.size());
    auto key = tasks::ReadWebhookSecret(std::string_view(text).substr(at, end - at));
    if (!key) return Invalid(origin, where + ": " + key.error().message);
    keys.push_back(*std::move(key));
    at = end;
  }
  if (keys.empty()) return Invalid(origin, where + " holds no secret.");
  return keys;
}

base::Result<std::vector<std::string>> ReadKeysOf(const std::string& origin,
                                                  const std::string& where, const base::Json& value,
                                                  bool is_file) {
  if (!value.is_string()) return Invalid(origin, where + " has to be a string.");
  std::string text = value.get<std::string>();
  if (is_file) {
    COLDPATH_ASSIGN_OR_RETURN(text, ReadFile(text));
  }
  return ReadKeys(origin, where, text);
}

base::Result<WebhookConfig> ReadWebhook(const std::string& origin, const std::string& where,
                                        const base::Json& json) {
  if (!json.is_object()) return Invalid(origin, where + " has to be an object.");
  WebhookConfig webhook;
  for (const auto& [name, value] : json.items()) {
    if (name == "url" && value.is_string()) {
      webhook.url = value.get<std::string>();
    } else if (name == "secret" || name == "secret_file") {
      COLDPATH_ASSIGN_OR_RETURN(
          const auto keys, ReadKeysOf(origin, where + "." + name, value, name == "secret_file"));
      webhook.keys.insert(webhook.keys.end(), keys.begin(), keys.end());
    } else {
      return Invalid(origin, "unknown member \"" + where + "." + name + "\".");
    }
  }
  const auto url = base::ParseUrl(webhook.url);
  if (!url || (url->scheme != "https" && url->scheme != "http") || url->host.empty()) {
    return Invalid(origin, where + ".url has to be the address of an endpoint (https://...).");
  }
  if (webhook.keys.empty()) return Invalid(origin, where + " has no secret to sign with.");
  return webhook;
}

}  // namespace

base::Result<bool> ReadNotificationMember(const std::string& origin, const std::string& name,
                                          const base::Json& value, ServeConfig& config) {
  if (name == "push") {
    COLDPATH_RETURN_IF_ERROR(ReadPush(origin, value, config.push));
    return true;
  }
  if (name == "webhooks") {
    if (!value.is_array()) return Invalid(origin, "webhooks has to be an array.");
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::string where = "webhooks[" + std::to_string(i) + "]";
      COLDPATH_ASSIGN_OR_RETURN(WebhookConfig webhook, ReadWebhook(origin, where, value[i]));
      if (std::ranges::find(config.webhooks, webhook.url, &WebhookConfig::url) !=
          config.webhooks.end()) {
        return Invalid(origin, where + " names an address a second time.");
      }
      config.webhooks.push_back(std::move(webhook));
    }
    return true;
  }
  if (name == "entitlement_secret" || name == "entitlement_secret_file") {
    COLDPATH_ASSIGN_OR_RETURN(const auto keys,
                              ReadKeysOf(origin, name, value, name == "entitlement_secret_file"));
    config.entitlement_keys.insert(config.entitlement_keys.end(), keys.begin(), keys.end());
    return true;
  }
  return false;
}

}  // namespace coldpath::app
