// Published answers of AWS services: XML as it was sent and what must be read from it, and answers
// as an SDK gave them. The latter are put back into the form that their service sends, by a peer of
// ours in this file, and must be read again as they were.

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include "api_values.h"
#include "aws/catalogue.h"
#include "aws/cbor.h"
#include "aws/input.h"
#include "aws/json_body.h"
#include "aws/json_text.h"
#include "aws/protocol.h"
#include "aws/xml_body.h"
#include "base/text.h"
#include "json/writer.h"
#include "suites.h"

namespace riposte::conformance {
namespace {

using ServicePointer = std::shared_ptr<const aws::Service>;

// Models of every service that botocore knows, for those that are not in the binary.
std::string model_folder() {
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(RIPOSTE_SOURCE_DIR "/build/venv/lib", error)) {
    const std::filesystem::path data = entry.path() / "site-packages/botocore/data";
    if (std::filesystem::is_directory(data, error)) return data.string();
  }
  return {};
}

// "describe-instances" names DescribeInstances.
const aws::Operation* operation_by_words(const aws::Service& service, std::string words) {
  std::erase(words, '-');
  for (const aws::Operation& operation : service.operations()) {
    if (base::equals_ignore_case(operation.name, words)) return &operation;
  }
  return nullptr;
}

std::string differ(std::string_view expected, std::string_view found) {
  return expected == found ? std::string() : fmt::format("expected {}, found {}", expected, found);
}

// Takes a member off an object.
aws::Value take(aws::Value& value, std::string_view name) {
  aws::Value::Object* object = value.object();
  if (object == nullptr) return {};
  const auto found = std::find_if(object->begin(), object->end(),
                                  [name](const auto& member) { return member.name == name; });
  if (found == object->end()) return {};
  aws::Value taken = std::move(found->value);
  object->erase(found);
  return taken;
}

// botocore opens some texts that are JSON; riposte gives what the service sent, so ours are opened
// where an object is wanted.
void open_json_texts(const aws::Value& wanted, aws::Value& found) {
  if (wanted.object() != nullptr && found.text() != nullptr) {
    const auto json = aws::JsonText::parse(*found.text());
    if (json.ok()) found = aws::from_json(json->root());
  }
  if (wanted.object() != nullptr && found.object() != nullptr) {
    for (aws::Value::Member& member : *found.object()) {
      const aws::Value* inner = wanted.find(member.name);
      if (inner != nullptr) open_json_texts(*inner, member.value);
    }
  }
  if (wanted.list() != nullptr && found.list() != nullptr) {
    for (std::size_t i = 0; i < std::min(wanted.list()->size(), found.list()->size()); ++i)
      open_json_texts((*wanted.list())[i], (*found.list())[i]);
  }
}

// What a file of XML answers asks of each row.
class XmlAnswers {
 public:
  explicit XmlAnswers(aws::Catalogue& catalogue) : catalogue_(catalogue) {}

  void run(const json::Node& row, bool is_error, Part& part) {
    const std::string name(row.string_at("name"));
    const std::size_t dash = std::min(name.find('-'), name.size());
    const auto service = catalogue_.service(name.substr(0, dash));
    if (!service.ok()) return part.note(name + ": " + service.error().message);
    const aws::Operation* operation =
        operation_by_words(**service, name.substr(std::min(dash + 1, name.size())));
    if (operation == nullptr && is_error) operation = &(*service)->operations().front();
    if (operation == nullptr) return part.note(name + ": the model has no such operation any more");
    const auto expected = aws::JsonText::parse(row.find("expected")->text);
    const aws::Answer answer = aws::parse(
        **service, *operation, {is_error ? 400 : 200, {}, std::string(row.string_at("xml"))});
    aws::Value wanted = aws::from_json(expected->root());
    part.judge(name, is_error ? complain_of_error(wanted, answer)
                              : complain(**service, *operation, std::move(wanted), answer));
  }

 private:
  static std::string complain_of_error(const aws::Value& wanted, const aws::Answer& answer) {
    if (!answer.error) return "no error was read";
    const std::string_view id = wanted.text_at("ResponseMetadata.RequestId");
    std::string complaint = differ(wanted.text_at("Error.Code"), answer.error->code);
    if (complaint.empty())
      complaint = differ(wanted.text_at("Error.Message"), answer.error->message);
    return complaint.empty() && !id.empty() ? differ(id, answer.request_id) : complaint;
  }

  static std::string complain(const aws::Service& service, const aws::Operation& operation,
                              aws::Value wanted, const aws::Answer& answer) {
    if (answer.error) return answer.error->code + ": " + answer.error->message;
    const aws::Value metadata = take(wanted, "ResponseMetadata");
    if (operation.output) wanted = as_modelled(service, *operation.output, std::move(wanted));
    aws::Value found = answer.output;
    open_json_texts(wanted, found);
    const std::string complaint = differ(canonical(wanted), canonical(found));
    const std::string_view id = metadata.text_at("RequestId");
    return complaint.empty() && !id.empty() ? differ(id, answer.request_id) : complaint;
  }

  aws::Catalogue& catalogue_;
};

// The response that a service would send for an output or an error: what riposte reads, written by
// the model alone.
class Peer {
 public:
  Peer(const aws::Service& service, const aws::Operation& operation)
      : service_(service), operation_(operation) {}

  net::HttpResponse refuse(int status, const aws::Value& error) const {
    const std::string code(error.text_at("Error.Code"));
    const std::string message(error.text_at("Error.Message"));
    net::HttpResponse response;
    response.status = status;
    const aws::Protocol protocol = service_.protocol();
    if (protocol == aws::Protocol::Json || protocol == aws::Protocol::RestJson) {
      response.body =
          aws::to_json(aws::Value::Object{{"__type", "x#" + code}, {"message", message}});
      return response;
    }
    const std::string inner = "<Error><Code>" + escaped(code) + "</Code><Message>" +
                              escaped(message) + "</Message></Error>";
    response.body =
        protocol == aws::Protocol::Ec2     ? "<Response><Errors>" + inner + "</Errors></Response>"
        : protocol == aws::Protocol::Query ? "<ErrorResponse>" + inner + "</ErrorResponse>"
                                           : inner;
    return response;
  }

  net::HttpResponse answer(int status, const aws::Value& output) const {
    net::HttpResponse response;
    response.status = status;
    if (!operation_.output) return response;
    const std::string name(operation_.name);
    switch (service_.protocol()) {
      case aws::Protocol::Ec2:
        response.body = aws::write_xml(service_, *operation_.output, name + "Response", output);
        break;
      case aws::Protocol::Query:
        response.body =
            "<R>" + aws::write_xml(service_, *operation_.output, wrapper(), output) + "</R>";
        break;
      case aws::Protocol::Cbor:
        response.body = aws::write_cbor(service_, *operation_.output, output);
        break;
      case aws::Protocol::Json:
        response.body = aws::write_json(service_, *operation_.output, output);
        break;
      default:
        answer_rest(output, response);
    }
    return response;
  }

 private:
  static std::string escaped(std::string_view text) {
    std::string out;
    for (char c : text)
      out += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
    return out;
  }

  std::string wrapper() const {
    return operation_.result_wrapper.empty() ? std::string(operation_.name) + "Result"
                                             : std::string(operation_.result_wrapper);
  }

  void answer_rest(const aws::Value& output, net::HttpResponse& response) const {
    const aws::Shape& shape = service_.shape(*operation_.output);
    for (const aws::Member& member : service_.members(shape)) {
      const aws::Value* value = output.find(member.name);
      if (value == nullptr) continue;
      if (member.location == aws::Location::Header) {
        response.headers.push_back(
            {std::string(member.wire_name()),
             aws::scalar_text(*value, member.time_format, aws::TimeFormat::Rfc822)});
      }
      if (member.location == aws::Location::HeaderMap && value->object() != nullptr) {
        for (const aws::Value::Member& entry : *value->object()) {
          response.headers.push_back(
              {std::string(member.wire_name()) + entry.name, std::string(*entry.value.text())});
        }
      }
    }
    const bool is_json = service_.protocol() == aws::Protocol::RestJson;
    if (shape.payload < 0) {
      response.body = is_json ? aws::write_json(service_, *operation_.output, output)
                              : aws::write_xml(service_, *operation_.output, "Output", output);
      return;
    }
    const aws::Member& payload = service_.members(shape)[static_cast<std::size_t>(shape.payload)];
    const aws::Value* value = output.find(payload.name);
    if (value == nullptr) return;
    if (value->blob() != nullptr || value->text() != nullptr) {
      response.body = value->blob() != nullptr ? value->blob()->bytes : *value->text();
    } else {
      response.body = is_json ? aws::write_json(service_, payload, *value)
                              : aws::write_xml(service_, payload, payload.wire_name(), *value);
    }
  }

  const aws::Service& service_;
  const aws::Operation& operation_;
};

// Times are {"__class__":"datetime","year":...} in recorded answers.
aws::Value with_times(aws::Value value) {
  if (aws::Value::List* list = value.list()) {
    for (aws::Value& item : *list)
      item = with_times(std::move(item));
  }
  if (value.text_at("__class__") == "datetime") {
    const auto part = [&](std::string_view name) {
      const aws::Value* found = value.find(name);
      return found == nullptr || found->integer() == nullptr ? 0 : *found->integer();
    };
    const auto time = base::parse_time(fmt::format(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", part("year"), part("month"), part("day"),
        part("hour"), part("minute"), part("second"), part("microsecond")));
    return time ? aws::Value(*time) : value;
  }
  if (aws::Value::Object* object = value.object()) {
    for (aws::Value::Member& member : *object)
      member.value = with_times(std::move(member.value));
  }
  return value;
}

// Leaves out what the model does not know, and names it; XML has no nulls either.
void prune(const aws::Service& service, const aws::Member& member, aws::Value& value,
           const std::string& path, Part& part) {
  const aws::Shape& shape = service.shape(member);
  if (shape.is_document || member.json_value) return;
  if (aws::Value::List* list = value.list(); list != nullptr && shape.type == aws::Type::List) {
    for (aws::Value& item : *list)
      prune(service, service.element(shape), item, path, part);
  }
  aws::Value::Object* object = value.object();
  if (object == nullptr || shape.type == aws::Type::List) return;
  std::erase_if(*object, [&](aws::Value::Member& entry) {
    const aws::Member* inner =
        shape.type == aws::Type::Map ? &service.value(shape) : service.member(shape, entry.name);
    if (inner == nullptr) part.note(path + '.' + entry.name + ": not in the model");
    if (inner == nullptr || entry.value.is_null()) return true;
    prune(service, *inner, entry.value, path + '.' + entry.name, part);
    return false;
  });
}

// The first value that is of another type than the model's, or empty.
std::string misfit_of(const aws::Service& service, const aws::Operation& operation,
                      aws::Value output) {
  aws::Operation taking = operation;
  taking.input = operation.output;
  for (const aws::Problem& problem : aws::conform(service, taking, output)) {
    if (problem.message.starts_with("expected ")) return to_text(problem);
  }
  return {};
}

// An SDK gives lists and maps that were not sent where the wire cannot tell them from empty ones.
bool is_empty(const aws::Value& value) {
  return (value.list() != nullptr && value.list()->empty()) ||
         (value.object() != nullptr && value.object()->empty());
}

void without_empty(aws::Value& value) {
  if (aws::Value::List* list = value.list()) {
    for (aws::Value& item : *list)
      without_empty(item);
  }
  if (aws::Value::Object* object = value.object()) {
    for (aws::Value::Member& member : *object)
      without_empty(member.value);
    std::erase_if(*object, [](const aws::Value::Member& member) { return is_empty(member.value); });
  }
}

// A status that the model gives as a member, and did not when the answer was recorded.
void drop_new_status(const aws::Service& service, const aws::Operation& operation,
                     const aws::Value& recorded, aws::Value& found) {
  if (!operation.output || found.object() == nullptr) return;
  for (const aws::Member& member : service.members(service.shape(*operation.output))) {
    if (member.location == aws::Location::Status && recorded.find(member.name) == nullptr) {
      take(found, member.name);
    }
  }
}

void run_recorded(aws::Catalogue& catalogue, const json::Node& row, Part& part, std::size_t line) {
  const std::string service_name(row.string_at("service"));
  const std::string operation_name(row.string_at("operation"));
  const std::string id =
      fmt::format("{}:{} {} {}", part.name(), line, service_name, operation_name);
  std::string folder = service_name;
  if (catalogue.service(folder).ok() == false) std::erase(folder, '-');
  const auto service = catalogue.service(folder);
  if (!service.ok()) return part.fail(id, service.error().message);
  const aws::Operation* operation = (*service)->operation(operation_name);
  if (operation == nullptr) return part.fail(id, "the model has no such operation");
  const auto json = aws::JsonText::parse(row.find("data")->text);
  if (!json.ok()) return part.fail(id, json.error().message);
  const int status = static_cast<int>(row.find("status_code")->number().value_or(200));
  aws::Value data = with_times(aws::from_json(json->root()));
  take(data, "ResponseMetadata");
  const Peer peer(**service, *operation);
  if (status >= 400) {
    const aws::Answer answer = aws::parse(**service, *operation, peer.refuse(status, data));
    std::string complaint =
        answer.error ? differ(data.text_at("Error.Code"), answer.error->code) : "no error was read";
    if (complaint.empty()) complaint = differ(data.text_at("Error.Message"), answer.error->message);
    return part.judge(id, complaint);
  }
  if (operation->output) {
    prune(**service, *operation->output, data, id, part);
    data = as_modelled(**service, *operation->output, std::move(data));
    const std::string misfit = misfit_of(**service, *operation, data);
    if (!misfit.empty()) return part.note(id + ": the model says otherwise: " + misfit);
  } else {
    data = aws::Value::Object();
  }
  aws::Answer answer = aws::parse(**service, *operation, peer.answer(status, data));
  if (answer.error) return part.fail(id, answer.error->code + ": " + answer.error->message);
  without_empty(data);
  without_empty(answer.output);
  drop_new_status(**service, *operation, data, answer.output);
  part.judge(id, differ(canonical(data), canonical(answer.output)));
}

void run_xml(const Setting& setting, aws::Catalogue& catalogue, const std::string& file,
             bool is_error, Report& report) {
  const auto text = setting.corpus.read("api/" + file, report);
  if (!text) return;
  Part& part = report.part(stem_of(file));
  XmlAnswers answers(catalogue);
  each_row(*text, part,
           [&](const json::Node& row, std::size_t) { answers.run(row, is_error, part); });
}

}  // namespace

void run_xml(const Setting& setting, Report& report) {
  aws::Catalogue catalogue(model_folder());
  run_xml(setting, catalogue, "xml_errors.jsonl", true, report);
  run_xml(setting, catalogue, "xml_responses.jsonl.gz", false, report);
  const auto text = setting.corpus.read("api/recorded_responses.jsonl.gz", report);
  if (!text) return;
  Part& part = report.part("recorded_responses");
  each_row(*text, part, [&](const json::Node& row, std::size_t line) {
    run_recorded(catalogue, row, part, line);
  });
}

}  // namespace riposte::conformance
