// How fast a full page becomes records: a year of 5-second heart rate is 631 pages of 10,000.
#include <benchmark/benchmark.h>

#include "providers/providers.h"

namespace coldpath::providers {
namespace {

constexpr int kPoints = 10'000;

std::string HeartRatePage() {
  std::string body = "{\"dataPoints\":[";
  const base::Instant last = base::FromUnixSeconds(1'711'900'000);
  for (int i = 0; i < kPoints; ++i) {
    if (i > 0) body += ',';
    body +=
        "{\"dataSource\":{\"recordingMethod\":\"PASSIVELY_MEASURED\",\"platform\":\"FITBIT\","
        "\"device\":{\"displayName\":\"Charge 6\"}},\"heartRate\":{\"sampleTime\":{"
        "\"physicalTime\":\"" +
        base::FormatInstant(last - std::chrono::seconds(5 * i)) +
        "\",\"utcOffset\":\"3600s\"},\"beatsPerMinute\":\"" + std::to_string(55 + i % 60) + "\"}}";
  }
  return body + "],\"nextPageToken\":\"t\"}";
}

void BM_ReadHeartRatePage(benchmark::State& state) {
  const auto google = MakeGoogleHealth({});
  base::HttpResponse response;
  response.body = HeartRatePage();
  const tasks::FetchPosition position{
      {*base::ParseDate("2024-03-01"), *base::ParseDate("2024-04-03")}, ""};
  for (auto _ : state) {
    const auto answer = google->ReadPage("heart-rate", position, response, {});
    const auto* page = std::get_if<tasks::Page>(&answer);
    if (page == nullptr || page->records.size() != kPoints) state.SkipWithError("not a page");
  }
  state.SetItemsProcessed(state.iterations() * kPoints);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(response.body.size()));
}
BENCHMARK(BM_ReadHeartRatePage)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace coldpath::providers
