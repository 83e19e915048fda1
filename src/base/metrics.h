// Port: counters and distributions for operators. The adapter (app/) renders them for Prometheus.
#ifndef COLDPATH_BASE_METRICS_H_
#define COLDPATH_BASE_METRICS_H_

#include <map>
#include <string>
#include <string_view>

namespace coldpath::base {

// Label values come from closed sets (outcomes, provider ids), never from users.
using MetricLabels = std::map<std::string, std::string>;

// Thread-safe. Names follow Prometheus: `coldpath_jobs_started_total`, `..._seconds`.
class Metrics {
 public:
  virtual ~Metrics() = default;
  virtual void Count(std::string_view name, const MetricLabels& labels = {}, double by = 1) = 0;
  virtual void Observe(std::string_view name, double value, const MetricLabels& labels = {}) = 0;
  virtual void SetGauge(std::string_view name, double value, const MetricLabels& labels = {}) = 0;
};

// Forgets everything.
class NoMetrics final : public Metrics {
 public:
  void Count(std::string_view, const MetricLabels&, double) override {}
  void Observe(std::string_view, double, const MetricLabels&) override {}
  void SetGauge(std::string_view, double, const MetricLabels&) override {}
};

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_METRICS_H_
