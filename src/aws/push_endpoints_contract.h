// What every PushEndpoints promises, as tests. Include in one file of a test program, and
// instantiate PushEndpointsContract with makers of harnesses without devices.
#ifndef COLDPATH_AWS_PUSH_ENDPOINTS_CONTRACT_H_
#define COLDPATH_AWS_PUSH_ENDPOINTS_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "aws/sns_notifier.h"

namespace coldpath::aws {

class PushEndpointsHarness {
 public:
  virtual ~PushEndpointsHarness() = default;
  virtual PushEndpoints& endpoints() = 0;
  virtual void Register(const std::string& user, const std::string& endpoint) = 0;
};
struct PushEndpointsMaker {
  std::function<std::unique_ptr<PushEndpointsHarness>()> make;
};

class PushEndpointsContract : public ::testing::TestWithParam<PushEndpointsMaker> {
 protected:
  PushEndpointsContract() : harness_(GetParam().make()) {}
  PushEndpoints& endpoints() { return harness_->endpoints(); }
  std::unique_ptr<PushEndpointsHarness> harness_;
};

TEST_P(PushEndpointsContract, KnowsWhoseADeviceIs) {
  harness_->Register("ann", "arn:phone");
  harness_->Register("ann", "arn:tablet");
  harness_->Register("ann", "arn:phone");
  harness_->Register("bob", "arn:other");
  EXPECT_THAT(*endpoints().List("ann"), ::testing::UnorderedElementsAre("arn:phone", "arn:tablet"));
  EXPECT_TRUE(endpoints().Remove("ann", "arn:tablet"));
  EXPECT_TRUE(endpoints().Remove("ann", "arn:tablet"));
  EXPECT_TRUE(endpoints().Remove("bob", "arn:phone"));
  EXPECT_THAT(*endpoints().List("ann"), ::testing::ElementsAre("arn:phone"));
  EXPECT_THAT(*endpoints().List("nobody"), ::testing::IsEmpty());
}

TEST_P(PushEndpointsContract, OneCallerDelivers) {
  std::atomic<int> claimed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { claimed += *endpoints().Claim("ann", "arn:phone", "e1 N-05"); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(claimed, 1);
  EXPECT_EQ(endpoints().Claim("ann", "arn:tablet", "e1 N-05"), true);
  EXPECT_EQ(endpoints().Claim("ann", "arn:phone", "e2 N-05"), true);
}

TEST_P(PushEndpointsContract, WhatWasReleasedMayBeClaimedAgain) {
  ASSERT_EQ(endpoints().Claim("ann", "arn:phone", "e1 N-05"), true);
  ASSERT_EQ(endpoints().Claim("ann", "arn:phone", "e1 N-06"), true);
  ASSERT_TRUE(endpoints().Release("ann", "arn:phone", "e1 N-05"));
  EXPECT_EQ(endpoints().Claim("ann", "arn:phone", "e1 N-05"), true);
  EXPECT_EQ(endpoints().Claim("ann", "arn:phone", "e1 N-05"), false);
  EXPECT_EQ(endpoints().Claim("ann", "arn:phone", "e1 N-06"), false);
}

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_PUSH_ENDPOINTS_CONTRACT_H_
