// What every EventPublisher promises, as tests. Include in one file of a test program, and
// instantiate EventPublisherContract with makers of harnesses without events.
#ifndef COLDPATH_TASKS_EVENT_PUBLISHER_CONTRACT_H_
#define COLDPATH_TASKS_EVENT_PUBLISHER_CONTRACT_H_

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tasks/job_store.h"
#include "tasks/notifier.h"

namespace coldpath::tasks {

class EventPublisherHarness {
 public:
  virtual ~EventPublisherHarness() = default;
  virtual EventPublisher& publisher() = 0;
  // What subscribers have been given so far. Waits until `distinct` ids have arrived where that
  // takes time. Members that the adapter adds to the data are left out.
  virtual std::vector<OutboxEvent> Received(std::size_t distinct) = 0;
};
struct EventPublisherMaker {
  std::function<std::unique_ptr<EventPublisherHarness>()> make;
};

class EventPublisherContract : public ::testing::TestWithParam<EventPublisherMaker> {
 protected:
  EventPublisherContract() : harness_(GetParam().make()) {}
  static OutboxEvent Sample(const std::string& id) {
    return {.id = id,
            .type = "HistoricalSyncCompleted",
            .data = {{"jobId", "job " + id},
                     {"outcome", nullptr},
                     {"types", {"steps", "sleep"}},
                     {"text", "\xc3\xa4 \"quoted\" <b> & \n"}},
            .time = base::FromUnixSeconds(1'800'000'000)};
  }
  // By id; a second delivery must be equal to the first.
  std::map<std::string, OutboxEvent> Distinct(std::size_t count) {
    std::map<std::string, OutboxEvent> events;
    for (const OutboxEvent& event : harness_->Received(count)) {
      const auto [at, fresh] = events.emplace(event.id, event);
      EXPECT_TRUE(fresh || at->second.data == event.data) << event.id;
    }
    return events;
  }
  std::unique_ptr<EventPublisherHarness> harness_;
};

TEST_P(EventPublisherContract, SubscribersGetTheEventAsItWas) {
  const auto published = harness_->publisher().Publish(Sample("e1"));
  ASSERT_TRUE(published) << published.error().message;
  const auto events = Distinct(1);
  ASSERT_EQ(events.size(), 1u);
  const OutboxEvent& event = events.at("e1");
  EXPECT_EQ(event.type, "HistoricalSyncCompleted");
  EXPECT_EQ(event.data, Sample("e1").data);
  EXPECT_EQ(event.time, Sample("e1").time);
}

TEST_P(EventPublisherContract, ARepetitionKeepsItsId) {
  for (const char* id : {"e1", "e2", "e1"}) {
    ASSERT_TRUE(harness_->publisher().Publish(Sample(id)));
  }
  const auto events = Distinct(2);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events.at("e2").data, Sample("e2").data);
}

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_EVENT_PUBLISHER_CONTRACT_H_
