#include "stores/sqlite/sqlite_entitlements.h"

#include "documents/document.h"

namespace coldpath::stores {
namespace {

using documents::FromMicros;
using documents::ToMicros;

using base::Result;

struct Claim {
  bool pro;
  base::Instant issued;
};

Result<std::optional<Claim>> Find(Database& database, const std::string& user_id) {
  return FirstRow(
      database.Query("SELECT pro, issued FROM entitlements WHERE user_id=?", user_id),
      [](Statement& row) { return Claim{row.Int64(0) != 0, FromMicros(row.Int64(1))}; });
}

}  // namespace

Result<bool> SqliteEntitlements::Record(const std::string& user_id, bool pro,
                                        base::Instant issued) {
  const auto changes_nothing = [&](const std::optional<Claim>& known) {
    return known && (known->issued > issued || (known->issued == issued && known->pro == pro));
  };
  const auto find = [&](Database& database) { return Find(database, user_id); };
  COLDPATH_ASSIGN_OR_RETURN(const std::optional<Claim> before, db_.Read(find));
  if (changes_nothing(before)) return before->pro;
  return db_.Write([&](Database& database) -> Result<bool> {
    COLDPATH_ASSIGN_OR_RETURN(const std::optional<Claim> known, Find(database, user_id));
    if (changes_nothing(known)) return known->pro;
    COLDPATH_RETURN_IF_ERROR(
        database.Run("INSERT INTO entitlements(user_id, pro, issued) VALUES(?,?,?) "
                     "ON CONFLICT DO UPDATE SET pro=excluded.pro, issued=excluded.issued",
                     user_id, pro, ToMicros(issued)));
    return pro;
  });
}

Result<bool> SqliteEntitlements::HasPro(const std::string& user_id) {
  return db_.Read([&](Database& database) -> Result<bool> {
    COLDPATH_ASSIGN_OR_RETURN(const std::optional<Claim> known, Find(database, user_id));
    return known && known->pro;
  });
}

base::Status SqliteEntitlements::EraseUser(const std::string& user_id) {
  return db_.Write([&](Database& database) {
    return database.Run("DELETE FROM entitlements WHERE user_id=?", user_id);
  });
}

}  // namespace coldpath::stores
