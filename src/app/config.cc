#include "app/config.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "app/notification_config.h"
#include "app/sign_in.h"
#include "base/json.h"

namespace coldpath::app {
namespace {

base::Status Unknown(const std::string& path, const std::string& member) {
  return base::Fail("config.invalid", path + ": unknown member \"" + member + "\".");
}

base::Result<ProviderSettings> ReadProvider(const std::string& path, const std::string& id,
                                            const base::Json& json) {
  if (!json.is_object()) {
    return base::Fail("config.invalid", path + ": providers." + id + " has to be an object.");
  }
  ProviderSettings settings;
  for (const auto& [name, value] : json.items()) {
    if (!value.is_string()) {
      return base::Fail("config.invalid",
                        path + ": providers." + id + "." + name + " has to be a string.");
    }
    const auto text = value.get<std::string>();
    if (name == "client_id") {
      settings.client_id = text;
    } else if (name == "client_secret") {
      settings.client_secret = text;
    } else if (name == "client_secret_file") {
      COLDPATH_ASSIGN_OR_RETURN(settings.client_secret, ReadFile(text));
      while (settings.client_secret.ends_with('\n')) settings.client_secret.pop_back();
    } else if (name == "api_base") {
      settings.api_base = text;
    } else if (name == "authorize_base") {
      settings.authorize_base = text;
    } else if (name == "token_base") {
      settings.token_base = text;
    } else {
      return base::Fail(Unknown(path, "providers." + id + "." + name).error());
    }
  }
  if (settings.client_id.empty()) {
    return base::Fail("config.invalid", path + ": providers." + id + " has no client_id.");
  }
  return settings;
}

base::Status ReadMember(const std::string& path, const std::string& name, const base::Json& value,
                        ServeConfig& config) {
  COLDPATH_ASSIGN_OR_RETURN(const bool read, ReadNotificationMember(path, name, value, config));
  if (read) return {};
  COLDPATH_ASSIGN_OR_RETURN(const bool sign_in, ReadSignInMember(path, name, value, config));
  if (sign_in) return {};
  if (name == "providers" && value.is_object()) {
    for (const auto& [id, provider] : value.items()) {
      COLDPATH_ASSIGN_OR_RETURN(config.providers[id], ReadProvider(path, id, provider));
    }
    return {};
  }
  if (name == "return_origins" && value.is_array()) {
    for (const base::Json& origin : value) {
      if (!origin.is_string()) {
        return base::Fail("config.invalid", path + ": return_origins has to hold strings.");
      }
      config.return_origins.push_back(origin.get<std::string>());
    }
    return {};
  }
  std::string* const target = name == "issuer"       ? &config.issuer
                              : name == "audience"   ? &config.audience
                              : name == "jwks_file"  ? &config.jwks_file
                              : name == "public_url" ? &config.public_url
                                                     : nullptr;
  if (target == nullptr) return Unknown(path, name);
  if (!value.is_string()) {
    return base::Fail("config.invalid", path + ": " + name + " has to be a string.");
  }
  *target = value.get<std::string>();
  return {};
}

}  // namespace

base::Result<std::string> ReadFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    return base::Fail("config.unreadable", path + ": " + std::strerror(errno) + ".");
  }
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

base::Status ReadConfigText(const std::string& origin, const std::string& text,
                            ServeConfig& config) {
  const auto json = base::ParseJson(text);
  if (!json) return base::Fail("config.invalid", origin + ": " + json.error().message);
  if (!json->is_object()) return base::Fail("config.invalid", origin + ": has to be an object.");
  for (const auto& [name, value] : json->items()) {
    COLDPATH_RETURN_IF_ERROR(ReadMember(origin, name, value, config));
  }
  return {};
}

base::Status ReadConfigFile(const std::string& path, ServeConfig& config) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return ReadConfigText(path, text, config);
}

void UseSandbox(const std::string& url, ServeConfig& config) {
  for (const char* id : {"google-health", "oura"}) {
    config.providers[id] = {"sandbox-client", "sandbox-secret", url, url, url};
  }
}

}  // namespace coldpath::app
