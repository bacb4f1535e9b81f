#include "support/fake_account.h"

#include "json/scanner.h"
#include "json/writer.h"

namespace riposte::testing_support {

using base::Errc;
using base::Error;
using respond::Reply;

namespace {

Reply refused(std::string code) {
  return {.answer = "{}", .code = std::move(code), .request_id = {}};
}

}  // namespace

base::Result<Reply> FakeAccount::call(const respond::AccountCall& call) {
  const Fault fault = before_call ? before_call(call) : Fault::None;
  const std::string text = respond::to_text(call.operation) + " " + std::string(call.with);
  calls.push_back(text);
  if (respond::changes_something(call.operation)) changes.push_back(text);
  const std::string request = "request-" + std::to_string(++requests_);
  switch (fault) {
    case Fault::None:
      break;
    case Fault::Refuse:
      return Reply{
          .answer = "{}", .code = "AccessDenied", .message = "you may not", .request_id = request};
    case Fault::Throttle:
      return Reply{.answer = "{}", .code = "ThrottlingException", .request_id = request};
    case Fault::Unsent:
      return Error{Errc::Denied, "there are no credentials"};
    case Fault::LostBefore:
      return Error{Errc::Io, "the connection was closed"};
    case Fault::LostAfter:
      static_cast<void>(answer(call));
      return Error{Errc::Io, "timed out"};
    case Fault::FaultBefore:
      return Reply{.answer = "{}", .code = "InternalFailure", .request_id = request};
    case Fault::FaultAfter:
      static_cast<void>(answer(call));
      return Reply{.answer = "{}", .code = "InternalFailure", .request_id = request};
  }
  Reply reply = answer(call);
  reply.request_id = request;
  return reply;
}

Reply FakeAccount::answer(const respond::AccountCall& call) {
  const json::OwnedDocument document = json::OwnedDocument::parse(call.with).value();
  const auto with = [&](std::string_view key) {
    return std::string(document.root().string_at(key));
  };
  const std::string& name = call.operation.name;
  const std::string token(call.idempotency);
  json::Writer writer;
  if (name == "GetItem") {
    const auto item = items.find(with("Key"));
    if (item == items.end()) return refused("NoSuchItem");
    Copy& copy = copies_[item->first];
    writer.object([&] {
      writer.field("Key", item->first);
      writer.field("Value", copy.reads-- > 0 ? copy.value : item->second);
    });
  } else if (name == "PutItem") {
    std::string& value = items[with("Key")];
    writer.object([&] {
      writer.field("Key", with("Key"));
      writer.field("Previous", value);
      writer.field("Secret", "hunter2");
    });
    copies_[with("Key")] = {value, lag};
    value = with("Value");
    ++effects[token];
  } else if (name == "CreateGroup") {
    std::string& id = groups_by_token_[token];
    if (id.empty()) {
      id = "g-" + std::to_string(groups_by_token_.size());
      groups[id] = with("Name");
      ++effects[token];
    }
    writer.object([&] { writer.key("Group").object([&] { writer.field("Id", id); }); });
  } else if (name == "DeleteGroup") {
    if (groups.erase(with("Id")) == 0) return refused("NoSuchGroup");
    ++effects[token];
    writer.object([] {});
  } else if (name == "ListGroups") {
    writer.object([&] {
      writer.key("Groups").array([&] {
        for (const auto& [id, group] : groups) {
          writer.object([&] {
            writer.field("Id", id);
            writer.field("Name", group);
          });
        }
      });
    });
  } else {
    return refused("UnknownOperation");
  }
  return {.answer = std::move(writer).take(), .request_id = {}};
}

}  // namespace riposte::testing_support
