#include "tasks/provider.h"

namespace coldpath::tasks {

void ProviderRegistry::Add(std::unique_ptr<Provider> provider) {
  providers_.push_back(std::move(provider));
}

const Provider* ProviderRegistry::Find(std::string_view id) const {
  for (const std::unique_ptr<Provider>& provider : providers_) {
    if (provider->info().id == id) return provider.get();
  }
  return nullptr;
}

}  // namespace coldpath::tasks
