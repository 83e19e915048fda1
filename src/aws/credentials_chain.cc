#include "aws/credentials_chain.h"

#include <utility>

namespace coldpath::aws {
namespace {

constexpr base::Duration kRefreshAhead = std::chrono::minutes(5);
constexpr base::Duration kPauseAfterFailure = std::chrono::seconds(30);

}  // namespace

CredentialChain::CredentialChain(std::vector<CredentialPlace> places, const base::Clock& clock,
                                 base::Log& log)
    : places_(std::move(places)), clock_(clock), log_(log) {}

bool CredentialChain::IsUsable() const {
  return held_ && (!held_->expires || clock_.Now() < *held_->expires);
}

bool CredentialChain::IsFresh() const {
  if (!IsUsable()) return false;
  const base::Instant now = clock_.Now();
  return !held_->expires || now < *held_->expires - kRefreshAhead || now < not_before_;
}

base::Result<Credentials> CredentialChain::Get() {
  {
    base::MutexLock lock(mutex_);
    const std::uint64_t before = round_;
    for (;;) {
      if (IsFresh() || (fetching_ && IsUsable())) return *held_;
      // Whoever waited for a fetch shares its outcome instead of asking everywhere once more.
      if (round_ != before && failure_) return base::Fail(*failure_);
      if (round_ != before && held_) return *held_;
      if (!fetching_) break;
      fetched_.Wait(mutex_);
    }
    fetching_ = true;
  }
  return Settle(Fetch());
}

base::Result<Credentials> CredentialChain::Fetch() {
  std::string looked_at;
  for (const CredentialPlace& place : places_) {
    auto found = place.look();
    if (found) {
      log_.Info("aws_credentials", {{"from", place.name}});
      return found;
    }
    const bool ends = found.error().code != "aws.not_configured";
    looked_at += (looked_at.empty() ? "" : "; ") + place.name + ": " + found.error().message;
    if (ends) break;
  }
  return base::Fail("aws.no_credentials", "No AWS credentials. " + looked_at + ".");
}

base::Result<Credentials> CredentialChain::Settle(base::Result<Credentials> fetched) {
  base::MutexLock lock(mutex_);
  fetching_ = false;
  ++round_;
  fetched_.NotifyAll();
  failure_.reset();
  if (fetched) {
    held_ = *fetched;
    return fetched;
  }
  if (!IsUsable()) {
    held_.reset();
    failure_ = fetched.error();
    return fetched;
  }
  not_before_ = clock_.Now() + kPauseAfterFailure;
  log_.Warning("aws_credentials_kept", {{"error", fetched.error().message}});
  return *held_;
}

void CredentialChain::Refuse(const Credentials& refused) {
  base::MutexLock lock(mutex_);
  // Another thread may have fetched new ones meanwhile.
  if (held_ && held_->access_key_id == refused.access_key_id &&
      held_->session_token == refused.session_token) {
    held_.reset();
  }
}

}  // namespace coldpath::aws
