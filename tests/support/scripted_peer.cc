#include "support/scripted_peer.h"

#include <cstdlib>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace riposte::testing_support {
namespace {

void must(bool held) {
  if (!held) std::abort();
}

// Bytes of the body that the head of a request announces.
std::size_t content_length(const std::string& head) {
  const std::size_t at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
}

}  // namespace

Answer answer(int status, const std::string& body, const std::string& headers) {
  return {"HTTP/1.1 " + std::to_string(status) + " Scripted\r\n" + headers +
              "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
          false};
}

ScriptedPeer::ScriptedPeer(std::vector<Step> steps) : steps_(std::move(steps)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  must(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  must(::listen(listener_, 16) == 0);
  socklen_t size = sizeof address;
  must(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  must(::pipe(wake_) == 0);
  thread_ = std::thread([this] { serve(); });
}

ScriptedPeer::~ScriptedPeer() {
  ::close(wake_[1]);
  thread_.join();
  ::close(wake_[0]);
  ::close(listener_);
}

std::string ScriptedPeer::host() const { return "127.0.0.1:" + std::to_string(port_); }

std::vector<std::string> ScriptedPeer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

// False when the peer shall stop.
bool ScriptedPeer::wait_for(int descriptor, short events) const {
  pollfd polled[2] = {{descriptor, events, 0}, {wake_[0], POLLIN, 0}};
  must(::poll(polled, 2, -1) > 0);
  return polled[1].revents == 0;
}

void ScriptedPeer::serve() {
  while (wait_for(listener_, POLLIN)) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    ++connection_count_;
    serve_connection(connection);
    ::close(connection);
  }
}

void ScriptedPeer::serve_connection(int connection) {
  std::string held;
  while (true) {
    std::size_t head_end;
    while ((head_end = held.find("\r\n\r\n")) == std::string::npos ||
           held.size() < head_end + 4 + content_length(held.substr(0, head_end + 2))) {
      char room[4096];
      if (!wait_for(connection, POLLIN)) return;
      const ssize_t count = ::recv(connection, room, sizeof room, 0);
      if (count <= 0) return;
      held.append(room, static_cast<std::size_t>(count));
    }
    const std::size_t size = head_end + 4 + content_length(held.substr(0, head_end + 2));
    std::size_t number;
    {
      const std::lock_guard lock(mutex_);
      number = requests_.size();
      requests_.push_back(held.substr(0, size));
    }
    held.erase(0, size);
    if (!take_step(connection, steps_[std::min(number, steps_.size() - 1)])) return;
  }
}

// False when the connection is over.
bool ScriptedPeer::take_step(int connection, const Step& step) {
  if (const auto* given = std::get_if<Answer>(&step)) {
    ::send(connection, given->bytes.data(), given->bytes.size(), MSG_NOSIGNAL);
    return !given->close;
  }
  if (std::holds_alternative<Reset>(step)) {
    const linger now{1, 0};
    ::setsockopt(connection, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    return false;
  }
  if (const auto* endless = std::get_if<Endless>(&step)) {
    std::string bytes = endless->head;
    while (wait_for(connection, POLLOUT) &&
           ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0) {
      bytes.assign(1024, 'x');
    }
    return false;
  }
  char rest;
  while (wait_for(connection, POLLIN) && ::recv(connection, &rest, 1, 0) > 0) {
  }
  return false;
}

}  // namespace riposte::testing_support
