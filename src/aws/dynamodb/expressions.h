// Conditional writes, as the parameters that PutItem, UpdateItem and DeleteItem share with the
// actions of TransactWriteItems. Pure. Names go through placeholders throughout, since DynamoDB
// reserves hundreds of words ("Status" is one).
#ifndef COLDPATH_AWS_DYNAMODB_EXPRESSIONS_H_
#define COLDPATH_AWS_DYNAMODB_EXPRESSIONS_H_

#include <string>
#include <vector>

#include "aws/dynamodb/item.h"

namespace coldpath::aws::dynamodb {

// An item's primary key.
struct ItemKey {
  std::string partition;
  std::string sort;

  friend bool operator==(const ItemKey&, const ItemKey&) = default;
  friend auto operator<=>(const ItemKey&, const ItemKey&) = default;
};
base::Json KeyJson(const ItemKey& key);
ItemKey KeyOf(const Item& item);
std::vector<ItemKey> KeysOf(const std::vector<Item>& items);
// An item that holds its key only.
inline Item NewItem(const ItemKey& key) { return KeyJson(key); }

struct Condition {
  std::string text;  // empty: none
  base::Json names = base::Json::object();
  base::Json values = base::Json::object();
};
Condition IsAbsent();
Condition IsPresent();
// The item is there and its attribute has this value.
Condition Holds(std::string_view attribute, base::Json value);
// There is no item, or its attribute is less.
Condition IsAbsentOrBelow(std::string_view attribute, base::Json value);

// What an update does to an item's attributes.
struct Change {
  base::Json set = base::Json::object();  // name -> attribute value
  base::Json add = base::Json::object();  // name -> number; an absent one counts as 0
};

struct Write {
  enum class Kind { kPut, kUpdate, kDelete };
  Kind kind = Kind::kPut;
  base::Json parameters;
};
// `tell_old`: if the condition does not hold, the answer brings the item as it is.
Write PutWrite(const std::string& table, Item item, const Condition& condition = {},
               bool tell_old = false);
// REQUIRES: the change sets or adds something.
Write UpdateWrite(const std::string& table, const ItemKey& key, const Change& change,
                  Condition condition, bool tell_old = false);
Write DeleteWrite(const std::string& table, const ItemKey& key, const Condition& condition = {});

// The item's part of a Put, for checks of its size; null for other writes.
const Item* ItemOf(const Write& write);

}  // namespace coldpath::aws::dynamodb

#endif  // COLDPATH_AWS_DYNAMODB_EXPRESSIONS_H_
