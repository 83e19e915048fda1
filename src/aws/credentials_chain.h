// Credentials from the first place that has any, kept until shortly before they expire.
#ifndef COLDPATH_AWS_CREDENTIALS_CHAIN_H_
#define COLDPATH_AWS_CREDENTIALS_CHAIN_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "aws/credentials.h"
#include "aws/credentials_sources.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mutex.h"

namespace coldpath::aws {

// Thread-safe. Fetches anew from five minutes before the keys expire. One thread fetches at a time;
// meanwhile the others go on with the old keys if these are still good, and wait if not. If a fetch
// fails, keys that have not expired are kept and the next fetch waits half a minute.
class CredentialChain final : public CredentialSource {
 public:
  // `clock` and `log` must outlive the chain.
  CredentialChain(std::vector<CredentialPlace> places, const base::Clock& clock, base::Log& log);

  base::Result<Credentials> Get() override;
  void Refuse(const Credentials& refused) override;

 private:
  base::Result<Credentials> Fetch();
  base::Result<Credentials> Settle(base::Result<Credentials> fetched);
  bool IsFresh() const COLDPATH_REQUIRES(mutex_);
  bool IsUsable() const COLDPATH_REQUIRES(mutex_);

  const std::vector<CredentialPlace> places_;
  const base::Clock& clock_;
  base::Log& log_;
  base::Mutex mutex_;
  base::CondVar fetched_;
  std::optional<Credentials> held_ COLDPATH_GUARDED_BY(mutex_);
  base::Instant not_before_ COLDPATH_GUARDED_BY(mutex_);  // of the next fetch while held_ is good
  bool fetching_ COLDPATH_GUARDED_BY(mutex_) = false;
  std::uint64_t round_ COLDPATH_GUARDED_BY(mutex_) = 0;             // fetches that have ended
  std::optional<base::Error> failure_ COLDPATH_GUARDED_BY(mutex_);  // of the last round
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_CREDENTIALS_CHAIN_H_
