#include "app/provider_registry.h"

#include "providers/providers.h"

namespace coldpath::app {
namespace {

providers::ProviderConfig ConfigOf(const ProviderSettings& settings) {
  return {settings.client_id, settings.client_secret, settings.api_base, settings.authorize_base,
          settings.token_base};
}

}  // namespace

base::Status AddProviders(const ServeConfig& config, tasks::ProviderRegistry& registry) {
  for (const auto& [id, settings] : config.providers) {
    if (id == "google-health") {
      registry.Add(providers::MakeGoogleHealth(ConfigOf(settings)));
    } else if (id == "oura") {
      registry.Add(providers::MakeOura(ConfigOf(settings)));
    } else {
      return base::Fail("config.invalid",
                        "There is no provider \"" + id + "\"; known are google-health and oura.");
    }
  }
  return {};
}

}  // namespace coldpath::app
