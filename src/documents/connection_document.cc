#include "documents/connection_document.h"

#include "base/crypto.h"
#include "documents/document.h"

namespace coldpath::documents {
namespace {

std::optional<domain::ConnectionStatus> FindStatus(std::string_view name) {
  if (name == "active") return domain::ConnectionStatus::kActive;
  if (name == "needs_reauth") return domain::ConnectionStatus::kNeedsReauth;
  return std::nullopt;
}

domain::Connection ReadConnection(DocumentReader& reader) {
  domain::Connection connection;
  connection.access_expires = reader.OptionalTime("access_expires");
  connection.created = reader.Time("created");
  connection.erasing = reader.Has("erasing") && reader.Flag("erasing");
  connection.provider = reader.Text("provider");
  connection.provider_user_id = reader.Text("provider_user_id");
  DocumentReader refresh = reader.Inner(reader.Object("refresh"));
  connection.refresh_owner = refresh.Text("owner");
  connection.refresh_until = refresh.OptionalTime("until");
  connection.scopes = reader.Texts("scopes");
  // Sealed bytes are not text: JSON cannot hold them as they are.
  base::Result<std::string> sealed = base::Base64Decode(reader.Text("sealed_tokens"));
  if (sealed) {
    connection.sealed_tokens = *std::move(sealed);
  } else {
    reader.Wrong("sealed_tokens");
  }
  connection.status = reader.Named("status", FindStatus);
  return connection;
}

}  // namespace

std::string EncodeConnection(const domain::Connection& connection) {
  const bool active = connection.status == domain::ConnectionStatus::kActive;
  base::Json json{
      {"access_expires", ToJsonTime(connection.access_expires)},
      {"created", ToMicros(connection.created)},
      {"provider", connection.provider},
      {"provider_user_id", connection.provider_user_id},
      {"refresh",
       {{"owner", connection.refresh_owner}, {"until", ToJsonTime(connection.refresh_until)}}},
      {"scopes", connection.scopes},
      {"sealed_tokens", base::Base64Encode(connection.sealed_tokens)},
      {"status", active ? "active" : "needs_reauth"},
  };
  // Only while it lasts: documents written before there was such a thing are the same.
  if (connection.erasing) json["erasing"] = true;
  return base::DumpJson(json);
}

base::Result<domain::Connection> DecodeConnection(const std::string& what,
                                                  std::string_view document) {
  return DecodeDocument(what, document, ReadConnection);
}

}  // namespace coldpath::documents
