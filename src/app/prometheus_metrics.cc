#include "app/prometheus_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>

#include "base/mutex.h"

namespace coldpath::app {
namespace {

struct HelpText {
  std::string_view name;
  std::string_view help;
};

constexpr HelpText kHelp[] = {
    {"coldpath_jobs_started_total", "Historical syncs that began to run."},
    {"coldpath_jobs_ended_total", "Historical syncs that ended, by outcome."},
    {"coldpath_job_seconds", "Time from a job's creation to its end; pauses count."},
    {"coldpath_connections_made_total", "Connections that people made or renewed, by provider."},
    {"coldpath_notifications_total", "Notifications and events told, by code, channel and result."},
    {"coldpath_chunks_total", "Chunks that got a result, by result."},
    {"coldpath_provider_calls_total", "Calls to providers, by provider and class of status."},
    {"coldpath_provider_waits_total", "Waits for a provider's quota, by provider."},
    {"coldpath_upsell_answers_total", "Requests answered 403 because they need Pro."},
    {"coldpath_http_requests_total", "Requests to the API, by route and status."},
};

std::string HelpFor(std::string_view name) {
  for (const HelpText& text : kHelp) {
    if (text.name == name) return std::string(text.help);
  }
  return std::string(name);
}

// From a fast call to the four hours in which a typical year has to be done, and beyond.
const prometheus::Histogram::BucketBoundaries kSeconds{0.01, 0.1, 0.5,  1,    5,     15,    60,
                                                       300,  900, 3600, 7200, 14400, 43200, 86400};

class Implementation final : public PrometheusMetrics {
 public:
  void Count(std::string_view name, const base::MetricLabels& labels, double by) override {
    Family(counters_, name,
           [&](const std::string& text) {
             return &prometheus::BuildCounter().Name(text).Help(HelpFor(text)).Register(registry_);
           })
        ->Add(labels)
        .Increment(by);
  }

  void Observe(std::string_view name, double value, const base::MetricLabels& labels) override {
    Family(
        histograms_, name,
        [&](const std::string& text) {
          return &prometheus::BuildHistogram().Name(text).Help(HelpFor(text)).Register(registry_);
        })
        ->Add(labels, kSeconds)
        .Observe(value);
  }

  void SetGauge(std::string_view name, double value, const base::MetricLabels& labels) override {
    Family(gauges_, name,
           [&](const std::string& text) {
             return &prometheus::BuildGauge().Name(text).Help(HelpFor(text)).Register(registry_);
           })
        ->Add(labels)
        .Set(value);
  }

  std::string Render() const override {
    return prometheus::TextSerializer().Serialize(registry_.Collect());
  }

 private:
  template <typename Families, typename Make>
  typename Families::mapped_type Family(Families& families, std::string_view name, Make make) {
    base::MutexLock lock(mutex_);
    const auto found = families.find(name);
    if (found != families.end()) return found->second;
    return families.emplace(std::string(name), make(std::string(name))).first->second;
  }

  prometheus::Registry registry_;
  base::Mutex mutex_;
  std::map<std::string, prometheus::Family<prometheus::Counter>*, std::less<>> counters_;
  std::map<std::string, prometheus::Family<prometheus::Histogram>*, std::less<>> histograms_;
  std::map<std::string, prometheus::Family<prometheus::Gauge>*, std::less<>> gauges_;
};

}  // namespace

std::unique_ptr<PrometheusMetrics> MakePrometheusMetrics() {
  return std::make_unique<Implementation>();
}

}  // namespace coldpath::app
