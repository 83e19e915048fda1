#include "sim/sim_network.h"

#include <utility>

namespace coldpath::sim {

struct SimHttpClient::Exchange {
  base::HttpRequest request;
  Done done;
  base::Instant deadline;
  std::shared_ptr<int> counted;
};

SimHttpClient::SimHttpClient(SimExecutor& executor, const SimNetworkOptions& options)
    : executor_(executor), options_(options), random_(options.seed) {}

void SimHttpClient::AddHost(std::string name, Host host) {
  hosts_.insert_or_assign(std::move(name), std::move(host));
}

base::Duration SimHttpClient::DrawLatency() {
  const base::Duration range = options_.latency_max - options_.latency_min;
  return options_.latency_min + base::Duration(static_cast<std::int64_t>(
                                    random_.NextDouble() * static_cast<double>(range.count())));
}

void SimHttpClient::Send(base::HttpRequest request, Done done) {
  const base::Instant now = executor_.Now();
  auto exchange =
      std::make_unique<Exchange>(Exchange{std::move(request), std::move(done), {}, in_flight_});
  exchange->deadline = now + exchange->request.timeout;
  executor_.PostAt(now + DrawLatency(), [this, exchange = std::move(exchange)]() mutable {
    Arrive(std::move(exchange));
  });
}

void SimHttpClient::Arrive(std::unique_ptr<Exchange> exchange) {
  const base::Instant now = executor_.Now();
  const auto url = base::ParseUrl(exchange->request.url);
  const auto host = url ? hosts_.find(url->host) : hosts_.end();
  if (host == hosts_.end()) {
    return Return(std::move(exchange), now, base::Fail("http.connect", "There is no such host."));
  }
  SimAnswer answer = host->second(exchange->request, now);
  const base::Instant back = now + answer.delay + DrawLatency();
  if (answer.cut_after && *answer.cut_after < answer.response.body.size()) {
    return Return(std::move(exchange), back,
                  base::Fail("http.broken", "The connection broke in the middle of the answer."));
  }
  Return(std::move(exchange), back, std::move(answer.response));
}

void SimHttpClient::Return(std::unique_ptr<Exchange> exchange, base::Instant when,
                           base::Result<base::HttpResponse> result) {
  if (when > exchange->deadline) {
    when = exchange->deadline;
    result = base::Fail("http.timeout", "No answer in time.");
  }
  executor_.PostAt(when, [exchange = std::move(exchange), result = std::move(result)]() mutable {
    exchange->counted.reset();
    exchange->done(std::move(result));
  });
}

}  // namespace coldpath::sim
