#include "app/web_assets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/json.h"

namespace coldpath::app {
namespace {

using testing::HasSubstr;
using testing::Not;

class Kept final : public base::HttpResponder {
 public:
  void Respond(base::HttpResponse given) override { response = std::move(given); }
  void StartStream(base::HttpResponse) override {}
  bool Write(std::string) override { return true; }
  void EndStream() override {}
  bool ShouldEnd() const override { return false; }
  base::HttpResponse response;
};

// Stands for the API: says that it was asked.
class Api final : public base::HttpHandler {
 public:
  void Handle(base::HttpRequest, std::string, std::shared_ptr<base::HttpResponder> to) override {
    to->Respond({404, {}, "api"});
  }
};

struct PackedFile {
  std::string path;
  std::string type;
  std::string bytes;
  std::string gzip;
};

// As web/pack.mjs writes it.
std::string PackOf(const std::vector<PackedFile>& files) {
  base::Json index = base::Json::array();
  std::string bytes;
  for (const PackedFile& file : files) {
    index.push_back({{"path", file.path},
                     {"type", file.type},
                     {"etag", "of " + file.bytes},
                     {"at", bytes.size()},
                     {"size", file.bytes.size()},
                     {"gzip_at", bytes.size() + file.bytes.size()},
                     {"gzip_size", file.gzip.size()}});
    bytes += file.bytes + file.gzip;
  }
  const std::string head = base::DumpJson(index);
  return "coldpath.web/1\n" + std::to_string(head.size()) + "\n" + head + bytes;
}

class WebAssetsTest : public testing::Test {
 protected:
  WebAssetsTest()
      : pack_(PackOf({{"/index.html", "text/html; charset=utf-8", "<page>", ""},
                      {"/assets/app-1a2b.js", "text/javascript", "script", "zip"},
                      {"/sw.js", "text/javascript", "worker", ""}})),
        web_(OpenPack(pack_).value(), api_) {}

  base::HttpResponse Ask(const std::string& path, base::HttpHeaders headers = {},
                         const std::string& method = "GET") {
    const auto kept = std::make_shared<Kept>();
    web_.Handle({.method = method, .url = path, .headers = std::move(headers)}, "127.0.0.1", kept);
    return kept->response;
  }

  Api api_;
  const std::string pack_;
  WebAssets web_;
};

const base::HttpHeaders kBrowser{{"Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}};

TEST_F(WebAssetsTest, ServesFilesWithTheirTypesAndLifetimes) {
  const auto script = Ask("/assets/app-1a2b.js");
  EXPECT_EQ(script.status, 200);
  EXPECT_EQ(script.body, "script");
  EXPECT_EQ(script.headers.Find("Content-Type"), "text/javascript");
  EXPECT_EQ(script.headers.Find("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(script.headers.Find("Vary"), "Accept-Encoding");
  EXPECT_EQ(script.headers.Find("Content-Encoding"), std::nullopt);
  const auto worker = Ask("/sw.js");
  EXPECT_EQ(worker.body, "worker");
  EXPECT_EQ(worker.headers.Find("Cache-Control"), "no-cache");
  EXPECT_EQ(Ask("/").body, "<page>");
  EXPECT_EQ(Ask("/?user=demo").body, "<page>");
}

TEST_F(WebAssetsTest, CompressesForThoseWhoTakeIt) {
  for (const char* accepted : {"gzip", "br, gzip;q=0.8", "deflate,gzip"}) {
    const auto script = Ask("/assets/app-1a2b.js", {{"Accept-Encoding", accepted}});
    EXPECT_EQ(script.body, "zip") << accepted;
    EXPECT_EQ(script.headers.Find("Content-Encoding"), "gzip");
    EXPECT_EQ(script.headers.Find("ETag"), "\"of script-gz\"");
  }
  for (const char* refused : {"gzip;q=0", "gzip;q=0.00", "br", "xgzip", ""}) {
    EXPECT_EQ(Ask("/assets/app-1a2b.js", {{"Accept-Encoding", refused}}).body, "script") << refused;
  }
}

TEST_F(WebAssetsTest, AnswersWhatIsKnownWithoutItsBody) {
  for (const char* known : {"\"of worker\"", "\"x\", W/\"of worker\"", "*"}) {
    const auto worker = Ask("/sw.js", {{"If-None-Match", known}});
    EXPECT_EQ(worker.status, 304) << known;
    EXPECT_TRUE(worker.body.empty());
    EXPECT_EQ(worker.headers.Find("ETag"), "\"of worker\"");
    EXPECT_EQ(worker.headers.Find("Content-Type"), std::nullopt);
    EXPECT_NE(worker.headers.Find("Content-Security-Policy"), std::nullopt);
  }
  EXPECT_EQ(Ask("/sw.js", {{"If-None-Match", "\"of page\""}}).status, 200);
}

TEST_F(WebAssetsTest, GivesThePageForTheAppsOwnRoutesOnly) {
  EXPECT_EQ(Ask("/jobs/17", kBrowser).body, "<page>");
  EXPECT_EQ(Ask("/jobs/17", kBrowser).headers.Find("Cache-Control"), "no-cache");
  EXPECT_EQ(Ask("/jobs/17", kBrowser, "HEAD").status, 200);
  // A script that is gone must not come as a page, and neither may the API's answers.
  EXPECT_EQ(Ask("/assets/old.js", kBrowser).body, "api");
  EXPECT_EQ(Ask("/jobs/17").body, "api");
  EXPECT_EQ(Ask("/jobs/17", {{"Accept", "text/html;q=0"}}).body, "api");
  for (const char* path :
       {"/v1", "/v1/nothing", "/healthz", "/readyz", "/metrics", "/openapi.json"}) {
    EXPECT_EQ(Ask(path, kBrowser).body, "api") << path;
  }
  EXPECT_EQ(Ask("/sw.js", kBrowser, "POST").body, "api");
}

TEST_F(WebAssetsTest, ShutsThePageIn) {
  const auto page = Ask("/");
  const std::string policy = page.headers.Find("Content-Security-Policy").value();
  EXPECT_THAT(policy, HasSubstr("default-src 'none'; script-src 'self';"));
  EXPECT_THAT(policy, HasSubstr("connect-src 'self';"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy, HasSubstr("require-trusted-types-for 'script'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  EXPECT_EQ(page.headers.Find("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(page.headers.Find("Referrer-Policy"), "no-referrer");
  EXPECT_EQ(page.headers.Find("Cross-Origin-Opener-Policy"), "same-origin");
  EXPECT_EQ(page.headers.Find("Cross-Origin-Resource-Policy"), "same-origin");
  EXPECT_THAT(page.headers.Find("Permissions-Policy").value(), HasSubstr("geolocation=()"));
  web_.AllowConnections({"https://id.example", "https://evil.example; script-src *"});
  EXPECT_THAT(Ask("/").headers.Find("Content-Security-Policy").value(),
              HasSubstr("connect-src 'self' https://id.example;"));
}

TEST(WebAssetsWithoutAppTest, SaysSoToPeopleAndStaysOutOfTheWayOfPrograms) {
  Api api;
  WebAssets web(nullptr, api);
  const auto ask = [&](const std::string& path, base::HttpHeaders headers) {
    const auto kept = std::make_shared<Kept>();
    web.Handle({.url = path, .headers = std::move(headers)}, "127.0.0.1", kept);
    return kept->response;
  };
  EXPECT_EQ(ask("/", kBrowser).status, 404);
  EXPECT_THAT(ask("/", kBrowser).body, HasSubstr("no web app"));
  EXPECT_EQ(ask("/thing", {}).body, "api");
}

TEST(WebPackTest, RefusesWhatIsNoPack) {
  const std::string good = PackOf({{"/index.html", "text/html", "x", ""}});
  EXPECT_TRUE(OpenPack(good));
  for (const std::string& bad :
       {std::string(), std::string("coldpath.web/2\n2\n[]"), std::string("coldpath.web/1\nx\n[]"),
        std::string("coldpath.web/1\n2"), std::string("coldpath.web/1\n99\n[]"),
        std::string("coldpath.web/1\n2\n{}"), std::string("coldpath.web/1\n4\n[{}]"),
        good.substr(0, good.size() - 1)}) {
    EXPECT_EQ(OpenPack(bad).error().code, "web.corrupt") << bad;
  }
}

class WebFolderTest : public testing::Test {
 protected:
  WebFolderTest() {
    char name[] = "/tmp/coldpath-web-XXXXXX";
    outer_ = mkdtemp(name);
    std::filesystem::create_directory(outer_ + "/web");
    Write("/secret.txt", "secret");
    Write("/web/.hidden", "hidden");
  }
  ~WebFolderTest() override { std::filesystem::remove_all(outer_); }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(outer_ + name) << text;
  }
  std::string outer_;
};

TEST_F(WebFolderTest, ReadsWhatLiesBelowItAndNothingElse) {
  EXPECT_EQ(OpenWebFolder(outer_ + "/web").error().code, "config.unreadable");
  Write("/web/index.html", "one");
  const auto files = OpenWebFolder(outer_ + "/web").value();
  const auto first = files->Find("/index.html");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->file.bytes, "one");
  EXPECT_EQ(first->file.content_type, "text/html; charset=utf-8");
  Write("/web/index.html", "two");
  EXPECT_EQ(files->Find("/index.html")->file.bytes, "two");
  EXPECT_NE(files->Find("/index.html")->file.etag, first->file.etag);
  for (const std::string& path :
       {std::string("/../secret.txt"), std::string("/./index.html"), std::string("//index.html"),
        std::string("/.hidden"), std::string("/"), std::string("/index.html/"), std::string("x"),
        std::string("/a\\..\\index.html"), std::string("/index.html\0x", 13)}) {
    EXPECT_FALSE(files->Find(path)) << path;
  }
}

}  // namespace
}  // namespace coldpath::app
