// Cutting lists into pages: rows are read one beyond the page, and if it is there, a next page is.
#ifndef COLDPATH_STORES_SQLITE_PAGE_H_
#define COLDPATH_STORES_SQLITE_PAGE_H_

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace coldpath::stores {

inline int RowsFor(int limit) { return std::max(limit, 1) + 1; }

// The cursor of the next page, if there is one: the id of the last item that stays.
template <typename Item, typename IdOf>
std::optional<std::string> CutPage(std::vector<Item>& items, int limit, const IdOf& id_of) {
  if (std::cmp_less(items.size(), RowsFor(limit))) return std::nullopt;
  items.pop_back();
  return id_of(items.back());
}

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_PAGE_H_
