// The providers that an installation offers, made from their settings.
#ifndef COLDPATH_APP_PROVIDER_REGISTRY_H_
#define COLDPATH_APP_PROVIDER_REGISTRY_H_

#include "app/config.h"
#include "tasks/provider.h"

namespace coldpath::app {

// Error: config.invalid, naming a provider that there is not.
base::Status AddProviders(const ServeConfig& config, tasks::ProviderRegistry& registry);

}  // namespace coldpath::app

#endif  // COLDPATH_APP_PROVIDER_REGISTRY_H_
