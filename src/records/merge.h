// Bringing records of several pages or files into one order.
#ifndef COLDPATH_RECORDS_MERGE_H_
#define COLDPATH_RECORDS_MERGE_H_

#include <functional>
#include <vector>

#include "base/result.h"
#include "domain/record.h"

namespace coldpath::records {

// The same observation: equal type, times, source id and digest. Providers repeat elements at the
// borders of pages; what differs in anything is kept.
bool IsSameObservation(const domain::Record& a, const domain::Record& b);

// Sorts by domain::RecordBefore and drops repeated observations. Quick for records that come sorted
// or, as providers send them, newest first.
void SortAndDeduplicate(std::vector<domain::Record>& records);

// Gives the next record of something sorted by RecordBefore; false at its end.
using RecordSource = std::function<base::Result<bool>(domain::Record&)>;

// Merges sorted sources into one sorted source and drops repeated observations. Holds one record a
// source.
class RecordMerge {
 public:
  explicit RecordMerge(std::vector<RecordSource> sources);

  // As RecordSource. `source`, if given, is set to the index of the source that the record is of.
  // Errors: those of the sources; the merge is at its end then.
  base::Result<bool> Next(domain::Record& record, std::size_t* source = nullptr);

 private:
  struct Head {
    domain::Record record;
    std::size_t source;
  };
  base::Status Pull(std::size_t source);
  static bool Later(const Head& a, const Head& b);

  std::vector<RecordSource> sources_;
  std::vector<Head> heads_;  // a heap, the first record on top
  bool started_ = false;
  bool any_ = false;
  domain::Record last_;
};

}  // namespace coldpath::records

#endif  // COLDPATH_RECORDS_MERGE_H_
