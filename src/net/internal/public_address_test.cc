#include "net/internal/public_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <string>

namespace coldpath::net::internal {
namespace {

bool IsPublic(const std::string& text) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    return IsPublicAddress(reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr), 1) << text;
  return IsPublicAddress(reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
}

TEST(PublicAddressTest, TheInternetIsPublic) {
  for (const char* text :
       {"1.1.1.1",         "8.8.8.8",         "9.255.255.255",   "11.0.0.0",
        "100.63.255.255",  "100.128.0.0",     "126.255.255.255", "128.0.0.1",
        "169.253.255.255", "169.255.0.0",     "172.15.255.255",  "172.32.0.0",
        "192.0.1.0",       "192.167.255.255", "192.169.0.0",     "198.17.255.255",
        "198.20.0.0",      "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::200e",
        "2001:4860::8888", "2001:200::1",     "2003::1",         "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8"}) {
    EXPECT_TRUE(IsPublic(text)) << text;
  }
}

TEST(PublicAddressTest, TheRestIsNot) {
  for (const char* text :
       {"0.0.0.0",         "0.255.255.255",   "10.0.0.1",        "10.255.255.255",  "100.64.0.0",
        "100.127.255.255", "127.0.0.1",       "127.255.255.255", "169.254.169.254", "172.16.0.0",
        "172.31.255.255",  "192.0.0.8",       "192.0.2.1",       "192.88.99.1",     "192.168.0.1",
        "192.168.255.255", "198.18.0.0",      "198.19.255.255",  "198.51.100.7",    "203.0.113.9",
        "224.0.0.1",       "239.255.255.255", "240.0.0.1",       "255.255.255.255"}) {
    EXPECT_FALSE(IsPublic(text)) << text;
    EXPECT_FALSE(IsPublic(std::string("::ffff:") + text)) << text;
    EXPECT_FALSE(IsPublic(std::string("64:ff9b::") + text)) << text;
  }
  for (const char* text : {"::",           "::1",           "::7f00:1", "100::1",
                           "64:ff9b:1::1", "1fff:ffff::1",  "2001::1",  "2001:1ff::1",
                           "2001:db8::1",  "2002:7f00:1::", "3fff::1",  "3fff:fff::1",
                           "4000::1",      "5f00::1",       "fc00::1",  "fdff::1",
                           "fe80::1",      "febf::1",       "fec0::1",  "ff02::1"}) {
    EXPECT_FALSE(IsPublic(text)) << text;
  }
}

TEST(PublicAddressTest, OtherFamiliesAndCutAddressesAreNot) {
  sockaddr_un un{};
  un.sun_family = AF_UNIX;
  EXPECT_FALSE(IsPublicAddress(reinterpret_cast<const sockaddr*>(&un), sizeof un));
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(0x08080808);
  EXPECT_FALSE(IsPublicAddress(reinterpret_cast<const sockaddr*>(&v4), sizeof v4 - 1));
}

}  // namespace
}  // namespace coldpath::net::internal
