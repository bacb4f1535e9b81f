#pragma once

// An HTTP server on a loopback port that does what a script says, good or bad. Each request takes
// the next step of the script; when the steps are over the last one is repeated.
//
//     ScriptedPeer peer({Answer{"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n"}, Reset{}});
//     request.host = peer.host();
//
// Threads: one of its own; requests() may be called when the answers have arrived.

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace riposte::testing_support {

struct Answer {
  std::string bytes;   // status line, headers and body, as they go over the wire
  bool close = false;  // afterwards
};
struct Reset {};  // ends the connection with a reset, without an answer
struct Stall {};  // takes the request and never answers
struct Endless {  // `head`, then bytes as fast as they are taken, for ever
  std::string head;
};
using Step = std::variant<Answer, Reset, Stall, Endless>;

// An answer with a body and its Content-Length.
Answer answer(int status, const std::string& body, const std::string& headers = {});

class ScriptedPeer {
 public:
  explicit ScriptedPeer(std::vector<Step> steps);
  ~ScriptedPeer();
  ScriptedPeer(const ScriptedPeer&) = delete;
  ScriptedPeer& operator=(const ScriptedPeer&) = delete;

  std::string host() const;  // "127.0.0.1:port"

  // The bytes of each request so far: head and body.
  std::vector<std::string> requests() const;
  std::size_t connection_count() const { return connection_count_; }

 private:
  void serve();
  void serve_connection(int connection);
  bool take_step(int connection, const Step& step);
  bool wait_for(int connection, short events) const;

  const std::vector<Step> steps_;
  int listener_ = -1;
  int wake_[2] = {-1, -1};  // closed to stop
  int port_ = 0;
  std::atomic<std::size_t> connection_count_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace riposte::testing_support
