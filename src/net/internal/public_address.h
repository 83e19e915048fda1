// Which network addresses are the public internet: for requests whose target a user chose.
#ifndef COLDPATH_NET_INTERNAL_PUBLIC_ADDRESS_H_
#define COLDPATH_NET_INTERNAL_PUBLIC_ADDRESS_H_

#include <sys/socket.h>

#include <cstddef>

namespace coldpath::net::internal {

// False for loopback, private, shared (RFC 6598), link-local, unique-local, multicast,
// documentation and every other range that IANA's special-purpose registries (RFC 6890) do not call
// globally reachable, for IPv6 addresses that carry such an IPv4 address (mapped, NAT64), for 6to4
// and Teredo, and for families other than IPv4 and IPv6. `size`: bytes of `address`.
bool IsPublicAddress(const sockaddr* address, std::size_t size);

}  // namespace coldpath::net::internal

#endif  // COLDPATH_NET_INTERNAL_PUBLIC_ADDRESS_H_
