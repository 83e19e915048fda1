// Carries out a case's tasks as they went on AWS: by the script that was recorded, or, where there
// is none (inside a Distributed Map), by the behaviour of the case's Lambda functions.
#ifndef COLDPATH_TESTS_CONFORMANCE_RECORDED_TASKS_H_
#define COLDPATH_TESTS_CONFORMANCE_RECORDED_TASKS_H_

#include <set>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/json.h"
#include "engine/task_invoker.h"
#include "engine/workflow_engine.h"
#include "expectation.h"

namespace coldpath::conformance {

class RecordedTasks final : public engine::TaskInvoker {
 public:
  // `mocks` is the case's member of that name; null if it has none.
  RecordedTasks(base::Json mocks, Rules rules, base::Executor& executor)
      : mocks_(std::move(mocks)), rules_(rules), executor_(executor) {}

  // Where the results of callback tasks go.
  void ReportTo(engine::TaskCallback* callback) { callback_ = callback; }
  void Invoke(engine::TaskInvocation invocation, Done done) override;

  // Tasks that no recording explains.
  const std::vector<std::string>& surprises() const { return surprises_; }

 private:
  const base::Json* NextRecorded(const asl::InvokeTask& task);
  void Replay(const base::Json& recorded, const asl::InvokeTask& task, Done done);
  void Behave(const asl::InvokeTask& task, Done done);
  const base::Json* FindLambda(const asl::InvokeTask& task) const;

  const base::Json mocks_;
  const Rules rules_;
  base::Executor& executor_;
  engine::TaskCallback* callback_ = nullptr;
  std::set<std::size_t> used_;
  std::vector<std::string> surprises_;
};

}  // namespace coldpath::conformance

#endif  // COLDPATH_TESTS_CONFORMANCE_RECORDED_TASKS_H_
