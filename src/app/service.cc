#include "app/service.h"

#include <unistd.h>

#include <atomic>
#include <optional>

#include "api/api_handler.h"
#include "app/core.h"
#include "app/notification_parts.h"
#include "app/prometheus_metrics.h"
#include "app/provider_registry.h"
#include "app/sign_in.h"
#include "app/web_assets.h"
#include "base/crypto.h"
#include "base/thread_pool.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "stores/files/file_key_vault.h"
#include "stores/files/file_object_store.h"
#include "stores/sqlite/coldpath_db.h"
#include "stores/sqlite/data_folder.h"
#include "stores/sqlite/journal.h"
#include "stores/sqlite/sqlite_connection_store.h"
#include "stores/sqlite/sqlite_entitlements.h"
#include "stores/sqlite/sqlite_job_store.h"
#include "stores/sqlite/sqlite_quota_ledger.h"

namespace coldpath::app {

extern const std::string_view kBuiltInDefinition;
extern const std::string_view kOpenApiJson;

std::string BuiltInDefinition() { return std::string(kBuiltInDefinition); }

namespace {

// Hands requests on once the core is there: the port, and so our own address, is known before.
class Front final : public base::HttpHandler {
 public:
  void Open(base::HttpHandler* handler) { handler_.store(handler); }
  void Handle(base::HttpRequest request, std::string peer,
              std::shared_ptr<base::HttpResponder> responder) override {
    base::HttpHandler* const handler = handler_.load();
    if (handler != nullptr) {
      handler->Handle(std::move(request), std::move(peer), std::move(responder));
      return;
    }
    responder->Respond({503,
                        {{"Content-Type", "application/problem+json"}, {"Retry-After", "1"}},
                        R"({"type":"urn:coldpath:problem:starting","title":"Starting",)"
                        R"("status":503,"detail":"The service is starting.","instance":"/"})"});
  }

 private:
  std::atomic<base::HttpHandler*> handler_ = nullptr;
};

class LocalService final : public Service {
 public:
  LocalService(ServeConfig config, base::Log::Sink sink)
      : config_(std::move(config)),
        clock_(base::MakeSystemClock()),
        random_(base::MakeSystemRandom()),
        log_(*clock_, base::LogLevel::kInfo, std::move(sink)),
        metrics_(MakePrometheusMetrics()) {}
  ~LocalService() override { Drain(std::chrono::milliseconds(0)); }

  base::Status Open();
  std::string url() const override { return url_; }
  base::Status Health() const override { return core_->engine().Health(); }
  void Drain(std::chrono::milliseconds patience) override;

 private:
  base::Status OpenStores();
  base::Status MakeCore();
  base::Status MakeHandler();
  base::Status MakeWeb();
  std::string PublicUrl() const;

  const ServeConfig config_;
  const std::unique_ptr<base::Clock> clock_;
  const std::unique_ptr<base::Random> random_;
  base::Log log_;
  const std::unique_ptr<PrometheusMetrics> metrics_;

  // In the order in which they need each other; destroyed the other way round.
  std::optional<stores::DataFolderLock> folder_;
  std::unique_ptr<base::ThreadPool> journal_thread_;
  std::unique_ptr<stores::SqliteJournal> journal_;
  std::unique_ptr<stores::ColdpathDb> db_;
  std::optional<stores::SqliteJobStore> jobs_;
  std::optional<stores::SqliteConnectionStore> connections_;
  std::optional<stores::SqliteQuotaLedger> quota_;
  std::optional<stores::SqliteEntitlements> entitlements_;
  std::unique_ptr<stores::FileObjectStore> objects_;
  std::unique_ptr<stores::FileKeyVault> vault_;
  tasks::ProviderRegistry providers_;
  std::unique_ptr<base::ThreadPool> pool_;
  std::unique_ptr<base::HttpClient> http_;
  std::unique_ptr<NotificationParts> notifications_;
  std::unique_ptr<Core> core_;
  std::unique_ptr<WebAssets> web_;  // null: the API alone
  std::unique_ptr<SignInParts> sign_in_;
  std::unique_ptr<api::ApiHandler> handler_;
  Front front_;
  std::unique_ptr<net::HttpServer> server_;
  std::string url_;
  bool drained_ = false;
  std::atomic<bool> draining_ = false;
};

base::Status LocalService::OpenStores() {
  COLDPATH_ASSIGN_OR_RETURN(auto folder, stores::DataFolderLock::Take(config_.data_folder));
  folder_.emplace(std::move(folder));
  const std::string& data = config_.data_folder;
  journal_thread_ = base::MakeThreadPool(*clock_, 1);
  COLDPATH_ASSIGN_OR_RETURN(journal_,
                            stores::SqliteJournal::Open(data + "/engine.db", *journal_thread_));
  COLDPATH_ASSIGN_OR_RETURN(db_, stores::ColdpathDb::Open(data + "/coldpath.db"));
  jobs_.emplace(*db_);
  connections_.emplace(*db_);
  quota_.emplace(*db_);
  entitlements_.emplace(*db_);
  COLDPATH_ASSIGN_OR_RETURN(objects_, stores::FileObjectStore::Open(data + "/objects"));
  COLDPATH_ASSIGN_OR_RETURN(vault_, stores::FileKeyVault::Open(data + "/vault.key", *random_));
  return {};
}

std::string LocalService::PublicUrl() const {
  if (!config_.public_url.empty()) return config_.public_url;
  return url_;
}

base::Status LocalService::MakeCore() {
  COLDPATH_ASSIGN_OR_RETURN(
      notifications_,
      NotificationParts::Make({*clock_, *random_, *pool_, *metrics_, log_, *db_, *vault_}, config_,
                              PublicUrl()));
  CoreSettings settings;
  settings.definition = BuiltInDefinition();
  if (!config_.workflow_file.empty()) {
    COLDPATH_ASSIGN_OR_RETURN(settings.definition, ReadFile(config_.workflow_file));
    settings.definition_name = config_.workflow_file;
  }
  settings.process_name = "process-" + std::to_string(getpid());
  settings.tasks.quota_scale = config_.quota_scale;
  settings.service.public_url = PublicUrl();
  settings.service.return_origins = config_.return_origins;
  settings.service.allow_loopback_returns = config_.development;
  settings.service.default_concurrency = config_.max_concurrency;
  settings.service.quota_scale = config_.quota_scale;
  settings.service.check_push_address = [this](tasks::PushKind kind, const std::string& address) {
    return notifications_->CheckAddress(kind, address);
  };
  settings.chunk_workers = config_.chunk_workers;
  COLDPATH_ASSIGN_OR_RETURN(
      core_, Core::Make({*clock_, *random_, *pool_, *http_, *metrics_, log_, *journal_, *jobs_,
                         *connections_, *objects_, *quota_, *entitlements_, notifications_->inbox(),
                         notifications_->registry(), notifications_->queue(),
                         notifications_->notifier(), notifications_->events(), *vault_, providers_},
                        std::move(settings)));
  return {};
}

base::Status LocalService::MakeWeb() {
  if (!config_.web) return {};
  std::unique_ptr<WebFiles> files;
  if (!config_.web_folder.empty()) {
    COLDPATH_ASSIGN_OR_RETURN(files, OpenWebFolder(config_.web_folder));
  } else if (!BuiltInWebPack().empty()) {
    COLDPATH_ASSIGN_OR_RETURN(files, OpenPack(BuiltInWebPack()));
  }
  web_ = std::make_unique<WebAssets>(std::move(files), *handler_);
  if (!config_.sign_in.issuer.empty()) web_->AllowConnections({OriginOf(config_.sign_in.issuer)});
  return {};
}

base::Status LocalService::MakeHandler() {
  api::ApiOptions options;
  COLDPATH_ASSIGN_OR_RETURN(sign_in_,
                            SignInParts::Make({*clock_, *pool_, *http_, log_}, config_,
                                              [this](const std::vector<std::string>& origins) {
                                                if (web_ != nullptr)
                                                  web_->AllowConnections(origins);
                                              }));
  sign_in_->FillOptions(options);
  options.version = kProgramVersion;
  options.rate_limit = {config_.requests_per_second, config_.requests_per_second * 5};
  options.openapi_json = kOpenApiJson;
  options.push = notifications_->offer();
  options.entitlement_keys = config_.entitlement_keys;
  options.metrics_text = [this] { return metrics_->Render(); };
  options.ready = [this]() -> base::Status {
    if (draining_.load()) return base::Fail("service.draining", "The service is stopping.");
    COLDPATH_RETURN_IF_ERROR(Health());
    const auto readable = jobs_->ReadOutbox(1);
    return readable ? base::Status() : base::Fail(readable.error());
  };
  handler_ = std::make_unique<api::ApiHandler>(core_->context(), *sign_in_, std::move(options));
  return {};
}

base::Status LocalService::Open() {
  COLDPATH_RETURN_IF_ERROR(CheckSignIn(config_));
  COLDPATH_RETURN_IF_ERROR(AddProviders(config_, providers_));
  COLDPATH_RETURN_IF_ERROR(OpenStores());
  pool_ = base::MakeThreadPool(*clock_, config_.threads);
  http_ = net::MakeHttpClient({}, *pool_);
  net::HttpServerOptions options;
  options.address = config_.address;
  options.port = config_.port;
  COLDPATH_ASSIGN_OR_RETURN(server_, net::StartHttpServer(options, front_));
  url_ = "http://" + config_.address + ":" + std::to_string(server_->port());
  COLDPATH_RETURN_IF_ERROR(MakeCore());
  COLDPATH_RETURN_IF_ERROR(MakeHandler());
  COLDPATH_RETURN_IF_ERROR(MakeWeb());
  COLDPATH_RETURN_IF_ERROR(core_->Start());
  notifications_->Start();
  sign_in_->Start();
  if (web_ != nullptr) {
    front_.Open(web_.get());
  } else {
    front_.Open(handler_.get());
  }
  log_.Info("service_started", {{"address", url_}});
  return {};
}

void LocalService::Drain(std::chrono::milliseconds patience) {
  if (drained_) return;
  drained_ = true;
  draining_.store(true);
  if (server_) server_->Drain(patience);
  if (notifications_) notifications_->Stop();
  if (core_) core_->Shutdown();
  // Nothing may call into the core once it goes.
  if (pool_) pool_->Stop();
  if (server_) log_.Info("service_stopped");
  server_.reset();
}

}  // namespace

base::Result<std::unique_ptr<Service>> Service::Start(const ServeConfig& config,
                                                      base::Log::Sink log) {
  auto service = std::make_unique<LocalService>(config, std::move(log));
  COLDPATH_RETURN_IF_ERROR(service->Open());
  return service;
}

}  // namespace coldpath::app
