#pragma once

// A transport without sockets: a function answers, and every request is kept.

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "net/transport.h"

namespace riposte::testing_support {

class ScriptedTransport final : public net::Transport {
 public:
  using Respond = std::function<base::Result<net::HttpResponse>(const net::HttpRequest&)>;

  explicit ScriptedTransport(Respond respond) : respond_(std::move(respond)) {}
  // The answers in their order, the last one again and again.
  explicit ScriptedTransport(std::vector<base::Result<net::HttpResponse>> answers)
      : respond_([this, listed = std::move(answers)](const net::HttpRequest&) {
          return listed[std::min(requests.size(), listed.size()) - 1];
        }) {}

  base::Result<net::HttpResponse> send(const net::HttpRequest& request,
                                       const net::SendOptions& given) override {
    requests.push_back(request);
    options.push_back(given);
    return respond_(request);
  }

  std::vector<net::HttpRequest> requests;
  std::vector<net::SendOptions> options;

 private:
  Respond respond_;
};

}  // namespace riposte::testing_support
