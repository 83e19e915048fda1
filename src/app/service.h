// The service on one machine: the core with SQLite, files, threads and sockets.
#ifndef COLDPATH_APP_SERVICE_H_
#define COLDPATH_APP_SERVICE_H_

#include <chrono>
#include <memory>
#include <string>

#include "app/config.h"
#include "base/log.h"
#include "base/result.h"

namespace coldpath::app {

class Service {
 public:
  // Takes the data folder, goes on with what was unfinished, and listens. Errors: those of the data
  // folder (store.in_use, store.read_only, store.full, store.newer_schema), config.*,
  // asl.invalid_definition, net.listen.
  static base::Result<std::unique_ptr<Service>> Start(const ServeConfig& config,
                                                      base::Log::Sink log);
  virtual ~Service() = default;  // stops

  virtual std::string url() const = 0;
  // Whether jobs go on. Once this fails they do not until a new process takes the data folder.
  virtual base::Status Health() const = 0;
  // Refuses new connections, ends streams, lets requests and pages in flight end, makes all
  // durable. Blocks.
  virtual void Drain(std::chrono::milliseconds patience) = 0;
};

// The built-in state machine, workflow/historical_sync.asl.json.
std::string BuiltInDefinition();

}  // namespace coldpath::app

#endif  // COLDPATH_APP_SERVICE_H_
