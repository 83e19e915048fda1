// DynamoDB items as its JSON protocol writes them: {"PK": {"S": "USER#1"}, "Version": {"N": "7"}}.
#ifndef COLDPATH_AWS_DYNAMODB_ITEM_H_
#define COLDPATH_AWS_DYNAMODB_ITEM_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace coldpath::aws::dynamodb {

using Item = base::Json;

// Attribute values. Numbers travel as text.
base::Json Text(std::string_view value);
base::Json Number(std::int64_t value);
base::Json Flag(bool value);

// The value of an attribute of that kind; absent if there is none, or one of another kind.
std::optional<std::string> FindText(const Item& item, std::string_view name);
std::optional<std::int64_t> FindNumber(const Item& item, std::string_view name);
std::optional<bool> FindFlag(const Item& item, std::string_view name);

// Reads an item that we wrote, and remembers the first attribute that is not as it should be.
class ItemReader {
 public:
  // `item` outlives the reader. `what` names it in the error: "job 018f...".
  ItemReader(const Item& item, std::string what) : item_(item), what_(std::move(what)) {}
  std::string Text(std::string_view name);
  std::int64_t Number(std::string_view name);
  bool Flag(std::string_view name);
  // Error: store.corrupt.
  base::Status Check() const;

 private:
  void Wrong(std::string_view name);

  const Item& item_;
  const std::string what_;
  std::string problem_;
};

// What DynamoDB counts of an item towards its limit: names and values (DynamoDB Developer Guide,
// "Item sizes and formats"; numbers are taken for their longest).
std::size_t ItemBytes(const Item& item);
inline constexpr std::size_t kMostItemBytes = std::size_t{400} << 10;

}  // namespace coldpath::aws::dynamodb

#endif  // COLDPATH_AWS_DYNAMODB_ITEM_H_
