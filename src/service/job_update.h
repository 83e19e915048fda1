// Reads a job, changes it and writes it back under its version, again if another writer was faster.
#ifndef COLDPATH_SERVICE_JOB_UPDATE_H_
#define COLDPATH_SERVICE_JOB_UPDATE_H_

#include <functional>
#include <string>
#include <vector>

#include "service/context.h"

namespace coldpath::service {

// What goes with the job's row in one transaction.
struct JobSideEffects {
  std::vector<tasks::ProgressEvent> events;
  std::vector<tasks::OutboxEvent> outbox;
};

// Says whether there is anything to write, or why the change is not allowed. It may be called
// several times, each time with the job as it stands.
using JobChange = std::function<base::Result<bool>(domain::Job&, JobSideEffects&)>;

// The result is the job as it stands afterwards. Errors: job.not_found, those of `change`, and the
// store's.
base::Result<domain::Job> ChangeJob(const Context& context, const std::string& user_id,
                                    const std::string& job_id, const JobChange& change);

// GetJob with the error that clients see: job.not_found, for missing and foreign jobs alike.
base::Result<domain::Job> FindJob(const Context& context, const std::string& user_id,
                                  const std::string& job_id);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_JOB_UPDATE_H_
