// The issuer's keys (RFC 7517), kept for a while, read again when a token names a new one.
#ifndef COLDPATH_API_JWKS_H_
#define COLDPATH_API_JWKS_H_

#include <map>
#include <string>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/mutex.h"

namespace coldpath::api {

// Port: where the key set's text comes from (a file, a URL that the app keeps fetching).
// Thread-safe; must not block for long.
class JwksSource {
 public:
  virtual ~JwksSource() = default;
  virtual base::Result<std::string> Read() = 0;
};

// Thread-safe; what is given must outlive it.
class JwksCache {
 public:
  JwksCache(JwksSource& source, const base::Clock& clock, base::Log& log)
      : source_(source), clock_(clock), log_(log) {}
  // Null if the set has no such key. An empty kid finds the only key of a set of one. An unknown
  // kid reads the source again (rotation), at most once in kRereadInterval, so that made-up kids
  // cost nothing. It is short because a source that fetches may have the new key by then.
  base::SigningKeyPtr Find(const std::string& kid);

  static constexpr std::chrono::seconds kRereadInterval{1};
  static constexpr std::chrono::minutes kLifetime{10};

 private:
  void ReadAgain(base::Instant now) COLDPATH_REQUIRES(mutex_);
  base::SigningKeyPtr Lookup(const std::string& kid) COLDPATH_REQUIRES(mutex_);

  JwksSource& source_;
  const base::Clock& clock_;
  base::Log& log_;
  base::Mutex mutex_;
  std::map<std::string, base::SigningKeyPtr> keys_ COLDPATH_GUARDED_BY(mutex_);
  std::optional<base::Instant> read_at_ COLDPATH_GUARDED_BY(mutex_);
};

}  // namespace coldpath::api

#endif  // COLDPATH_API_JWKS_H_
