#include "aws/http_api_event.h"

#include <utility>

#include "base/crypto.h"

namespace coldpath::aws {
namespace {

std::unexpected<base::Error> Malformed(const std::string& member) {
  return base::Fail("http_api.malformed",
                    "The event is not API Gateway's payload format 2.0: " + member + ".");
}

// API Gateway shows the path decoded or not, depending on where it stands: whatever may not stand
// in a request's target is encoded again.
std::string CleanTarget(std::string_view text, std::string_view banned) {
  std::string clean;
  for (const char c : text) {
    const bool plain = c > ' ' && c < '\x7f' && banned.find(c) == std::string_view::npos;
    clean += plain ? std::string(1, c) : base::PercentEncode(std::string_view(&c, 1));
  }
  return clean;
}

bool IsHttpToken(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (c <= ' ' || c >= '\x7f' || std::string_view("()<>@,;:\\\"/[]?={}").contains(c)) {
      return false;
    }
  }
  return true;
}

base::Result<std::string> ReadTarget(const base::Json& event, const base::Json& context) {
  auto path = base::FindString(event, "rawPath");
  if (!path || !path->starts_with('/')) return Malformed("rawPath");
  const std::string stage = base::FindString(context, "stage").value_or("$default");
  const std::string prefix = "/" + stage;
  if (stage != "$default" && (*path == prefix || path->starts_with(prefix + "/"))) {
    path->erase(0, prefix.size());
    if (path->empty()) *path = "/";
  }
  const std::string query = base::FindString(event, "rawQueryString").value_or("");
  std::string target = CleanTarget(*path, "?#");
  if (!query.empty()) target += "?" + CleanTarget(query, "#");
  return target;
}

base::Status ReadHeaders(const base::Json& event, base::HttpHeaders& headers) {
  if (const base::Json* fields = base::FindMember(event, "headers")) {
    if (!fields->is_object()) return Malformed("headers");
    for (const auto& [name, value] : fields->items()) {
      if (!value.is_string() || !IsHttpToken(name)) return Malformed("headers");
      headers.Add(name, value.get<std::string>());
    }
  }
  const base::Json* cookies = base::FindMember(event, "cookies");
  if (cookies == nullptr) return {};
  if (!cookies->is_array()) return Malformed("cookies");
  std::string joined;
  for (const base::Json& cookie : *cookies) {
    if (!cookie.is_string()) return Malformed("cookies");
    joined += (joined.empty() ? "" : "; ") + cookie.get<std::string>();
  }
  if (!joined.empty()) headers.Set("Cookie", joined);
  return {};
}

base::Result<std::string> ReadBody(const base::Json& event) {
  const base::Json* body = base::FindMember(event, "body");
  if (body == nullptr || body->is_null()) return std::string();
  if (!body->is_string()) return Malformed("body");
  if (!base::FindBool(event, "isBase64Encoded").value_or(false)) return body->get<std::string>();
  auto decoded = base::Base64Decode(body->get_ref<const std::string&>());
  if (!decoded) return Malformed("body");
  return decoded;
}

base::HttpResponse TooLarge(std::size_t bytes) {
  return {500,
          {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
          base::DumpJson({{"type", "urn:coldpath:problem:response-too-large"},
                          {"title", "Response too large"},
                          {"status", 500},
                          {"detail", "The answer has " + std::to_string(bytes) +
                                         " bytes; at most " + std::to_string(kMostHttpApiBody) +
                                         " can be sent from here. Ask for a smaller part."}})};
}

// RFC 3629. JSON text can hold nothing else.
bool IsUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = byte(i);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (lead >= 0x80 && (lead < 0xC2 || lead > 0xF4 || i + length > text.size())) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xC0) != 0x80) return false;
    }
    // Overlong forms, surrogates, and what is above U+10FFFF.
    if ((lead == 0xE0 && byte(i + 1) < 0xA0) || (lead == 0xED && byte(i + 1) > 0x9F) ||
        (lead == 0xF0 && byte(i + 1) < 0x90) || (lead == 0xF4 && byte(i + 1) > 0x8F)) {
      return false;
    }
    i += length;
  }
  return true;
}

// Escapes can make a text six times as long; base64 takes a third more. Small texts stay readable
// in a log, whatever their escapes cost.
bool CanGoAsText(std::string_view text) {
  if (text.size() < (64u << 10)) return true;
  std::size_t size = 0;
  for (const char c : text) size += c == '"' || c == '\\' ? 2 : c >= 0 && c < ' ' ? 6 : 1;
  return size <= text.size() / 3 * 4;
}

bool EqualNames(std::string_view a, std::string_view b) {
  base::HttpHeaders headers;
  headers.Add(std::string(a), "");
  return headers.Find(b).has_value();
}

}  // namespace

base::Result<HttpApiRequest> ReadHttpApiEvent(const base::Json& event) {
  if (base::FindString(event, "version") != "2.0") return Malformed("version");
  const base::Json* context = base::FindMember(event, "requestContext");
  const base::Json* http = context == nullptr ? nullptr : base::FindMember(*context, "http");
  if (http == nullptr) return Malformed("requestContext.http");
  HttpApiRequest read;
  read.request.method = base::FindString(*http, "method").value_or("");
  if (!IsHttpToken(read.request.method)) return Malformed("requestContext.http.method");
  read.peer = base::FindString(*http, "sourceIp").value_or("");
  COLDPATH_ASSIGN_OR_RETURN(read.request.url, ReadTarget(event, *context));
  COLDPATH_RETURN_IF_ERROR(ReadHeaders(event, read.request.headers));
  COLDPATH_ASSIGN_OR_RETURN(read.request.body, ReadBody(event));
  return read;
}

std::string HttpApiAnswer(const base::HttpResponse& response) {
  if (response.body.size() > kMostHttpApiBody) return HttpApiAnswer(TooLarge(response.body.size()));
  base::Json headers = base::Json::object();
  base::Json cookies = base::Json::array();
  for (const auto& [name, value] : response.headers.fields()) {
    if (EqualNames(name, "Set-Cookie")) {
      cookies.push_back(value);
    } else if (headers.contains(name)) {
      headers[name] = headers[name].get<std::string>() + ", " + value;
    } else {
      headers[name] = value;
    }
  }
  base::Json answer{{"statusCode", response.status}, {"headers", std::move(headers)}};
  if (!cookies.empty()) answer["cookies"] = std::move(cookies);
  const bool as_text = IsUtf8(response.body) && CanGoAsText(response.body);
  answer["isBase64Encoded"] = !as_text;
  answer["body"] = as_text ? response.body : base::Base64Encode(response.body);
  return base::DumpJson(answer);
}

BufferedResponder::~BufferedResponder() { Finish(); }

void BufferedResponder::Respond(base::HttpResponse response) {
  {
    base::MutexLock lock(mutex_);
    response_ = std::move(response);
  }
  Finish();
}

void BufferedResponder::StartStream(base::HttpResponse head) {
  base::MutexLock lock(mutex_);
  response_ = std::move(head);
  response_.body.clear();
}

bool BufferedResponder::Write(std::string bytes) {
  base::MutexLock lock(mutex_);
  if (response_.body.size() + bytes.size() > kMostHttpApiBody) return false;
  response_.body += bytes;
  return true;
}

void BufferedResponder::EndStream() { Finish(); }

void BufferedResponder::Finish() {
  Done done;
  base::HttpResponse response;
  {
    base::MutexLock lock(mutex_);
    done = std::exchange(done_, nullptr);
    if (done == nullptr) return;
    response = std::move(response_);
  }
  done(std::move(response));
}

}  // namespace coldpath::aws
