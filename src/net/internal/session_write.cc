// The sending half of Session: responses, streams, and the orderly end of a connection.
#include <boost/asio/write.hpp>
#include <utility>

#include "net/internal/session.h"

namespace coldpath::net::internal {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// An error answer is followed by reading what the client still sends, or the answer could be lost
// with the reset that closing over unread bytes causes (RFC 9112 section 9.6). Bounded, so that
// nobody can keep us listening.
constexpr std::chrono::milliseconds kLingerTime{1'000};
constexpr std::size_t kLingerBytes = 1u << 20;

}  // namespace

void Session::RespondAndClose(base::HttpResponse response) {
  WriteResponse(std::move(response), false);
}

void Session::WriteResponse(base::HttpResponse response, bool keep_alive) {
  phase_ = Phase::kWriting;
  timed_out_ = false;
  SetDeadline(core_->options.write_timeout);
  const bool send_body = !is_head_ && StatusHasBody(response.status);
  out_head_ = RenderHead(response, {.server_name = core_->options.server_name,
                                    .now = core_->clock->Now(),
                                    .framing = Framing::kContentLength,
                                    .keep_alive = keep_alive,
                                    .http_1_0 = is_http_1_0_});
  out_body_ = send_body ? std::move(response.body) : std::string();
  const std::array<asio::const_buffer, 2> buffers = {asio::buffer(out_head_),
                                                     asio::buffer(out_body_)};
  asio::async_write(socket_, buffers,
                    [self = shared_from_this(), keep_alive](const error_code& error, std::size_t) {
                      if (self->phase_ == Phase::kClosed) return;
                      if (error) return self->Close();
                      self->AfterResponse(keep_alive);
                    });
}

void Session::AfterResponse(bool keep_alive) {
  out_body_ = {};
  outbox_.reset();
  if (!keep_alive) return Linger();
  if (core_->draining) return Close();
  phase_ = Phase::kIdle;
  SetDeadline(core_->options.idle_timeout);
  WaitForRequest();
}

void Session::Linger() {
  phase_ = Phase::kLingering;
  SetDeadline(kLingerTime);
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  DiscardInput();
}

void Session::DiscardInput() {
  socket_.async_read_some(asio::buffer(discard_),
                          [self = shared_from_this()](const error_code& error, std::size_t size) {
                            if (self->phase_ == Phase::kClosed) return;
                            self->discarded_ += size;
                            if (error || self->discarded_ > kLingerBytes) return self->Close();
                            self->DiscardInput();
                          });
}

void Session::StartStream(base::HttpResponse head) {
  if (phase_ != Phase::kHandling) return;
  phase_ = Phase::kStreaming;
  if (is_head_ || !StatusHasBody(head.status)) {
    outbox_->Close();
    return RespondAndClose(std::move(head));
  }
  // A stream ends its connection: nothing is gained by keeping it, and its end is then visible to
  // every client.
  std::string text =
      RenderHead(head, {.server_name = core_->options.server_name,
                        .now = core_->clock->Now(),
                        .framing = is_http_1_0_ ? Framing::kUntilClose : Framing::kChunked,
                        .keep_alive = false,
                        .http_1_0 = is_http_1_0_});
  WatchForClose();
  WriteStreamPiece(std::move(text), 0, false);
}

// While we stream, the client has nothing to say: what it sends is dropped, and its end of file
// means that it left.
void Session::WatchForClose() {
  socket_.async_read_some(asio::buffer(discard_),
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                            if (self->phase_ != Phase::kStreaming) return;
                            if (error) return self->Close();
                            self->WatchForClose();
                          });
}

void Session::FlushStream() {
  if (phase_ != Phase::kStreaming || stream_writing_) return;
  const std::string bytes = outbox_->Take();
  if (!bytes.empty()) {
    return WriteStreamPiece(is_http_1_0_ ? bytes : RenderChunk(bytes), bytes.size(), false);
  }
  if (stream_cut_) return Close();
  if (!stream_ended_) return;
  outbox_->Close();
  if (is_http_1_0_) return Close();
  WriteStreamPiece(std::string(kLastChunk), 0, true);
}

void Session::EndStream() {
  stream_ended_ = true;
  FlushStream();
}

void Session::WriteStreamPiece(std::string piece, std::size_t payload_bytes, bool last) {
  stream_writing_ = true;
  SetDeadline(core_->options.write_timeout);
  out_body_ = std::move(piece);
  asio::async_write(
      socket_, asio::buffer(out_body_),
      [self = shared_from_this(), payload_bytes, last](const error_code& error, std::size_t) {
        if (self->phase_ == Phase::kClosed) return;
        self->ClearDeadline();
        self->stream_writing_ = false;
        if (error || last) return self->Close();
        self->outbox_->MarkSent(payload_bytes);
        self->FlushStream();
      });
}

void Session::SetDeadline(std::chrono::milliseconds after) {
  timed_out_ = false;
  timer_.expires_after(after);
  timer_.async_wait(
      [self = shared_from_this(), number = ++deadline_number_](const error_code& error) {
        // The number tells a deadline that was replaced while its expiry was already queued.
        if (!error && number == self->deadline_number_) self->OnDeadline();
      });
}

void Session::ClearDeadline() {
  ++deadline_number_;
  timer_.cancel();
}

void Session::OnDeadline() {
  if (phase_ != Phase::kReading) return Close();
  // The pending read ends with an error and answers 408.
  timed_out_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

}  // namespace coldpath::net::internal
