#include "providers/mapping/page_builder.h"

#include <algorithm>

#include "base/crypto.h"
#include "records/merge.h"

namespace coldpath::providers::mapping {
namespace {

constexpr std::ptrdiff_t kRejectionsPerType = 5;

}  // namespace

void PageBuilder::Begin(const Node& element) {
  element_ = &element;
  digest_.clear();
  ++page_.elements;
}

const std::string& PageBuilder::Digest() {
  if (digest_.empty()) digest_ = base::Sha256Hex(base::DumpJson(element_->json()));
  return digest_;
}

domain::Record PageBuilder::Start(domain::DataType type) {
  domain::Record record{};
  record.type = type;
  record.raw_digest = Digest();
  return record;
}

bool PageBuilder::Wants(base::Date day) {
  if (range_.Contains(day)) return true;
  const bool padding = range_.start - padding_ <= day && day < range_.end + padding_;
  if (!padding && stray_.empty()) {
    stray_ = element_->Because("is outside the days that were asked for");
  }
  return false;
}

void PageBuilder::Take(domain::Record record) {
  if (Wants(record.local_date)) page_.records.push_back(std::move(record));
}

void PageBuilder::Reject(domain::DataType type, const base::Error& error) {
  const auto same = [type](const tasks::Page::Invalid& known) { return known.type == type; };
  if (std::count_if(page_.invalid.begin(), page_.invalid.end(), same) < kRejectionsPerType) {
    page_.invalid.push_back({type, error.message});
  }
}

tasks::PageOrFailure PageBuilder::Finish(std::string_view provider_title,
                                         std::optional<std::string> next_cursor) {
  if (!stray_.empty()) {
    return domain::Failure{
        .kind = domain::FailureKind::kProviderBug,
        .message = std::string(provider_title) + " answered with data of other days than asked.",
        .retry_at = std::nullopt,
        .where = std::move(stray_)};
  }
  records::SortAndDeduplicate(page_.records);
  page_.next_cursor = std::move(next_cursor);
  return std::move(page_);
}

}  // namespace coldpath::providers::mapping
