#include "aws/sns_push_endpoints.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "aws/dynamodb/table_schema.h"
#include "aws/xml_reader.h"
#include "base/crypto.h"

namespace coldpath::aws {
namespace {

using dynamodb::ItemKey;

constexpr char kVersion[] = "2010-03-31";
constexpr std::string_view kDevicePrefix = "INBOXDEVICE#";
constexpr std::string_view kPushedPrefix = "INBOXPUSHED#";
constexpr char kEndpoint[] = "Endpoint";
// As long as Step Functions remembers an execution's name, and with it a notification's key.
constexpr std::chrono::seconds kClaimLife = std::chrono::days(90);

std::string Digest(const std::string& endpoint) { return base::Sha256Hex(endpoint).substr(0, 32); }

ItemKey DeviceKey(const std::string& user_id, const std::string& endpoint) {
  return {dynamodb::UserPartition(user_id), std::string(kDevicePrefix) + Digest(endpoint)};
}

ItemKey PushedKey(const std::string& user_id, const std::string& endpoint,
                  const std::string& notification_key) {
  return {dynamodb::UserPartition(user_id),
          std::string(kPushedPrefix) + Digest(endpoint) + "#" + notification_key};
}

base::Error ErrorOf(const AwsError& error) {
  const bool refused = error.status >= 400 && error.status < 500;
  return {refused ? "push.refused" : "push.unavailable", "SNS: " + Describe(error)};
}

// "Invalid parameter: Token Reason: Endpoint arn:aws:sns:... already exists with the same Token,
// but different attributes.": how SNS names an endpoint that it has disabled meanwhile.
std::string ExistingEndpoint(const AwsError& error) {
  constexpr std::string_view kBefore = "Endpoint arn:";
  constexpr std::string_view kAfter = " already exists with the same Token";
  const std::size_t begin = error.message.find(kBefore);
  const std::size_t end = error.message.find(kAfter);
  if (begin == std::string::npos || end == std::string::npos || end < begin) return "";
  const std::size_t arn = begin + std::string_view("Endpoint ").size();
  return error.message.substr(arn, end - arn);
}

}  // namespace

base::Status SnsPushEndpoints::Enable(const std::string& endpoint,
                                      const std::string& device_token) {
  const auto enabled = client_.CallQuery("sns", {{"Action", "SetEndpointAttributes"},
                                                 {"Version", kVersion},
                                                 {"EndpointArn", endpoint},
                                                 {"Attributes.entry.1.key", "Enabled"},
                                                 {"Attributes.entry.1.value", "true"},
                                                 {"Attributes.entry.2.key", "Token"},
                                                 {"Attributes.entry.2.value", device_token}});
  if (!enabled) return base::Fail(ErrorOf(enabled.error()));
  return {};
}

base::Result<std::string> SnsPushEndpoints::MakeEndpoint(const std::string& platform_application,
                                                         const std::string& device_token) {
  const auto made = client_.CallQuery("sns", {{"Action", "CreatePlatformEndpoint"},
                                              {"Version", kVersion},
                                              {"PlatformApplicationArn", platform_application},
                                              {"Token", device_token}});
  if (!made) {
    std::string existing = ExistingEndpoint(made.error());
    if (existing.empty()) return base::Fail(ErrorOf(made.error()));
    COLDPATH_RETURN_IF_ERROR(Enable(existing, device_token));
    return existing;
  }
  const auto xml = ReadXml(made->body);
  const XmlElement* const result = xml ? xml->Find("CreatePlatformEndpointResult") : nullptr;
  std::string endpoint = result == nullptr ? "" : result->Text("EndpointArn");
  if (endpoint.empty()) {
    return base::Fail("push.unavailable", "SNS: the answer names no endpoint");
  }
  return endpoint;
}

base::Result<std::string> SnsPushEndpoints::Register(const std::string& user_id,
                                                     const std::string& platform_application,
                                                     const std::string& device_token) {
  COLDPATH_ASSIGN_OR_RETURN(std::string endpoint, MakeEndpoint(platform_application, device_token));
  COLDPATH_ASSIGN_OR_RETURN(const std::vector<std::string> known, List(user_id));
  if (std::ranges::find(known, endpoint) != known.end()) return endpoint;
  if (known.size() >= static_cast<std::size_t>(kMostDevices)) {
    return base::Fail("push.too_many_devices", "Notifications go to at most " +
                                                   std::to_string(kMostDevices) +
                                                   " devices of a person; remove one first.");
  }
  dynamodb::Item item = dynamodb::NewItem(DeviceKey(user_id, endpoint));
  item[kEndpoint] = dynamodb::Text(endpoint);
  COLDPATH_RETURN_IF_ERROR(table_.WriteOne(dynamodb::PutWrite(table_.name(), std::move(item))));
  return endpoint;
}

base::Result<std::vector<std::string>> SnsPushEndpoints::List(const std::string& user_id) {
  // Two registrations at once may pass the bound: read a few more than it.
  COLDPATH_ASSIGN_OR_RETURN(const auto items,
                            table_.Query({.partition = dynamodb::UserPartition(user_id),
                                          .prefix = std::string(kDevicePrefix),
                                          .limit = 2 * kMostDevices}));
  std::vector<std::string> endpoints;
  for (const dynamodb::Item& item : items) {
    dynamodb::ItemReader reader(item, "a device");
    endpoints.push_back(reader.Text(kEndpoint));
    COLDPATH_RETURN_IF_ERROR(reader.Check());
  }
  return endpoints;
}

base::Result<bool> SnsPushEndpoints::Claim(const std::string& user_id, const std::string& endpoint,
                                           const std::string& notification_key) {
  dynamodb::Item item = dynamodb::NewItem(PushedKey(user_id, endpoint, notification_key));
  item[dynamodb::kExpiresAt] = dynamodb::Number(base::UnixSeconds(clock_.Now() + kClaimLife));
  // As a transaction, since that knows its own repetition: a plain write whose answer got lost
  // would find its own item, and nobody would push.
  COLDPATH_ASSIGN_OR_RETURN(
      const auto outcome,
      table_.Transact({dynamodb::PutWrite(table_.name(), std::move(item), dynamodb::IsAbsent())}));
  return outcome.committed;
}

base::Status SnsPushEndpoints::Release(const std::string& user_id, const std::string& endpoint,
                                       const std::string& notification_key) {
  return table_.DeleteAll({PushedKey(user_id, endpoint, notification_key)});
}

base::Status SnsPushEndpoints::Remove(const std::string& user_id, const std::string& endpoint) {
  return table_.DeleteAll({DeviceKey(user_id, endpoint)});
}

}  // namespace coldpath::aws
