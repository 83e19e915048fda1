// Metrics for Prometheus: the one home of prometheus-cpp.
#ifndef COLDPATH_APP_PROMETHEUS_METRICS_H_
#define COLDPATH_APP_PROMETHEUS_METRICS_H_

#include <memory>
#include <string>

#include "base/metrics.h"

namespace coldpath::app {

class PrometheusMetrics : public base::Metrics {
 public:
  // All metrics in the text format (version 0.0.4).
  virtual std::string Render() const = 0;
};

std::unique_ptr<PrometheusMetrics> MakePrometheusMetrics();

}  // namespace coldpath::app

#endif  // COLDPATH_APP_PROMETHEUS_METRICS_H_
