// Page tokens: opaque to clients, bound to the query that they continue.
#ifndef COLDPATH_SANDBOX_PAGE_TOKEN_H_
#define COLDPATH_SANDBOX_PAGE_TOKEN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace coldpath::sandbox {

struct PageToken {
  std::int64_t position = 0;  // where the next page begins, in the words of the route
  std::int64_t salt = 0;      // makes the token of an empty page differ from the one that led to it
};

// `query` names everything that must stay the same from page to page.
std::string WritePageToken(const PageToken& token, std::string_view query);
// Nothing if the text is not a token of this very query.
std::optional<PageToken> ReadPageToken(std::string_view text, std::string_view query);

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_PAGE_TOKEN_H_
