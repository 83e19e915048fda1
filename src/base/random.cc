#include "base/random.h"

#include <bit>
#include <cstring>

namespace coldpath::base {

std::uint64_t Random::NextUint64() {
  unsigned char bytes[8];
  Fill(bytes, sizeof bytes);
  std::uint64_t value = 0;
  for (const unsigned char byte : bytes) value = value << 8 | byte;
  return value;
}

double Random::NextDouble() {
  // 53 bits are what a double holds without rounding, so 1.0 cannot come out.
  return static_cast<double>(NextUint64() >> 11) * 0x1.0p-53;
}

std::string Random::NextBytes(std::size_t size) {
  std::string bytes(size, '\0');
  Fill(bytes.data(), size);
  return bytes;
}

// The state is filled by splitmix64, as the authors of xoshiro advise: near seeds give unrelated
// streams, and no seed gives the state of zeros.
SeededRandom::SeededRandom(std::uint64_t seed) {
  for (std::uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15u;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    word = z ^ (z >> 31);
  }
}

// xoshiro256** 1.0 (Blackman and Vigna, 2018).
std::uint64_t SeededRandom::Step() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

void SeededRandom::Fill(void* bytes, std::size_t size) {
  auto* out = static_cast<unsigned char*>(bytes);
  MutexLock lock(mutex_);
  while (size > 0) {
    const std::uint64_t word = Step();
    // Most significant byte first, on every machine, so that NextUint64 is the generator's own
    // word.
    for (int shift = 56; shift >= 0 && size > 0; shift -= 8, --size) {
      *out++ = static_cast<unsigned char>(word >> shift);
    }
  }
}

}  // namespace coldpath::base
