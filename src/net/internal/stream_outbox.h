// What a handler has written to a stream and the network thread has not sent yet.
#ifndef COLDPATH_NET_INTERNAL_STREAM_OUTBOX_H_
#define COLDPATH_NET_INTERNAL_STREAM_OUTBOX_H_

#include <cstddef>
#include <string>

#include "base/mutex.h"

namespace coldpath::net::internal {

// Thread-safe. Handlers add, the network thread takes.
class StreamOutbox {
 public:
  explicit StreamOutbox(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}

  enum class Added {
    kRefused,      // closed, or too much is unsent already
    kQueued,       // the network thread has been told before
    kTellNetwork,  // tell it now
  };
  // A single piece larger than the limit is taken when nothing else is unsent.
  Added Add(std::string bytes);
  // All that is queued; it counts as unsent until MarkSent.
  std::string Take();
  void MarkSent(std::size_t bytes);
  // Nothing more will be sent: Add refuses from now on.
  void Close();
  bool IsClosed() const;

 private:
  const std::size_t limit_bytes_;
  mutable base::Mutex mutex_;
  std::string queued_ COLDPATH_GUARDED_BY(mutex_);
  std::size_t unsent_bytes_ COLDPATH_GUARDED_BY(mutex_) = 0;
  bool closed_ COLDPATH_GUARDED_BY(mutex_) = false;
};

}  // namespace coldpath::net::internal

#endif  // COLDPATH_NET_INTERNAL_STREAM_OUTBOX_H_
