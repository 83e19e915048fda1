// World: everything the sandbox remembers between two requests.
#ifndef COLDPATH_SANDBOX_WORLD_H_
#define COLDPATH_SANDBOX_WORLD_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "sandbox/call_log.h"
#include "sandbox/faults.h"
#include "sandbox/oauth/grants.h"
#include "sandbox/options.h"
#include "sandbox/person/person.h"
#include "sandbox/quota.h"

namespace coldpath::sandbox {

// What of a person's life is there to be read.
struct Horizon {
  base::Date first_day;  // nothing begins before this day
  base::Date today;
  base::Instant begin;
  base::Instant end;  // nothing ends after it
};

struct World {
  explicit World(const SandboxOptions& sandbox_options)
      : options(sandbox_options),
        grants(sandbox_options.seed),
        quotas(sandbox_options.quota_scale),
        faults(sandbox_options) {}

  Person& PersonOf(std::string_view account);
  Horizon HorizonOf(Person& person, base::Instant now) const;
  bool IsMember(std::string_view provider, std::string_view account) const {
    return !lapsed.contains({std::string(provider), std::string(account)});
  }

  SandboxOptions options;
  Grants grants;
  Quotas quotas;
  Faults faults;
  CallLog calls;
  // (provider, account) whose membership has lapsed, or whose account is not linked.
  std::set<std::pair<std::string, std::string>> lapsed;

 private:
  std::map<std::string, std::unique_ptr<Person>, std::less<>> people_;
};

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_WORLD_H_
