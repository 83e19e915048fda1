#include "base/strand.h"

#include <deque>
#include <utility>

#include "base/mutex.h"

namespace coldpath::base {

struct Strand::Queue : std::enable_shared_from_this<Queue> {
  explicit Queue(Executor& on) : executor(on) {}

  // The right to run the front of the queue; there is at most one. Dropped unused by an executor
  // that has stopped, it drops the queued work too, which would otherwise keep its owners alive in
  // a circle.
  class Turn {
   public:
    explicit Turn(std::shared_ptr<Queue> queue) : queue_(std::move(queue)) {}
    Turn(Turn&& other) noexcept = default;
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (queue_ != nullptr) queue_->DropAll();
    }
    void operator()() { std::exchange(queue_, nullptr)->RunFront(); }

   private:
    std::shared_ptr<Queue> queue_;
  };

  void Add(Executor::Work work) {
    {
      MutexLock lock(mutex);
      works.push_back(std::move(work));
      if (has_turn) return;
      has_turn = true;
    }
    executor.Post(Turn(shared_from_this()));
  }

  // One piece a turn, so that a busy strand leaves its executor's threads to others in between.
  void RunFront() {
    Executor::Work work;
    {
      MutexLock lock(mutex);
      work = std::move(works.front());
      works.pop_front();
    }
    work();
    work = nullptr;  // What it holds goes while no other work of this strand runs.
    {
      MutexLock lock(mutex);
      if (works.empty()) {
        has_turn = false;
        return;
      }
    }
    executor.Post(Turn(shared_from_this()));
  }

  void DropAll() {
    std::deque<Executor::Work> dropped;
    MutexLock lock(mutex);
    dropped.swap(works);
    has_turn = false;
  }

  Executor& executor;
  Mutex mutex;
  std::deque<Executor::Work> works COLDPATH_GUARDED_BY(mutex);
  bool has_turn COLDPATH_GUARDED_BY(mutex) = false;
};

Strand::Strand(Executor& executor) : queue_(std::make_shared<Queue>(executor)) {}
Strand::~Strand() = default;

void Strand::Post(Executor::Work work) { queue_->Add(std::move(work)); }

}  // namespace coldpath::base
