// A simulated network: an HttpClient whose servers are functions, with latencies from a seed. A
// request travels, is answered at the server's own moment, and the answer travels back; all of it
// is work of the SimExecutor, so that SimExecutor::DropAll is also the end of every connection: a
// request that had reached its server has happened there, and its answer reaches nobody.
#ifndef COLDPATH_SIM_SIM_NETWORK_H_
#define COLDPATH_SIM_SIM_NETWORK_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/http.h"
#include "base/random.h"
#include "sim/sim_executor.h"

namespace coldpath::sim {

// What a host makes of a request, and how the connection behaves while it answers.
struct SimAnswer {
  base::HttpResponse response;
  base::Duration delay{};                // before the answer sets out
  std::optional<std::size_t> cut_after;  // the connection breaks after so many bytes of the body
};

struct SimNetworkOptions {
  std::uint64_t seed = 1;
  // Each way takes a time drawn uniformly from this range.
  base::Duration latency_min = std::chrono::milliseconds(10);
  base::Duration latency_max = std::chrono::milliseconds(40);
};

// Not thread-safe, as SimExecutor. Errors: http.connect (no such host), http.broken, http.timeout.
class SimHttpClient final : public base::HttpClient {
 public:
  using Host = std::function<SimAnswer(const base::HttpRequest& request, base::Instant now)>;

  // `executor` must outlive it, and hold none of its work once it is gone.
  SimHttpClient(SimExecutor& executor, const SimNetworkOptions& options);

  // `name` is the host of URLs, with its port if it has one.
  void AddHost(std::string name, Host host);
  void Send(base::HttpRequest request, Done done) override;

  // Requests that were sent and neither answered nor lost with their process.
  std::size_t in_flight() const { return static_cast<std::size_t>(in_flight_.use_count()) - 1; }

 private:
  struct Exchange;
  base::Duration DrawLatency();
  void Arrive(std::unique_ptr<Exchange> exchange);
  void Return(std::unique_ptr<Exchange> exchange, base::Instant when,
              base::Result<base::HttpResponse> result);

  SimExecutor& executor_;
  const SimNetworkOptions options_;
  base::SeededRandom random_;
  std::map<std::string, Host, std::less<>> hosts_;
  // Every exchange holds a copy: those that are dropped with the executor's work stop to count.
  const std::shared_ptr<int> in_flight_ = std::make_shared<int>(0);
};

}  // namespace coldpath::sim

#endif  // COLDPATH_SIM_SIM_NETWORK_H_
