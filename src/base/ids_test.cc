#include "base/ids.h"

#include <gtest/gtest.h>

#include <set>

namespace coldpath::base {
namespace {

TEST(UuidTest, KnowsOneWhenItSeesOne) {
  EXPECT_TRUE(IsUuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8"));
  EXPECT_TRUE(IsUuid("6BA7B810-9DAD-11D1-80B4-00C04FD430C8"));
  EXPECT_TRUE(IsUuid("00000000-0000-0000-0000-000000000000"));
  for (const char* text :
       {"", "6ba7b810", "6ba7b8109dad11d180b400c04fd430c8",
        "{6ba7b810-9dad-11d1-80b4-00c04fd430c8}", "6ba7b810-9dad-11d1-80b4-00c04fd430cg",
        "6ba7b81-09dad-11d1-80b4-00c04fd430c8", "6ba7b810-9dad-11d1-80b4-00c04fd430c8 ",
        "6ba7b810-9dad-11d1-80b4+00c04fd430c8"}) {
    EXPECT_FALSE(IsUuid(text)) << text;
  }
  EXPECT_EQ(NormalizeUuid("6BA7B810-9dad-11D1-80B4-00C04FD430C8"),
            "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
}

// RFC 9562 appendix A.4.
TEST(UuidTest, Version5AgreesWithRfc9562) {
  EXPECT_EQ(MakeUuidV5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com"),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  EXPECT_EQ(MakeUuidV5("6BA7B810-9DAD-11D1-80B4-00C04FD430C8", "www.example.com"),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  EXPECT_TRUE(IsUuid(kColdpathNamespace));
}

// The time of RFC 9562 appendix A.6.
TEST(UuidTest, Version7StartsWithTheTime) {
  SeededRandom random(1);
  const std::string id = MakeUuidV7(FromUnixMillis(0x017F22E279B0), random);
  EXPECT_TRUE(IsUuid(id));
  EXPECT_EQ(id.substr(0, 15), "017f22e2-79b0-7");
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos) << "the variant of the RFC";
}

TEST(UuidTest, Version7SortsByTheMicrosecond) {
  SeededRandom random(2);
  std::string before;
  for (int micros = 0; micros < 5000; ++micros) {
    std::string id = MakeUuidV7(FromUnixMillis(1'700'000'000'000) + Duration(micros), random);
    ASSERT_LT(before, id) << micros;
    before = std::move(id);
  }
}

TEST(UuidTest, Version4IsRandom) {
  SeededRandom random(3);
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = MakeUuidV4(random);
    ASSERT_TRUE(IsUuid(id));
    ASSERT_EQ(id[14], '4');
    ASSERT_NE(std::string("89ab").find(id[19]), std::string::npos);
    ASSERT_TRUE(seen.insert(id).second);
  }
}

TEST(UuidDeathTest, ANameSpaceIsAUuid) {
  EXPECT_DEATH(MakeUuidV5("here", "x"), "broken invariant: IsUuid");
}

}  // namespace
}  // namespace coldpath::base
