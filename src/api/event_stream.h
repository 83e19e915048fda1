// The progress stream of a job: server-sent events (WHATWG HTML section 9.2) read from the job's
// numbered rows, so that a client that comes back with Last-Event-ID misses nothing, whichever
// process answers.
#ifndef COLDPATH_API_EVENT_STREAM_H_
#define COLDPATH_API_EVENT_STREAM_H_

#include <string>

#include "api/call.h"

namespace coldpath::api {

struct EventStreamOptions {
  base::Duration poll_interval = std::chrono::milliseconds(200);
  base::Duration keep_alive = std::chrono::seconds(15);
  int retry_ms = 2000;  // after which clients come back
  // Answers what is there and closes, where responses are not streamed: clients poll by coming
  // back.
  bool once = false;
};

// Streams what comes after event number `after`, until the job has ended or is paused (then an
// event "end", which has no number, and the stream's end), the server drains, or the client is gone
// or too slow. Holds no thread while it waits. Each event is "id: <number>", "event: job | chunk |
// progress", "data: <JSON>".
void StreamEvents(const CallPtr& call, const std::string& job_id, std::int64_t after,
                  const EventStreamOptions& options);

}  // namespace coldpath::api

#endif  // COLDPATH_API_EVENT_STREAM_H_
