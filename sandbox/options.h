// What a sandbox is told once, when it is made.
#ifndef COLDPATH_SANDBOX_OPTIONS_H_
#define COLDPATH_SANDBOX_OPTIONS_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"

namespace coldpath::sandbox {

// Faults that come by themselves, from the seed. Admin calls can add faults in every mode.
enum class FaultMode {
  kOff,
  // Transient faults that three retries survive, and a few windows that go on failing (see
  // faults.h).
  kMixed,
  // The same, and 429 without a time, after which a client has to wait a whole quota window.
  kHarsh,
};

struct SandboxOptions {
  std::uint64_t seed = 1;
  // The sandbox's present: data exist up to the end of this civil day of the person. Without it, up
  // to the real now. Tokens and quotas always live in the real time.
  std::optional<base::Date> today;
  // How far the data reach back from the present.
  int years = 10;
  // Where the person lives when not travelling.
  std::string home_zone = "Europe/Berlin";
  std::chrono::seconds heart_rate_interval{300};

  FaultMode faults = FaultMode::kOff;
  // How many calls a persistently failing window fails in the fault modes. A client's automatic
  // retries of a chunk (four runs) must not use them up; the person's own retry should.
  int persistent_failures = 6;

  // Multiplies every quota.
  double quota_scale = 1.0;
  // Added to every answer of a provider.
  std::chrono::milliseconds latency{0};

  // Oura documents no page sizes; these are ours.
  int oura_time_series_page = 1000;
  int oura_document_page = 50;

  // Required of clients at the token endpoints when not empty.
  std::string client_secret;
};

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_OPTIONS_H_
