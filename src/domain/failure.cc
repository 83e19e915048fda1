#include "domain/failure.h"

#include <array>
#include <utility>

namespace coldpath::domain {
namespace {

constexpr std::array<std::pair<FailureKind, std::string_view>, 10> kNames{{
    {FailureKind::kRateLimited, "RateLimited"},
    {FailureKind::kTransient, "Transient"},
    {FailureKind::kNeedsReauth, "NeedsReauth"},
    {FailureKind::kForbidden, "Forbidden"},
    {FailureKind::kInvalidData, "InvalidData"},
    {FailureKind::kBeyondHistory, "BeyondHistory"},
    {FailureKind::kProviderBug, "ProviderBug"},
    {FailureKind::kProviderLimited, "ProviderLimited"},
    {FailureKind::kJobStopped, "JobStopped"},
    {FailureKind::kInterrupted, "Interrupted"},
}};

}  // namespace

std::string_view FailureName(FailureKind kind) {
  for (const auto& [known, name] : kNames) {
    if (known == kind) return name;
  }
  return "Unknown";
}

std::optional<FailureKind> FindFailureKind(std::string_view name) {
  for (const auto& [kind, known] : kNames) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

}  // namespace coldpath::domain
