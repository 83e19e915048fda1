// The providers that Coldpath can import from: the way in to this folder.
#ifndef COLDPATH_PROVIDERS_PROVIDERS_H_
#define COLDPATH_PROVIDERS_PROVIDERS_H_

#include <memory>
#include <string>
#include <string_view>

#include "tasks/provider.h"

namespace coldpath::providers {

// An installation's registration with a provider. An empty base is the provider's own; others point
// at a sandbox or at a proxy that validates. Bases are "https://host" without a path's slash.
struct ProviderConfig {
  std::string client_id;
  std::string client_secret;
  std::string api_base;
  std::string auth_base;   // where the person's browser goes
  std::string token_base;  // where tokens are fetched
};

// The config with its empty bases set to the given ones.
ProviderConfig WithDefaults(ProviderConfig config, std::string_view api_base,
                            std::string_view auth_base, std::string_view token_base);

std::unique_ptr<tasks::Provider> MakeGoogleHealth(ProviderConfig config);
std::unique_ptr<tasks::Provider> MakeOura(ProviderConfig config);

}  // namespace coldpath::providers

#endif  // COLDPATH_PROVIDERS_PROVIDERS_H_
