#include "net/internal/stream_outbox.h"

#include <utility>

namespace coldpath::net::internal {

StreamOutbox::Added StreamOutbox::Add(std::string bytes) {
  base::MutexLock lock(mutex_);
  if (closed_) return Added::kRefused;
  if (bytes.empty()) return Added::kQueued;
  if (unsent_bytes_ > 0 && unsent_bytes_ + bytes.size() > limit_bytes_) return Added::kRefused;
  unsent_bytes_ += bytes.size();
  const bool was_empty = queued_.empty();
  queued_ += bytes;
  return was_empty ? Added::kTellNetwork : Added::kQueued;
}

std::string StreamOutbox::Take() {
  base::MutexLock lock(mutex_);
  return std::exchange(queued_, {});
}

void StreamOutbox::MarkSent(std::size_t bytes) {
  base::MutexLock lock(mutex_);
  unsent_bytes_ -= bytes;
}

void StreamOutbox::Close() {
  base::MutexLock lock(mutex_);
  closed_ = true;
  queued_.clear();
}

bool StreamOutbox::IsClosed() const {
  base::MutexLock lock(mutex_);
  return closed_;
}

}  // namespace coldpath::net::internal
