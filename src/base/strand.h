// A Strand runs work one piece at a time, in order, on an Executor: state that only one strand
// touches needs no lock.
#ifndef COLDPATH_BASE_STRAND_H_
#define COLDPATH_BASE_STRAND_H_

#include <memory>

#include "base/executor.h"

namespace coldpath::base {

// Thread-safe. Work that was posted keeps what it needs alive; the Strand itself may go before it
// ran.
class Strand {
 public:
  explicit Strand(Executor& executor);
  ~Strand();
  Strand(const Strand&) = delete;
  Strand& operator=(const Strand&) = delete;

  void Post(Executor::Work work);

 private:
  struct Queue;
  std::shared_ptr<Queue> queue_;
};

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_STRAND_H_
