#include "fuzz_targets.h"

#include <algorithm>
#include <iterator>

namespace coldpath::fuzz {

const std::vector<FuzzTarget>& FuzzTargets() {
  static const std::vector<FuzzTarget> kAll = [] {
    std::vector<FuzzTarget> all;
    for (auto part :
         {BaseTargets, LanguageTargets, ProviderTargets, AwsTargets, NotificationTargets}) {
      std::vector<FuzzTarget> some = part();
      std::ranges::move(some, std::back_inserter(all));
    }
    return all;
  }();
  return kAll;
}

}  // namespace coldpath::fuzz
