// Gathers a page from the elements of an answer: digests, days, limits, what is impossible.
#ifndef COLDPATH_PROVIDERS_MAPPING_PAGE_BUILDER_H_
#define COLDPATH_PROVIDERS_MAPPING_PAGE_BUILDER_H_

#include <optional>
#include <string>
#include <vector>

#include "providers/mapping/node.h"
#include "tasks/provider.h"

namespace coldpath::providers::mapping {

class PageBuilder {
 public:
  // How far outside the asked days an element may lie: some routes are asked for more days than the
  // chunk has (padding), because what their dates mean is not documented. Anything beyond shows
  // that the provider answered another question.
  PageBuilder(const domain::DateRange& range, int padding_days)
      : range_(range), padding_(padding_days) {}

  // Begins the next element. `element` outlives the builder's use of it.
  void Begin(const Node& element);
  // Whether the current element's day is one of the asked days. A mapping may ask early, so that
  // neither work nor a rejection comes of an element that belongs to a neighbour.
  bool Wants(base::Date day);
  // An empty record of the current element: type and digest are set.
  domain::Record Start(domain::DataType type);
  // Takes a finished record if its local date is one of the asked days.
  void Take(domain::Record record);
  // What was found impossible about a type. Only the first few of a type are kept: they are read by
  // people.
  void Reject(domain::DataType type, const base::Error& error);

  tasks::PageOrFailure Finish(std::string_view provider_title,
                              std::optional<std::string> next_cursor);

 private:
  const std::string& Digest();

  domain::DateRange range_;
  std::chrono::days padding_;
  const Node* element_ = nullptr;
  std::string digest_;  // of the current element; empty until it is needed
  tasks::Page page_;
  std::string stray_;  // where an element lies beyond the padding
};

}  // namespace coldpath::providers::mapping

#endif  // COLDPATH_PROVIDERS_MAPPING_PAGE_BUILDER_H_
