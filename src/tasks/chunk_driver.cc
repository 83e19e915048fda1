#include "tasks/chunk_driver.h"

#include <algorithm>
#include <utility>

namespace coldpath::tasks {
namespace {

using base::Instant;
using domain::DayState;
using domain::Failure;
using domain::FailureKind;

Failure TransportFailure(const base::Error& error) {
  if (error.code == "http.too_large") {
    return {
        FailureKind::kProviderBug, "The provider's answer is larger than we read.", {}, error.code};
  }
  if (error.code == "http.stopped") {
    return {FailureKind::kInterrupted, "The worker is shutting down.", {}, {}};
  }
  return {FailureKind::kTransient, "The provider could not be reached.", {}, error.code};
}

// Days that may still change, as the provider says: those late-data days before now on the earliest
// calendar.
int ProvisionalDays(const domain::DateRange& range, int late_data_days, Instant now) {
  if (late_data_days <= 0) return 0;
  const base::Date today = base::LocalDate(now, -std::chrono::hours(12));
  const base::Date first = today - std::chrono::days(late_data_days);
  return static_cast<int>((range.end - std::clamp(first, range.start, range.end)).count());
}

}  // namespace

bool Settles(FailureKind kind) {
  switch (kind) {
    case FailureKind::kRateLimited:
    case FailureKind::kTransient:
    case FailureKind::kJobStopped:
    case FailureKind::kInterrupted:
      return false;
    default:
      return true;
  }
}

ChunkDriver::ChunkDriver(const Provider& provider, const domain::ChunkSpec& chunk,
                         std::int64_t reserved_calls, const DriverLimits& limits)
    : provider_(provider),
      chunk_(chunk),
      limits_(limits),
      reserved_(reserved_calls),
      position_{chunk.range, ""} {}

ChunkDriver::Effects ChunkDriver::Step(DriverEvent event, Instant now) {
  return std::visit([&](auto& one) { return On(one, now); }, event);
}

ChunkDriver::Effects ChunkDriver::On(const Begin&, Instant) {
  Effects effects;
  effects.emplace_back(NeedToken{});
  return effects;
}

ChunkDriver::Effects ChunkDriver::On(const TokenReady& event, Instant) {
  access_token_ = event.access_token;
  return NextCall();
}

ChunkDriver::Effects ChunkDriver::On(const TokenFailed& event, Instant) {
  return HandleFailure(event.failure);
}

ChunkDriver::Effects ChunkDriver::On(const CallGranted& event, Instant now) {
  if (event.at <= now) return Send();
  if (event.at - now > limits_.wait_in_place_max) {
    return Fail(
        {FailureKind::kRateLimited, "The provider's quota is used up for now.", event.at, {}});
  }
  Effects effects;
  effects.emplace_back(WaitUntil{event.at});
  return effects;
}

ChunkDriver::Effects ChunkDriver::On(const Woken&, Instant) {
  // The place was ours: no second question, which could send us to the end of the queue again.
  return Send();
}

ChunkDriver::Effects ChunkDriver::On(Responded& event, Instant now) {
  ++outcome_.calls;
  if (!event.response) return Fail(TransportFailure(event.response.error()));
  base::HttpResponse response = *std::move(event.response);
  outcome_.bytes += static_cast<std::int64_t>(response.body.size());
  PageOrFailure read = provider_.ReadPage(chunk_.stream, position_, response, now);
  if (auto* failure = std::get_if<Failure>(&read)) return HandleFailure(std::move(*failure));
  return TakePage(std::get<Page>(std::move(read)), std::move(response), now);
}

ChunkDriver::Effects ChunkDriver::On(const DesiredRead& event, Instant) {
  if (event.desired == domain::Desired::kRun) return NextCall();
  return Fail({FailureKind::kJobStopped, "The job was paused or cancelled.", {}, {}});
}

ChunkDriver::Effects ChunkDriver::On(const QuotaBlocked& event, Instant) {
  Failure failure = limited_.value_or(Failure{FailureKind::kRateLimited, {}, {}, {}});
  failure.retry_at = event.until;
  if (failure.message.empty()) failure.message = "The provider asks us to wait.";
  return Fail(std::move(failure));
}

ChunkDriver::Effects ChunkDriver::On(const EndNow& event, Instant) { return Fail(event.failure); }

ChunkDriver::Effects ChunkDriver::NextCall() {
  if (outcome_.calls < reserved_) return Send();
  Effects effects;
  effects.emplace_back(TakeCall{});
  return effects;
}

ChunkDriver::Effects ChunkDriver::Send() {
  request_ = provider_.NextRequest(chunk_.stream, position_);
  base::HttpRequest authorised = request_;
  authorised.headers.Set("Authorization", "Bearer " + access_token_);
  Effects effects;
  effects.emplace_back(SendRequest{std::move(authorised)});
  return effects;
}

ChunkDriver::Effects ChunkDriver::TakePage(Page page, base::HttpResponse response, Instant now) {
  if (auto failure = Judge(page)) return Fail(*std::move(failure));
  for (domain::Record& record : page.records) {
    const bool wanted = std::ranges::count(chunk_.types, record.type) > 0;
    if (wanted && chunk_.range.Contains(record.local_date)) {
      records_[record.type].push_back(std::move(record));
    }
  }
  for (Page::Invalid& invalid : page.invalid) {
    if (std::ranges::count(chunk_.types, invalid.type) == 0) continue;
    if (invalid_.emplace(invalid.type, std::move(invalid.where)).second) {
      records_.erase(invalid.type);
    }
  }
  Effects effects;
  effects.emplace_back(KeepRaw{pages_, request_, std::move(response)});
  if (!page.quota.empty()) effects.emplace_back(ObserveQuota{std::move(page.quota)});
  ++pages_;
  if (page.next_cursor) {
    position_.cursor = *std::move(page.next_cursor);
    effects.emplace_back(ReadDesired{});
    return effects;
  }
  Effects last = Succeed(now);
  std::ranges::move(last, std::back_inserter(effects));
  return effects;
}

std::optional<Failure> ChunkDriver::Judge(const Page& page) {
  elements_ += page.elements;
  const auto bug = [this](std::string message) {
    return Failure{
        FailureKind::kProviderBug, std::move(message), {}, "page " + std::to_string(pages_ + 1)};
  };
  if (page.next_cursor && !cursors_.insert(*page.next_cursor).second) {
    return bug("The provider sent the same page token twice.");
  }
  if (pages_ + 1 >= limits_.pages_max && page.next_cursor) {
    return bug("The provider's answer has too many pages.");
  }
  if (elements_ > limits_.elements_max) {
    return bug("The provider's answer has too many observations.");
  }
  return std::nullopt;
}

ChunkDriver::Effects ChunkDriver::HandleFailure(Failure failure) {
  Effects effects;
  if (failure.kind == FailureKind::kNeedsReauth && !refreshed_ && !access_token_.empty()) {
    refreshed_ = true;
    effects.emplace_back(NeedToken{access_token_});
    return effects;
  }
  if (failure.kind == FailureKind::kRateLimited) {
    const auto retry_at = failure.retry_at;
    limited_ = std::move(failure);
    effects.emplace_back(BlockQuota{retry_at});
    return effects;
  }
  if (failure.kind == FailureKind::kBeyondHistory) return BeyondHistory();
  return Fail(std::move(failure));
}

ChunkDriver::Effects ChunkDriver::Fail(Failure failure) {
  outcome_.types.clear();
  outcome_.failure = domain::ChunkFailure{std::move(failure), chunk_.types};
  Effects effects;
  effects.emplace_back(Finish{std::move(outcome_)});
  return effects;
}

ChunkDriver::Effects ChunkDriver::BeyondHistory() {
  for (const domain::DataType type : chunk_.types) {
    outcome_.types[type].coverage = {
        chunk_.range, std::string(static_cast<std::size_t>(chunk_.range.days()),
                                  static_cast<char>(DayState::kBeyondProviderHistory))};
  }
  Effects effects;
  effects.emplace_back(Finish{std::move(outcome_)});
  return effects;
}

ChunkDriver::Effects ChunkDriver::Succeed(Instant now) {
  const auto* stream = planner::FindStream(provider_.info(), chunk_.stream);
  const int late = stream == nullptr ? 0 : stream->late_data_days;
  domain::ChunkFailure failure{.failure = {FailureKind::kInvalidData, {}, {}, {}}, .types = {}};
  for (const domain::DataType type : chunk_.types) {
    if (const auto found = invalid_.find(type); found != invalid_.end()) {
      failure.types.push_back(type);
      if (failure.failure.where.empty()) failure.failure.where = found->second;
      continue;
    }
    ChunkOutcome::TypeOutcome& one = outcome_.types[type];
    one.coverage = {chunk_.range, std::string(static_cast<std::size_t>(chunk_.range.days()),
                                              static_cast<char>(DayState::kEmpty))};
    one.records = std::move(records_[type]);
    std::ranges::sort(one.records, domain::RecordBefore);
    one.records.erase(std::unique(one.records.begin(), one.records.end()), one.records.end());
    for (const domain::Record& record : one.records) {
      one.coverage.Set(record.local_date, DayState::kComplete);
    }
    one.provisional_days = ProvisionalDays(chunk_.range, late, now);
  }
  if (!failure.types.empty()) {
    failure.failure.message = "The provider sent an impossible value.";
    outcome_.failure = std::move(failure);
  }
  Effects effects;
  effects.emplace_back(Finish{std::move(outcome_)});
  return effects;
}

}  // namespace coldpath::tasks
