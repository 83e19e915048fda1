#include "aws/environment.h"

#include <array>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "base/http.h"

namespace coldpath::aws {
namespace {

constexpr std::size_t kLargestFile = 64u << 10;

// The services' names in signatures, and as AWS_ENDPOINT_URL_<SERVICE> spells their ids.
constexpr std::array<std::pair<const char*, const char*>, 9> kServices = {
    {{"dynamodb", "DYNAMODB"},
     {"states", "SFN"},
     {"s3", "S3"},
     {"sns", "SNS"},
     {"events", "EVENTBRIDGE"},
     {"kms", "KMS"},
     {"ecs", "ECS"},
     {"cloudformation", "CLOUDFORMATION"},
     {"secretsmanager", "SECRETS_MANAGER"}}};

// Addresses have no path of their own here: the signature would have to know of it.
bool IsEndpoint(const std::string& text) {
  const auto url = base::ParseUrl(text);
  return url && (url->scheme == "http" || url->scheme == "https") && !url->host.empty() &&
         (url->path.empty() || url->path == "/") && url->query.empty();
}

bool IsRegion(const std::string& text) {
  if (text.empty() || text.size() > 32) return false;
  for (const char c : text) {
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') return false;
  }
  return true;
}

}  // namespace

Environment ProcessEnvironment() {
  Environment environment;
  environment.variable = [](const std::string& name) -> std::optional<std::string> {
    const char* const value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
  environment.file = [](const std::string& path) -> std::optional<std::string> {
    std::ifstream stream(path, std::ios::binary);
    std::string content(kLargestFile + 1, '\0');
    stream.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (!stream.eof() || stream.bad()) return std::nullopt;
    content.resize(static_cast<std::size_t>(stream.gcount()));
    return content;
  };
  return environment;
}

base::Result<AwsSettings> ReadAwsSettings(const Environment& environment) {
  AwsSettings settings;
  settings.region = environment.variable("AWS_REGION")
                        .value_or(environment.variable("AWS_DEFAULT_REGION").value_or(""));
  if (settings.region.empty()) {
    return base::Fail("aws.no_region", "Set AWS_REGION to the region of the deployment.");
  }
  if (!IsRegion(settings.region)) {
    return base::Fail("aws.no_region", "AWS_REGION is not the name of a region.");
  }
  const auto take = [&](const std::string& name, const std::string& service) -> base::Status {
    const auto value = environment.variable(name);
    if (!value) return {};
    if (!IsEndpoint(*value)) {
      return base::Fail("aws.invalid_endpoint",
                        name + " is not an http or https address without a path.");
    }
    settings.endpoints[service] = *value;
    return {};
  };
  COLDPATH_RETURN_IF_ERROR(take("AWS_ENDPOINT_URL", "*"));
  for (const auto& [service, id] : kServices) {
    COLDPATH_RETURN_IF_ERROR(take("AWS_ENDPOINT_URL_" + std::string(id), service));
  }
  return settings;
}

}  // namespace coldpath::aws
