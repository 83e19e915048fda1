// One connection of the server: reads requests, hands them to the handler, writes what its
// responder is given.
#ifndef COLDPATH_NET_INTERNAL_SESSION_H_
#define COLDPATH_NET_INTERNAL_SESSION_H_

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/http.h"
#include "net/internal/response_text.h"
#include "net/internal/server_core.h"
#include "net/internal/stream_outbox.h"

namespace coldpath::net::internal {

// Every method is called on the network thread. A session lives as long as the core knows it.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<ServerCore> core, boost::asio::ip::tcp::socket socket);
  ~Session();

  void Start();
  // Answers 503 without reading and closes.
  void Refuse();
  // Closes a connection that stands between two requests.
  void CloseIfIdle();
  void Close();

  // What the responder of the request in hand asks for.
  void Respond(base::HttpResponse response);
  void StartStream(base::HttpResponse head);
  void FlushStream();
  void EndStream();
  // The responder is gone: an answer that is missing becomes a 500, a stream without an end is cut.
  void Abandon();

 private:
  enum class Phase { kIdle, kReading, kHandling, kWriting, kStreaming, kLingering, kClosed };
  struct Input;  // buffer and parser: Boost.Beast, in session.cc only

  void WaitForRequest();
  void ReadHeader();
  void AfterHeader();
  void ReadBody();
  void AfterBody();
  void FailRead(const boost::system::error_code& error);
  std::string CheckedTarget();

  void RespondAndClose(base::HttpResponse response);
  void WriteResponse(base::HttpResponse response, bool keep_alive);
  void AfterResponse(bool keep_alive);
  void Linger();
  void DiscardInput();

  void WatchForClose();
  void WriteStreamPiece(std::string piece, std::size_t payload_bytes, bool last);

  // Runs out unless the phase changes first.
  void SetDeadline(std::chrono::milliseconds after);
  void ClearDeadline();
  void OnDeadline();

  const std::shared_ptr<ServerCore> core_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  std::uint64_t deadline_number_ = 0;
  bool timed_out_ = false;
  Phase phase_ = Phase::kIdle;
  std::string peer_;
  std::unique_ptr<Input> input_;

  // Of the request in hand.
  bool is_head_ = false;
  bool is_http_1_0_ = false;
  bool keep_alive_ = false;

  std::string out_head_;
  std::string out_body_;
  std::shared_ptr<StreamOutbox> outbox_;
  bool stream_writing_ = false;
  bool stream_ended_ = false;
  bool stream_cut_ = false;
  std::array<char, 1024> discard_;
  std::size_t discarded_ = 0;
};

// The responder of one request: turns calls of any thread into work of the network thread.
std::shared_ptr<base::HttpResponder> MakeResponder(std::shared_ptr<ServerCore> core,
                                                   std::weak_ptr<Session> session,
                                                   std::shared_ptr<StreamOutbox> outbox);

}  // namespace coldpath::net::internal

#endif  // COLDPATH_NET_INTERNAL_SESSION_H_
