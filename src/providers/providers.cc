#include "providers/providers.h"

namespace coldpath::providers {

ProviderConfig WithDefaults(ProviderConfig config, std::string_view api_base,
                            std::string_view auth_base, std::string_view token_base) {
  if (config.api_base.empty()) config.api_base = api_base;
  if (config.auth_base.empty()) config.auth_base = auth_base;
  if (config.token_base.empty()) config.token_base = token_base;
  return config;
}

}  // namespace coldpath::providers
