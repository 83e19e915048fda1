// What the API shows of jobs, chunks, connections: the schemas of api/openapi.yaml.
#ifndef COLDPATH_API_VIEWS_H_
#define COLDPATH_API_VIEWS_H_

#include <string>
#include <vector>

#include "base/json.h"
#include "planner/estimate.h"
#include "service/coverage_view.h"
#include "service/failures.h"
#include "service/job_view.h"
#include "service/record_query.h"

namespace coldpath::api {

// The body of every 202: the id and links, nothing that could differ between repetitions.
base::Json AcceptedJson(const std::string& job_id);
std::string JobPath(const std::string& job_id);

base::Json JobJson(const service::JobView& view);
// status, outcome, phase: what the end of the event stream says.
base::Json JobStateJson(const domain::Job& job);
base::Json ChunkJson(const domain::Chunk& chunk);
base::Json CausesJson(const std::vector<service::FailureGroup>& groups);
base::Json CoverageJson(const std::string& job_id, const service::CoverageView& view);
base::Json ConnectionJson(const domain::Connection& connection);
base::Json EstimateJson(const planner::Estimate& estimate, const planner::ChunkPlan& plan);
base::Json NotificationJson(const tasks::Notification& notification);
// JSON text: records have a text form of their own (records/record_line.h).
std::string RecordPageText(const service::RecordPage& page);

}  // namespace coldpath::api

#endif  // COLDPATH_API_VIEWS_H_
