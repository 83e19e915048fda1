// What is known about each requested day of each type of a job, as its chunks stand now.
#ifndef COLDPATH_SERVICE_COVERAGE_VIEW_H_
#define COLDPATH_SERVICE_COVERAGE_VIEW_H_

#include <map>
#include <string>

#include "service/context.h"

namespace coldpath::service {

// What a day that is not attempted yet is shown as while its sync runs; part of the API, as the
// characters of domain::DayState are.
inline constexpr char kBeingFetched = 'r';
inline constexpr char kWaitingForQuota = 'w';

struct CoverageView {
  domain::Coverage coverage;
  // As `coverage`, a character a day, with the two above where a chunk is at work or waits.
  std::map<domain::DataType, std::string> days;
  std::map<domain::DataType, std::int64_t> records;
  std::map<domain::DataType, int> provisional_days;
};

// Every requested day is in exactly one state, so the counts add up. Error: job.not_found.
base::Result<CoverageView> ViewCoverage(const Context& context, const std::string& user_id,
                                        const std::string& job_id);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_COVERAGE_VIEW_H_
