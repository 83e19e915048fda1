#include "net/internal/session.h"

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <utility>

namespace coldpath::net::internal {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr std::size_t kReadAheadBytes = 64u << 10;

}  // namespace

struct Session::Input {
  explicit Input(std::size_t max_header_bytes) : buffer(max_header_bytes + kReadAheadBytes) {}
  beast::flat_buffer buffer;
  std::optional<http::request_parser<http::string_body>> parser;
};

Session::Session(std::shared_ptr<ServerCore> core, asio::ip::tcp::socket socket)
    : core_(std::move(core)),
      socket_(std::move(socket)),
      timer_(core_->io),
      input_(std::make_unique<Input>(core_->options.max_header_bytes)) {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  const auto peer = socket_.remote_endpoint(ignored);
  peer_ = peer.address().to_string();
}

Session::~Session() = default;

void Session::Start() {
  phase_ = Phase::kIdle;
  SetDeadline(core_->options.read_timeout);
  WaitForRequest();
}

void Session::Refuse() {
  is_http_1_0_ = false;
  RespondAndClose(
      ProblemResponse(503, "The server has as many connections as it takes. Try again soon."));
}

// Waits for the first byte apart from the rest: how long a kept connection may idle and how long a
// request may take to arrive are different times.
void Session::WaitForRequest() {
  if (input_->buffer.size() > 0) return ReadHeader();
  socket_.async_read_some(input_->buffer.prepare(4096),
                          [self = shared_from_this()](const error_code& error, std::size_t size) {
                            if (self->phase_ == Phase::kClosed) return;
                            if (error) return self->Close();
                            self->input_->buffer.commit(size);
                            self->ReadHeader();
                          });
}

void Session::ReadHeader() {
  phase_ = Phase::kReading;
  SetDeadline(core_->options.read_timeout);
  auto& parser = input_->parser.emplace();
  parser.header_limit(static_cast<std::uint32_t>(core_->options.max_header_bytes));
  parser.body_limit(core_->options.max_body_bytes);
  is_head_ = false;
  is_http_1_0_ = false;
  http::async_read_header(socket_, input_->buffer, parser,
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                            if (self->phase_ == Phase::kClosed) return;
                            if (error) return self->FailRead(error);
                            self->AfterHeader();
                          });
}

void Session::AfterHeader() {
  const auto& head = input_->parser->get();
  is_head_ = head.method() == http::verb::head;
  is_http_1_0_ = head.version() < 11;
  if (head.count(http::field::transfer_encoding) > 0 &&
      head.count(http::field::content_length) > 0) {
    // Two lengths are how requests are smuggled past a proxy (RFC 9112 section 6.1).
    return RespondAndClose(
        ProblemResponse(400, "The request has both Content-Length and Transfer-Encoding."));
  }
  if (!is_http_1_0_ && head.count(http::field::host) != 1) {
    return RespondAndClose(
        ProblemResponse(400, "The request does not have exactly one Host field."));
  }
  const auto expected = head[http::field::expect];
  if (!expected.empty() && !beast::iequals(expected, "100-continue")) {
    return RespondAndClose(
        ProblemResponse(417, "The only expectation that is met here is 100-continue."));
  }
  if (expected.empty() || is_http_1_0_ || input_->parser->is_done()) return ReadBody();
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(socket_, asio::buffer(kContinue),
                    [self = shared_from_this()](const error_code& error, std::size_t) {
                      if (self->phase_ == Phase::kClosed) return;
                      if (error) return self->FailRead(error);
                      self->ReadBody();
                    });
}

void Session::ReadBody() {
  if (input_->parser->is_done()) return AfterBody();
  http::async_read(socket_, input_->buffer, *input_->parser,
                   [self = shared_from_this()](const error_code& error, std::size_t) {
                     if (self->phase_ == Phase::kClosed) return;
                     if (error) return self->FailRead(error);
                     self->AfterBody();
                   });
}

void Session::FailRead(const error_code& error) {
  if (timed_out_) {
    return RespondAndClose(ProblemResponse(408, "The request did not arrive in time."));
  }
  if (error == http::error::body_limit) {
    return RespondAndClose(ProblemResponse(413, "The body of a request may have " +
                                                    std::to_string(core_->options.max_body_bytes) +
                                                    " bytes."));
  }
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return RespondAndClose(
        ProblemResponse(431, "The head of a request may have " +
                                 std::to_string(core_->options.max_header_bytes) + " bytes."));
  }
  const bool cut_off = error == http::error::end_of_stream || error == http::error::partial_message;
  if (!cut_off && error.category() == http::make_error_code(http::error::bad_value).category()) {
    return RespondAndClose(
        ProblemResponse(400, "The request is not HTTP/1.1: " + error.message() + "."));
  }
  Close();  // The client has gone.
}

void Session::AfterBody() {
  ClearDeadline();
  auto message = input_->parser->release();
  input_->parser.reset();
  keep_alive_ = message.keep_alive();
  auto target = OriginForm(std::string_view(message.target().data(), message.target().size()));
  if (!target) {
    return RespondAndClose(
        ProblemResponse(400, "The target of the request is neither a path nor a URL."));
  }
  base::HttpRequest request;
  request.method = std::string(message.method_string());
  request.url = *std::move(target);
  for (const auto& field : message) {
    request.headers.Add(std::string(field.name_string()), std::string(field.value()));
  }
  request.body = std::move(message.body());

  phase_ = Phase::kHandling;
  outbox_ = std::make_shared<StreamOutbox>(core_->options.max_stream_buffer_bytes);
  auto responder = MakeResponder(core_, weak_from_this(), outbox_);
  try {
    core_->handler.Handle(std::move(request), peer_, std::move(responder));
  } catch (const std::exception&) {
    // Unwinding dropped the handler's responder, which answers 500.
  }
}

void Session::Respond(base::HttpResponse response) {
  if (phase_ != Phase::kHandling) return;
  WriteResponse(std::move(response), keep_alive_ && !core_->draining);
}

void Session::Abandon() {
  if (phase_ == Phase::kHandling) {
    return RespondAndClose(ProblemResponse(500, "The request could not be answered."));
  }
  if (phase_ != Phase::kStreaming) return;
  stream_cut_ = true;
  FlushStream();
}

void Session::CloseIfIdle() {
  if (phase_ == Phase::kIdle) Close();
}

void Session::Close() {
  if (phase_ == Phase::kClosed) return;
  const auto self = shared_from_this();  // The core may hold the last other reference.
  phase_ = Phase::kClosed;
  ClearDeadline();
  if (outbox_ != nullptr) outbox_->Close();
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
  core_->Remove(self);
}

}  // namespace coldpath::net::internal
