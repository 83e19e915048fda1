#include "aws/dynamodb/dynamo_entitlements.h"

#include <utility>

#include "aws/dynamodb/table_schema.h"
#include "documents/document.h"

namespace coldpath::aws {
namespace {

using base::Result;
using dynamodb::Holds;
using dynamodb::Item;
using dynamodb::ItemKey;
using dynamodb::Number;

constexpr const char* kPro = "Pro";
constexpr const char* kIssued = "Issued";  // microseconds
// Only a newer statement stands in a writer's way: after so many something is wrong.
constexpr int kMostTries = 8;

struct Claim {
  bool pro = false;
  std::int64_t issued = 0;
};

Result<Claim> ClaimOf(const Item& item) {
  dynamodb::ItemReader reader(item, "an entitlement");
  const Claim claim{reader.Flag(kPro), reader.Number(kIssued)};
  COLDPATH_RETURN_IF_ERROR(reader.Check());
  return claim;
}

// What the write of `said` has to find.
dynamodb::Condition StillHolds(const std::optional<Claim>& known) {
  return known ? Holds(kIssued, Number(known->issued)) : dynamodb::IsAbsent();
}

}  // namespace

Result<bool> DynamoEntitlements::Record(const std::string& user_id, bool pro,
                                        base::Instant issued) {
  const ItemKey key = dynamodb::EntitlementKey(user_id);
  const Claim said{pro, documents::ToMicros(issued)};
  for (int tries = 1; tries <= kMostTries; ++tries) {
    COLDPATH_ASSIGN_OR_RETURN(const auto item, table_.Get(key));
    std::optional<Claim> known;
    if (item) {
      COLDPATH_ASSIGN_OR_RETURN(known, ClaimOf(*item));
      if (known->issued > said.issued) return known->pro;
      if (known->issued == said.issued && known->pro == said.pro) return known->pro;
    }
    Item written = dynamodb::NewItem(key);
    written[kPro] = dynamodb::Flag(said.pro);
    written[kIssued] = Number(said.issued);
    COLDPATH_ASSIGN_OR_RETURN(
        const auto outcome,
        table_.WriteOne(PutWrite(table_.name(), std::move(written), StillHolds(known))));
    if (outcome.written) return pro;
    table_.PauseBriefly(tries);
  }
  return base::Fail("store.conflict", "an entitlement is changed by too many at once: try later");
}

Result<bool> DynamoEntitlements::HasPro(const std::string& user_id) {
  COLDPATH_ASSIGN_OR_RETURN(const auto item, table_.Get(dynamodb::EntitlementKey(user_id)));
  if (!item) return false;
  COLDPATH_ASSIGN_OR_RETURN(const Claim claim, ClaimOf(*item));
  return claim.pro;
}

base::Status DynamoEntitlements::EraseUser(const std::string& user_id) {
  COLDPATH_RETURN_IF_ERROR(
      table_.WriteOne(dynamodb::DeleteWrite(table_.name(), dynamodb::EntitlementKey(user_id))));
  return {};
}

}  // namespace coldpath::aws
