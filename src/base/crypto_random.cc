#include <openssl/rand.h>

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "base/crypto.h"

namespace coldpath::base {
namespace {

class SystemRandom final : public Random {
 public:
  void Fill(void* bytes, std::size_t size) override {
    auto* out = static_cast<unsigned char*>(bytes);
    while (size > 0) {
      const std::size_t part = std::min<std::size_t>(size, std::numeric_limits<int>::max());
      COLDPATH_CHECK(RAND_bytes(out, static_cast<int>(part)) == 1);
      out += part;
      size -= part;
    }
  }
};

}  // namespace

std::unique_ptr<Random> MakeSystemRandom() { return std::make_unique<SystemRandom>(); }

}  // namespace coldpath::base
