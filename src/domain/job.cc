#include "domain/job.h"

#include <array>
#include <utility>

namespace coldpath::domain {
namespace {

template <typename Enum>
struct Names;

template <>
struct Names<JobStatus> {
  static constexpr std::array<std::string_view, 4> kAll{"PENDING", "RUNNING", "SUCCEEDED",
                                                        "FAILED"};
};
template <>
struct Names<JobOutcome> {
  static constexpr std::array<std::string_view, 5> kAll{
      "complete", "complete_with_gaps", "provider_limited", "needs_reauth", "cancelled"};
};
template <>
struct Names<Desired> {
  static constexpr std::array<std::string_view, 3> kAll{"run", "pause", "cancel"};
};
template <>
struct Names<JobKind> {
  static constexpr std::array<std::string_view, 2> kAll{"historical", "first_week"};
};
template <>
struct Names<ExecutionKind> {
  static constexpr std::array<std::string_view, 3> kAll{"start", "retry", "resume"};
};
template <>
struct Names<StopReason> {
  static constexpr std::array<std::string_view, 5> kAll{"none", "user", "downgrade", "erased",
                                                        "budget"};
};

template <typename Enum>
std::string_view NameOf(Enum value) {
  return Names<Enum>::kAll[static_cast<std::size_t>(value)];
}

}  // namespace

std::string_view Name(JobStatus value) { return NameOf(value); }
std::string_view Name(JobOutcome value) { return NameOf(value); }
std::string_view Name(Desired value) { return NameOf(value); }
std::string_view Name(JobKind value) { return NameOf(value); }
std::string_view Name(ExecutionKind value) { return NameOf(value); }
std::string_view Name(StopReason value) { return NameOf(value); }

template <typename Enum>
std::optional<Enum> FindByName(std::string_view name) {
  for (std::size_t i = 0; i < Names<Enum>::kAll.size(); ++i) {
    if (Names<Enum>::kAll[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

template std::optional<JobStatus> FindByName<JobStatus>(std::string_view);
template std::optional<JobOutcome> FindByName<JobOutcome>(std::string_view);
template std::optional<Desired> FindByName<Desired>(std::string_view);
template std::optional<JobKind> FindByName<JobKind>(std::string_view);
template std::optional<ExecutionKind> FindByName<ExecutionKind>(std::string_view);
template std::optional<StopReason> FindByName<StopReason>(std::string_view);

bool MayBecome(JobStatus from, JobStatus to, ExecutionKind by) {
  switch (to) {
    case JobStatus::kPending:
      return false;
    case JobStatus::kRunning:
      return from == JobStatus::kPending || from == JobStatus::kRunning ||
             by != ExecutionKind::kStart;
    case JobStatus::kSucceeded:
      return from == JobStatus::kRunning || from == JobStatus::kSucceeded;
    case JobStatus::kFailed:
      return from != JobStatus::kSucceeded;
  }
  return false;
}

}  // namespace coldpath::domain
