#include "net/internal/public_address.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace coldpath::net::internal {
namespace {

struct Range4 {
  std::uint32_t first;
  int bits;
};

// IANA's IPv4 special-purpose address registry, multicast and the reserved class E.
constexpr std::array<Range4, 15> kNotPublic4 = {{
    {0x00000000, 8},   // 0.0.0.0/8 this network
    {0x0a000000, 8},   // 10.0.0.0/8 private
    {0x64400000, 10},  // 100.64.0.0/10 shared by carriers
    {0x7f000000, 8},   // 127.0.0.0/8 loopback
    {0xa9fe0000, 16},  // 169.254.0.0/16 link-local, where clouds keep their metadata
    {0xac100000, 12},  // 172.16.0.0/12 private
    {0xc0000000, 24},  // 192.0.0.0/24 protocol assignments
    {0xc0000200, 24},  // 192.0.2.0/24 documentation
    {0xc0586300, 24},  // 192.88.99.0/24 6to4 relays
    {0xc0a80000, 16},  // 192.168.0.0/16 private
    {0xc6120000, 15},  // 198.18.0.0/15 benchmarks
    {0xc6336400, 24},  // 198.51.100.0/24 documentation
    {0xcb007100, 24},  // 203.0.113.0/24 documentation
    {0xe0000000, 4},   // 224.0.0.0/4 multicast
    {0xf0000000, 4},   // 240.0.0.0/4 reserved, broadcast
}};

using Bytes16 = std::array<std::uint8_t, 16>;

struct Range6 {
  Bytes16 first;
  int bits;
};

// Inside 2000::/3, the only block of which addresses are given out.
constexpr std::array<Range6, 4> kNotPublic6 = {{
    {{0x20, 0x01, 0x00, 0x00}, 23},  // 2001::/23 protocol assignments, Teredo among them
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // 2001:db8::/32 documentation
    {{0x20, 0x02}, 16},              // 2002::/16 6to4
    {{0x3f, 0xff}, 20},              // 3fff::/20 documentation
}};
constexpr Range6 kGlobalUnicast = {{0x20}, 3};
constexpr Range6 kMapped4 = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};  // ::ffff:0:0/96
constexpr Range6 kNat64 = {{0x00, 0x64, 0xff, 0x9b}, 96};                      // 64:ff9b::/96

bool Holds(const Range4& range, std::uint32_t address) {
  return (address ^ range.first) >> (32 - range.bits) == 0;
}

bool Holds(const Range6& range, const Bytes16& address) {
  const auto whole = static_cast<std::size_t>(range.bits / 8);
  if (!std::equal(address.begin(), address.begin() + whole, range.first.begin())) return false;
  const int rest = range.bits % 8;
  return rest == 0 || (address[whole] ^ range.first[whole]) >> (8 - rest) == 0;
}

bool IsPublic4(std::uint32_t address) {
  return std::none_of(kNotPublic4.begin(), kNotPublic4.end(),
                      [&](const Range4& range) { return Holds(range, address); });
}

bool IsPublic6(const Bytes16& address) {
  if (Holds(kMapped4, address) || Holds(kNat64, address)) {
    std::uint32_t carried = 0;
    for (std::size_t i = 12; i < address.size(); ++i) carried = carried << 8 | address[i];
    return IsPublic4(carried);
  }
  return Holds(kGlobalUnicast, address) &&
         std::none_of(kNotPublic6.begin(), kNotPublic6.end(),
                      [&](const Range6& range) { return Holds(range, address); });
}

}  // namespace

bool IsPublicAddress(const sockaddr* address, std::size_t size) {
  if (address->sa_family == AF_INET && size >= sizeof(sockaddr_in)) {
    sockaddr_in in;
    std::memcpy(&in, address, sizeof in);
    return IsPublic4(ntohl(in.sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6 && size >= sizeof(sockaddr_in6)) {
    sockaddr_in6 in;
    std::memcpy(&in, address, sizeof in);
    Bytes16 bytes;
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return IsPublic6(bytes);
  }
  return false;
}

}  // namespace coldpath::net::internal
