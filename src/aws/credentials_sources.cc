#include "aws/credentials_sources.h"

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "aws/blocking_http.h"
#include "base/json.h"

namespace coldpath::aws {
namespace {

using std::chrono::milliseconds;

constexpr char kContainerHost[] = "http://169.254.170.2";
constexpr char kInstanceHost[] = "http://169.254.169.254";
constexpr char kInstancePath[] = "/latest/meta-data/iam/security-credentials/";
constexpr int kContainerTries = 3;
constexpr milliseconds kContainerTimeout{2'000};
constexpr milliseconds kInstanceTimeout{1'000};
constexpr base::JsonLimits kAnswerLimits{.max_bytes = 64u << 10, .max_depth = 8};

std::unexpected<base::Error> NotConfigured(std::string why) {
  return base::Fail("aws.not_configured", std::move(why));
}
std::unexpected<base::Error> NoCredentials(std::string why) {
  return base::Fail("aws.no_credentials", std::move(why));
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && std::string_view(" \t\r\n").contains(text.front())) text.remove_prefix(1);
  while (!text.empty() && std::string_view(" \t\r\n").contains(text.back())) text.remove_suffix(1);
  return text;
}

// What both metadata endpoints answer: AccessKeyId, SecretAccessKey, Token, Expiration.
base::Result<Credentials> ReadAnswer(const std::string& body) {
  const auto json = base::ParseJson(body, kAnswerLimits);
  if (!json) return NoCredentials("the answer is not JSON");
  const auto id = base::FindString(*json, "AccessKeyId");
  const auto secret = base::FindString(*json, "SecretAccessKey");
  if (!id || !secret || id->empty() || secret->empty()) {
    return NoCredentials("the answer holds no keys");
  }
  Credentials credentials{*id, *secret, base::FindString(*json, "Token").value_or(""), {}};
  if (const auto text = base::FindString(*json, "Expiration")) {
    const auto expires = base::ParseRfc3339(*text);
    if (!expires) return NoCredentials("the answer's Expiration is not a time");
    credentials.expires = expires->instant;
  }
  return credentials;
}

// Sections of the shared file. Only what is asked for is kept in memory.
std::optional<std::map<std::string, std::string>> ReadProfile(const std::string& file,
                                                              std::string_view profile) {
  std::optional<std::map<std::string, std::string>> found;
  bool inside = false;
  std::istringstream lines(file);
  for (std::string raw; std::getline(lines, raw);) {
    const std::string_view line = Trim(raw);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      inside = line.back() == ']' && Trim(line.substr(1, line.size() - 2)) == profile;
      if (inside && !found) found.emplace();
      continue;
    }
    const std::size_t equals = line.find('=');
    if (!inside || equals == std::string_view::npos) continue;
    (*found)[std::string(Trim(line.substr(0, equals)))] = Trim(line.substr(equals + 1));
  }
  return found;
}

base::Result<Credentials> LookInProfile(const Environment& environment) {
  const auto asked = environment.variable("AWS_PROFILE");
  const std::string profile = asked.value_or("default");
  std::string path = environment.variable("AWS_SHARED_CREDENTIALS_FILE").value_or("");
  if (path.empty()) {
    const auto home = environment.variable("HOME");
    if (home) path = *home + "/.aws/credentials";
  }
  const auto file = path.empty() ? std::nullopt : environment.file(path);
  const auto values = file ? ReadProfile(*file, profile) : std::nullopt;
  if (!values) {
    const std::string why = file ? "it has no profile " + profile : "there is no such file";
    if (asked) return NoCredentials("AWS_PROFILE asks for one in " + path + ": " + why);
    return NotConfigured(why);
  }
  const auto value = [&](const char* key) {
    const auto at = values->find(key);
    return at == values->end() ? std::string() : at->second;
  };
  Credentials credentials{
      value("aws_access_key_id"), value("aws_secret_access_key"), value("aws_session_token"), {}};
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    return NoCredentials("profile " + profile +
                         " holds no keys; roles, single sign-on and programs are not read");
  }
  return credentials;
}

bool IsLoopback(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  // "127.evil.example" is a name, not an address.
  return host.starts_with("127.") &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

// Which hosts may be asked for keys, as AWS's SDKs have it.
bool MayBeAsked(const base::Url& url) {
  if (url.scheme == "https") return true;
  if (url.scheme != "http") return false;
  std::string_view host = url.host;
  if (const std::size_t port = host.rfind(':');
      port != std::string_view::npos && !host.ends_with(']')) {
    host = host.substr(0, port);
  }
  return IsLoopback(host) || host == "169.254.170.2" || host == "169.254.170.23" ||
         host == "[fd00:ec2::23]";
}

base::Result<std::string> ContainerUrl(const Environment& environment) {
  if (const auto relative = environment.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
    // Without the slash it could change the host.
    if (!relative->starts_with('/')) {
      return NoCredentials("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with a slash");
    }
    return kContainerHost + *relative;
  }
  const auto full = environment.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!full) return NotConfigured("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set");
  const auto url = base::ParseUrl(*full);
  if (!url || !MayBeAsked(*url)) {
    return NoCredentials(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address of the container's "
        "own host");
  }
  return *full;
}

base::Result<std::string> ContainerToken(const Environment& environment) {
  std::string token;
  if (const auto path = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    const auto content = environment.file(*path);
    if (!content) return NoCredentials(*path + " cannot be read");
    token = Trim(*content);
  } else {
    token = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or("");
  }
  if (token.find_first_of("\r\n") != std::string::npos) {
    return NoCredentials("the authorization token of the container holds a line break");
  }
  return token;
}

base::Result<Credentials> AskContainer(const Environment& environment, base::HttpClient& http) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string url, ContainerUrl(environment));
  COLDPATH_ASSIGN_OR_RETURN(const std::string token, ContainerToken(environment));
  std::string problem;
  for (int tries = 0; tries < kContainerTries; ++tries) {
    base::HttpRequest request{.method = "GET", .url = url, .timeout = kContainerTimeout};
    request.headers.Add("Accept", "application/json");
    if (!token.empty()) request.headers.Add("Authorization", token);
    const auto response = SendAndWait(http, std::move(request));
    if (!response) {
      problem = response.error().code;
    } else if (response->status == 200) {
      return ReadAnswer(response->body);
    } else {
      problem = "HTTP " + std::to_string(response->status);
      if (response->status < 500 && response->status != 429) break;
    }
  }
  return NoCredentials("the container's endpoint did not answer with keys: " + problem);
}

base::Result<std::string> AskInstance(base::HttpClient& http, std::string method, std::string path,
                                      std::string header, std::string value) {
  base::HttpRequest request{
      .method = std::move(method), .url = kInstanceHost + path, .timeout = kInstanceTimeout};
  request.headers.Add(std::move(header), std::move(value));
  auto response = SendAndWait(http, std::move(request));
  if (!response) return NotConfigured("no instance metadata: " + response.error().code);
  if (response->status != 200) {
    return NotConfigured("instance metadata: HTTP " + std::to_string(response->status));
  }
  return std::move(response->body);
}

base::Result<Credentials> LookAtInstance(const Environment& environment, base::HttpClient& http) {
  std::string disabled = environment.variable("AWS_EC2_METADATA_DISABLED").value_or("");
  std::transform(disabled.begin(), disabled.end(), disabled.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (disabled == "true") return NotConfigured("AWS_EC2_METADATA_DISABLED is true");
  COLDPATH_ASSIGN_OR_RETURN(const std::string token,
                            AskInstance(http, "PUT", "/latest/api/token",
                                        "X-aws-ec2-metadata-token-ttl-seconds", "21600"));
  const std::string header = "X-aws-ec2-metadata-token";
  COLDPATH_ASSIGN_OR_RETURN(const std::string roles,
                            AskInstance(http, "GET", kInstancePath, header, token));
  const std::string role(Trim(std::string_view(roles).substr(0, roles.find('\n'))));
  if (role.empty() || role.find_first_of("/?#% ") != std::string::npos) {
    return NotConfigured("the instance has no role");
  }
  COLDPATH_ASSIGN_OR_RETURN(const std::string body,
                            AskInstance(http, "GET", kInstancePath + role, header, token));
  return ReadAnswer(body);
}

}  // namespace

CredentialPlace EnvironmentPlace(Environment environment) {
  return {
      "environment", [environment]() -> base::Result<Credentials> {
        const auto id = environment.variable("AWS_ACCESS_KEY_ID");
        const auto secret = environment.variable("AWS_SECRET_ACCESS_KEY");
        if (!id && !secret) return NotConfigured("AWS_ACCESS_KEY_ID is not set");
        if (!id || !secret) {
          return NoCredentials("only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set");
        }
        return Credentials{
            *id, *secret, environment.variable("AWS_SESSION_TOKEN").value_or(""), {}};
      }};
}

CredentialPlace ProfilePlace(Environment environment) {
  return {"shared credentials file", [environment] { return LookInProfile(environment); }};
}

CredentialPlace ContainerPlace(Environment environment, base::HttpClient& http) {
  return {"container endpoint", [environment, &http] { return AskContainer(environment, http); }};
}

CredentialPlace InstancePlace(Environment environment, base::HttpClient& http) {
  return {"instance metadata", [environment, &http] { return LookAtInstance(environment, http); }};
}

std::vector<CredentialPlace> CredentialPlaces(const Environment& environment,
                                              base::HttpClient& http) {
  return {EnvironmentPlace(environment), ProfilePlace(environment),
          ContainerPlace(environment, http), InstancePlace(environment, http)};
}

}  // namespace coldpath::aws
