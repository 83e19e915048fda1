// What the API shows of jobs, chunks, connections: the schemas of api/openapi.yaml.
#ifndef COLDPATH_API_VIEWS_H_
#define COLDPATH_API_VIEWS_H_

#include <string>
#include <vector>

#include "base/json.h"
#include "planner/estimate.h"
#include "service/coverage_view.h"
#include "service/daily_values.h"
#include "service/failures.h"
#include "service/job_view.h"
#include "service/provider_view.h"
#include "service/record_query.h"
#include "service/sync_notices.h"

namespace coldpath::api {

// The body of every 202: the id and links, nothing that could differ between repetitions.
base::Json AcceptedJson(const std::string& job_id);
std::string JobPath(const std::string& job_id);

// The parts that an estimate and the rest of a running job share.
base::Json RemainingJson(const planner::Estimate& estimate);
base::Json JobJson(const service::JobView& view);
// status, outcome, phase: what the end of the event stream says.
base::Json JobStateJson(const domain::Job& job);
base::Json ChunkJson(const domain::Chunk& chunk);
base::Json CausesJson(const std::vector<service::FailureGroup>& groups);
base::Json CoverageJson(const std::string& job_id, const service::CoverageView& view);
// `provider` is null if this installation no longer offers it.
base::Json ConnectionJson(const domain::Connection& connection,
                          const planner::ProviderInfo* provider);
base::Json ProviderJson(const planner::ProviderInfo& provider, double quota_scale,
                        base::Date today);
base::Json EstimateJson(const planner::Estimate& estimate, const service::PreparedSync& prepared,
                        const std::optional<service::LimitView>& limit,
                        const std::vector<service::Notice>& notices);
base::Json NotificationJson(const tasks::Notification& notification);
base::Json DailyValuesJson(domain::DataType type, const service::DailyPage& page);
// JSON text: records have a text form of their own (records/record_line.h).
std::string RecordPageText(const service::RecordPage& page);

}  // namespace coldpath::api

#endif  // COLDPATH_API_VIEWS_H_
