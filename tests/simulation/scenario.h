// Runs that the tests compare with: the same wish, undisturbed.
#ifndef COLDPATH_TESTS_SIMULATION_SCENARIO_H_
#define COLDPATH_TESTS_SIMULATION_SCENARIO_H_

#include <cstdint>
#include <map>
#include <string>

#include "simulation/world.h"

namespace coldpath::simulation {

inline constexpr const char* kUser = "ada";
inline constexpr const char* kAccount = "demo";

// A job, and the sandbox whose data it reads; faults and crashes aside.
struct Scenario {
  std::string provider;
  Wish wish;
  std::chrono::seconds heart_rate_interval = std::chrono::hours(1);
  // Oura documents no page sizes: the sandbox's are smaller than those that the connector expects,
  // unless this is set.
  bool pages_as_expected = false;
};

WorldOptions OptionsFor(const Scenario& scenario, std::uint64_t seed,
                        sandbox::FaultMode faults = sandbox::FaultMode::kOff);

struct Undisturbed {
  Import import;
  domain::Job job;
  std::int64_t records = 0;
  std::int64_t steps = 0;  // of the simulation, from the request to the end
  std::int64_t calls = 0;  // to the provider
  std::map<std::string, std::int64_t> calls_of_chunk;
  base::Duration took{};
};
// Runs it, and checks what must hold of every undisturbed job: complete, nothing failed, told once.
Undisturbed RunUndisturbed(const Scenario& scenario, std::uint64_t seed);

// The job ended complete, with the same bytes; the person was told once that it started and once
// that it is complete; the event was published `executions` times.
void ExpectComplete(World& world, const std::string& job, const Import& expected,
                    int executions = 1);

// Every requested day is in one state; the result is their counts.
domain::CoverageCounts CountDays(World& world, const std::string& job);

// Data calls among them: those of the import itself.
std::int64_t CountDataCalls(const std::vector<ProviderCall>& calls);

}  // namespace coldpath::simulation

#endif  // COLDPATH_TESTS_SIMULATION_SCENARIO_H_
