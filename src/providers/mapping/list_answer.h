// Answers that are a list of elements and perhaps a token for the next page: the form of every
// stream so far.
#ifndef COLDPATH_PROVIDERS_MAPPING_LIST_ANSWER_H_
#define COLDPATH_PROVIDERS_MAPPING_LIST_ANSWER_H_

#include <functional>
#include <string_view>

#include "providers/mapping/page_builder.h"

namespace coldpath::providers::mapping {

struct ListShape {
  std::string_view title;      // of the provider, for messages
  std::string_view list_key;   // "data"
  std::string_view token_key;  // "next_token": a text; absent, null and empty mean the last page
  // False where an empty list may be left out, as protocol buffers' JSON does. Such an answer then
  // holds a token, or nothing at all: what holds other things proves no emptiness.
  bool list_always_there = true;
  int padding_days = 0;  // PageBuilder
};

// Maps one element: takes records, or rejects types.
using ElementMapping = std::function<void(const Node& element, PageBuilder& page)>;

// Reads the body of a 200. A list element that is no object is a ProviderBug, as is a list or token
// of another kind.
tasks::PageOrFailure ReadList(const ListShape& shape, const base::HttpResponse& response,
                              const domain::DateRange& range, const ElementMapping& map);

}  // namespace coldpath::providers::mapping

#endif  // COLDPATH_PROVIDERS_MAPPING_LIST_ANSWER_H_
