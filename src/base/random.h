// Port: randomness. The core draws it only here, so that a run repeats from a seed.
#ifndef COLDPATH_BASE_RANDOM_H_
#define COLDPATH_BASE_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/mutex.h"

namespace coldpath::base {

// Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  // Fills with uniformly random bytes. The production adapter is cryptographically strong.
  virtual void Fill(void* bytes, std::size_t size) = 0;

  std::uint64_t NextUint64();
  // Uniform in [0, 1).
  double NextDouble();
  // `size` random bytes.
  std::string NextBytes(std::size_t size);
};

// A generator that repeats from its seed (xoshiro256**): for tests and simulation, not for secrets.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed);
  void Fill(void* bytes, std::size_t size) override;

 private:
  std::uint64_t Step() COLDPATH_REQUIRES(mutex_);

  Mutex mutex_;
  std::uint64_t state_[4] COLDPATH_GUARDED_BY(mutex_);
};

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_RANDOM_H_
