#include "records/merge.h"

#include <algorithm>

namespace coldpath::records {

bool IsSameObservation(const domain::Record& a, const domain::Record& b) {
  return a.type == b.type && a.start == b.start && a.end == b.end && a.source_id == b.source_id &&
         a.raw_digest == b.raw_digest;
}

void SortAndDeduplicate(std::vector<domain::Record>& records) {
  if (!std::is_sorted(records.begin(), records.end(), domain::RecordBefore)) {
    std::reverse(records.begin(), records.end());
    if (!std::is_sorted(records.begin(), records.end(), domain::RecordBefore)) {
      std::stable_sort(records.begin(), records.end(), domain::RecordBefore);
    }
  }
  records.erase(std::unique(records.begin(), records.end(), IsSameObservation), records.end());
}

RecordMerge::RecordMerge(std::vector<RecordSource> sources) : sources_(std::move(sources)) {}

bool RecordMerge::Later(const Head& a, const Head& b) {
  if (domain::RecordBefore(b.record, a.record)) return true;
  return !domain::RecordBefore(a.record, b.record) && b.source < a.source;
}

base::Status RecordMerge::Pull(std::size_t source) {
  Head head{domain::Record(), source};
  COLDPATH_ASSIGN_OR_RETURN(const bool more, sources_[source](head.record));
  if (!more) return {};
  heads_.push_back(std::move(head));
  std::push_heap(heads_.begin(), heads_.end(), Later);
  return {};
}

base::Result<bool> RecordMerge::Next(domain::Record& record, std::size_t* source) {
  if (!started_) {
    started_ = true;
    for (std::size_t i = 0; i < sources_.size(); ++i) COLDPATH_RETURN_IF_ERROR(Pull(i));
  }
  while (!heads_.empty()) {
    std::pop_heap(heads_.begin(), heads_.end(), Later);
    Head head = std::move(heads_.back());
    heads_.pop_back();
    if (auto pulled = Pull(head.source); !pulled) {
      heads_.clear();
      sources_.clear();
      return base::Fail(std::move(pulled).error());
    }
    if (any_ && IsSameObservation(last_, head.record)) continue;
    any_ = true;
    last_ = head.record;
    record = std::move(head.record);
    if (source != nullptr) *source = head.source;
    return true;
  }
  return false;
}

}  // namespace coldpath::records
