#include "event/text_log.h"

#include <algorithm>
#include <span>

#include "base/percent.h"
#include "base/text.h"
#include "event/api_gateway.h"
#include "event/record_writer.h"
#include "event/service_text.h"
#include "event/syslog.h"

namespace riposte::event {
namespace {

using Names = std::span<const std::string_view>;

// docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html: the default format, and what a
// header may name besides.
constexpr std::string_view kFlowDefault[] = {
    "version",  "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport",
    "protocol", "packets",    "bytes",        "start",   "end",     "action",  "log-status"};

// .../elasticloadbalancing/latest/application/load-balancer-access-logs.html
constexpr std::string_view kAlb[] = {"type",
                                     "time",
                                     "elb",
                                     "client",
                                     "target",
                                     "request_processing_time",
                                     "target_processing_time",
                                     "response_processing_time",
                                     "elb_status_code",
                                     "target_status_code",
                                     "received_bytes",
                                     "sent_bytes",
                                     "request",
                                     "user_agent",
                                     "ssl_cipher",
                                     "ssl_protocol",
                                     "target_group_arn",
                                     "trace_id",
                                     "domain_name",
                                     "chosen_cert_arn",
                                     "matched_rule_priority",
                                     "request_creation_time",
                                     "actions_executed",
                                     "redirect_url",
                                     "error_reason",
                                     "target_port_list",
                                     "target_status_code_list",
                                     "classification",
                                     "classification_reason",
                                     "conn_trace_id"};
constexpr std::size_t kAlbLeast = 14;  // up to the user agent
constexpr std::string_view kAlbTypes[] = {"http", "https", "h2", "grpcs", "ws", "wss"};

// .../elasticloadbalancing/latest/classic/access-log-collection.html
constexpr std::string_view kClassicElb[] = {"time",
                                            "elb",
                                            "client",
                                            "backend",
                                            "request_processing_time",
                                            "backend_processing_time",
                                            "response_processing_time",
                                            "elb_status_code",
                                            "backend_status_code",
                                            "received_bytes",
                                            "sent_bytes",
                                            "request",
                                            "user_agent",
                                            "ssl_cipher",
                                            "ssl_protocol"};
constexpr std::size_t kClassicElbLeast = 12;

// .../elasticloadbalancing/latest/network/load-balancer-access-logs.html
constexpr std::string_view kNlb[] = {"type",
                                     "version",
                                     "time",
                                     "elb",
                                     "listener",
                                     "client",
                                     "destination",
                                     "connection_time",
                                     "tls_handshake_time",
                                     "received_bytes",
                                     "sent_bytes",
                                     "incoming_tls_alert",
                                     "chosen_cert_arn",
                                     "chosen_cert_serial",
                                     "tls_cipher",
                                     "tls_protocol_version",
                                     "tls_named_group",
                                     "domain_name",
                                     "alpn_fe_protocol",
                                     "alpn_be_protocol",
                                     "alpn_client_preference_list",
                                     "tls_connection_creation_time"};
constexpr std::size_t kNlbLeast = 11;

// .../AmazonS3/latest/userguide/LogFormat.html
constexpr std::string_view kS3[] = {"bucketowner",    "bucket",
                                    "time",           "remoteip",
                                    "requester",      "requestid",
                                    "operation",      "key",
                                    "request",        "httpstatus",
                                    "errorcode",      "bytessent",
                                    "objectsize",     "totaltime",
                                    "turnaroundtime", "referrer",
                                    "useragent",      "versionid",
                                    "hostid",         "signatureversion",
                                    "ciphersuite",    "authenticationtype",
                                    "hostheader",     "tlsversion",
                                    "accesspointarn", "aclrequired"};
constexpr std::size_t kS3Least = 17;

// .../AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html, for files whose header
// is gone.
constexpr std::string_view kCloudFront[] = {"date",
                                            "time",
                                            "x-edge-location",
                                            "sc-bytes",
                                            "c-ip",
                                            "cs-method",
                                            "cs(Host)",
                                            "cs-uri-stem",
                                            "sc-status",
                                            "cs(Referer)",
                                            "cs(User-Agent)",
                                            "cs-uri-query",
                                            "cs(Cookie)",
                                            "x-edge-result-type",
                                            "x-edge-request-id",
                                            "x-host-header",
                                            "cs-protocol",
                                            "cs-bytes",
                                            "time-taken",
                                            "x-forwarded-for",
                                            "ssl-protocol",
                                            "ssl-cipher",
                                            "x-edge-response-result-type",
                                            "cs-protocol-version",
                                            "fle-status",
                                            "fle-encrypted-fields",
                                            "c-port",
                                            "time-to-first-byte",
                                            "x-edge-detailed-result-type",
                                            "sc-content-type",
                                            "sc-content-len",
                                            "sc-range-start",
                                            "sc-range-end"};
constexpr std::size_t kCloudFrontLeast = 12;

// httpd.apache.org/docs/2.4/logs.html
constexpr std::string_view kWeb[] = {"c-ip",     "ident",      "cs-username",
                                     "time",     "request",    "sc-status",
                                     "sc-bytes", "cs-referer", "cs-user-agent"};
constexpr std::size_t kWebLeast = 7;
// Several sites in one log: "vhost_combined".
constexpr std::string_view kVhostWeb[] = {"vhost",      "c-ip",         "ident",     "cs-username",
                                          "time",       "request",      "sc-status", "sc-bytes",
                                          "cs-referer", "cs-user-agent"};
// .../apigateway/latest/developerguide/set-up-logging.html: AWS's example in the same format.
constexpr std::string_view kApi[] = {"c-ip",     "caller",    "cs-username",
                                     "time",     "request",   "sc-status",
                                     "sc-bytes", "requestId", "extendedRequestId"};
constexpr std::size_t kApiLeast = 8;

// A date as W3C logs have it, followed by `separator`.
bool begins_with_date(std::string_view line, char separator) {
  return line.size() > 10 && line[4] == '-' && line[7] == '-' && line[10] == separator &&
         is_digits(line.substr(0, 4)) && is_digits(line.substr(5, 2)) &&
         is_digits(line.substr(8, 2));
}

// CloudFront's are separated by tabs, all others by spaces.
Tokens fields_of(std::string_view line) {
  return begins_with_date(line, '\t') ? base::split(line, '\t') : tokens_of(line);
}

// Every field of the line by its name; addresses and requests are taken apart.
void add_fields(Names names, const Tokens& tokens, RecordWriter& record) {
  for (std::size_t i = 0; i < std::min(names.size(), tokens.size()); ++i) {
    const std::string_view name = names[i];
    if (is_absent(tokens[i])) continue;
    if (name == "client" || name == "target" || name == "backend" || name == "destination") {
      record.add_address(std::string(name), tokens[i]);
    } else {
      record.add(name, unescaped(tokens[i]));
    }
  }
}

std::string_view token(Names names, const Tokens& tokens, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  const auto at = static_cast<std::size_t>(found - names.begin());
  return at < tokens.size() ? tokens[at] : std::string_view();
}

void write_flow(Names names, const Tokens& tokens, RecordWriter& record) {
  record.time(base::parse_time(token(names, tokens, "start")));
  add_fields(names, tokens, record);
}

void write_balancer(Names names, const Tokens& tokens, RecordWriter& record) {
  const std::string_view time = token(names, tokens, "time");
  record.time(base::parse_time(time.ends_with('Z') ? time : std::string(time) + "Z"));
  add_fields(names, tokens, record);
  const std::string_view client = token(names, tokens, "client");
  record.add("c-ip", client.substr(0, client.rfind(':')));
  record.add_request(unescaped(token(names, tokens, "request")));
  record.add("cs-user-agent", unescaped(token(names, tokens, "user_agent")));
  record.add("sc-status", token(names, tokens, "elb_status_code"));
  record.add("sc-bytes", token(names, tokens, "sent_bytes"));
}

void write_s3(Names names, const Tokens& tokens, RecordWriter& record) {
  record.time(parse_clf_time(token(names, tokens, "time")));
  add_fields(names, tokens, record);
}

void write_web(Names names, const Tokens& tokens, RecordWriter& record) {
  record.time(parse_clf_time(token(names, tokens, "time")));
  add_fields(names, tokens, record);
  record.add_request(unescaped(token(names, tokens, "request")));
  const std::string_view site = token(names, tokens, "vhost");
  record.add("cs-host", site.substr(0, site.rfind(':')));
}

// `decode` is for texts that people sent.
template <typename Decode>
void write_w3c(Names names, const Tokens& tokens, RecordWriter& record, const Decode& decode) {
  record.time(base::parse_time(std::string(token(names, tokens, "date")) + "T" +
                               std::string(token(names, tokens, "time")) + "Z"));
  add_fields(names, tokens, record);
  for (const auto& [as, name] :
       {std::pair("cs-host", "cs(Host)"), std::pair("cs-user-agent", "cs(User-Agent)"),
        std::pair("cs-referer", "cs(Referer)"), std::pair("cs-cookie", "cs(Cookie)")}) {
    record.add(as, decode(token(names, tokens, name)));
  }
  std::string uri(token(names, tokens, "cs-uri-stem"));
  const std::string_view query = token(names, tokens, "cs-uri-query");
  if (!is_absent(query)) uri.append("?").append(query);
  record.add("cs-uri", uri);
}

// IIS writes a plus for a space in them.
void write_w3c(Names names, const Tokens& tokens, RecordWriter& record) {
  write_w3c(names, tokens, record, [](std::string_view text) {
    std::string plain(text);
    std::replace(plain.begin(), plain.end(), '+', ' ');
    return plain;
  });
}

// CloudFront encodes what would break a line, and some of it twice.
void write_cloudfront(Names names, const Tokens& tokens, RecordWriter& record) {
  write_w3c(names, tokens, record,
            [](std::string_view text) { return base::percent_decode(base::percent_decode(text)); });
}

// Names of fields, as a header has them.
void keep_names(std::string_view line, std::string& kept, Tokens& names) {
  kept = line;
  names = tokens_of(kept);
}

bool is_flow_header(const Tokens& tokens) {
  const auto names = [&tokens](std::string_view name) {
    return std::find(tokens.begin(), tokens.end(), name) != tokens.end();
  };
  return (names("srcaddr") || names("interface-id") || names("pkt-srcaddr")) &&
         std::all_of(tokens.begin(), tokens.end(), [](std::string_view name) {
           return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") ==
                  std::string_view::npos;
         });
}

// "#Fields: date time", as in the W3C's extended log format (w3.org/TR/WD-logfile), or empty: no
// heading of a text, and no comment of a script.
bool is_directive(std::string_view line) {
  if (!line.starts_with('#')) return false;
  const std::string_view name = line.substr(1, line.find(':') - 1);
  const bool has_colon = 1 + name.size() < line.size();
  return line.size() == 1 ||
         (has_colon && !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
            const char folded = base::lower(c);
            return (folded >= 'a' && folded <= 'z') || c == '-';
          }));
}

// The identity of a request stands where others have a referer, which is quoted.
bool is_api_line(std::string_view line, const Tokens& tokens) {
  return tokens.size() >= kApiLeast && tokens.size() <= std::size(kApi) &&
         tokens[kApiLeast - 1].data() > line.data() && tokens[kApiLeast - 1].data()[-1] == ' ';
}

// What stands behind the time that CloudWatch Logs puts in front of every message that it exports.
std::string_view exported_message(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (!is_iso_time(line) || space == std::string_view::npos || line[space - 1] != 'Z') return {};
  return line.substr(space + 1);
}

bool is_default_flow(const Tokens& tokens) {
  return tokens.size() == std::size(kFlowDefault) && tokens[0] == "2" &&
         tokens[2].starts_with("eni-");
}

}  // namespace

// What a line has, and how its record is written.
struct TextLog::Layout {
  Format format;
  Names names;
  std::size_t least;  // fields that every line has
  void (*write)(Names names, const Tokens& tokens, RecordWriter& record);
};

bool TextLog::begins(std::string_view line) {
  if (is_directive(line)) return true;
  std::string ignored;
  if (read_shape(line, std::nullopt, ignored) != Format::Unknown) return true;
  if (json_behind(line) != std::string_view::npos) return true;
  if (const std::string_view message = exported_message(line);
      !message.empty() && begins(message)) {
    return true;
  }
  const Tokens tokens = fields_of(line);
  return is_flow_header(tokens) || TextLog().layout_of(line, tokens);
}

Format TextLog::read_shape(std::string_view line, std::optional<base::EventTime> delivered,
                           std::string& record) {
  const auto written = [&record](Format format, const auto& write) {
    RecordWriter writer;
    writer.object([&] { write(writer); });
    record = std::move(writer).take();
    return format;
  };
  if (is_execution_line(line))
    return written(Format::ApiGateway, [&](auto& to) { write_execution_line(line, to); });
  if (is_api_xml(line))
    return written(Format::ApiGateway, [&](auto& to) { write_api_xml(line, to); });
  if (is_function_line(line))
    return written(Format::Lambda, [&](auto& to) { write_function_line(line, to); });
  if (const auto said = parse_syslog(line, delivered)) {
    return written(is_ssh_server(said->program) ? Format::Sshd : Format::Syslog,
                   [&](auto& to) { write_syslog(*said, to); });
  }
  if (line.substr(0, line.find(' ')).find(',') != std::string_view::npos) {
    if (const Tokens columns = base::split(line, ','); is_api_csv(columns))
      return written(Format::ApiGateway, [&](auto& to) { write_api_csv(columns, to); });
  }
  return Format::Unknown;
}

void TextLog::begin() {
  flow_names_.clear();
  w3c_names_.clear();
}

std::optional<TextLog::Layout> TextLog::layout_of(std::string_view line,
                                                  const Tokens& tokens) const {
  const std::string_view first = line.substr(0, line.find(' '));
  if (begins_with_date(line, '\t')) {
    const Names names = w3c_names_.empty() ? Names(kCloudFront) : Names(w3c_names_);
    return Layout{Format::CloudFront, names, std::min(kCloudFrontLeast, names.size()),
                  write_cloudfront};
  }
  if (begins_with_date(line, ' ') && !w3c_names_.empty())
    return Layout{Format::WebServer, w3c_names_, w3c_names_.size(), write_w3c};
  if (std::find(std::begin(kAlbTypes), std::end(kAlbTypes), first) != std::end(kAlbTypes))
    return Layout{Format::LoadBalancer, kAlb, kAlbLeast, write_balancer};
  if (first == "tls") return Layout{Format::LoadBalancer, kNlb, kNlbLeast, write_balancer};
  if (is_iso_time(first) && tokens.size() > 2 && tokens[2].find(':') != std::string_view::npos)
    return Layout{Format::LoadBalancer, kClassicElb, kClassicElbLeast, write_balancer};
  if (!flow_names_.empty())
    return Layout{Format::VpcFlow, flow_names_, flow_names_.size(), write_flow};
  if (is_default_flow(tokens))
    return Layout{Format::VpcFlow, kFlowDefault, std::size(kFlowDefault), write_flow};
  if (tokens.size() > 2 && parse_clf_time(tokens[2]))
    return Layout{Format::S3Access, kS3, kS3Least, write_s3};
  if (tokens.size() > 3 && parse_clf_time(tokens[3]) && is_api_line(line, tokens))
    return Layout{Format::ApiGateway, kApi, kApiLeast, write_web};
  if (tokens.size() > 3 && parse_clf_time(tokens[3]))
    return Layout{Format::WebServer, kWeb, kWebLeast, write_web};
  if (tokens.size() > 4 && parse_clf_time(tokens[4]))
    return Layout{Format::WebServer, kVhostWeb, kWebLeast + 1, write_web};
  return std::nullopt;
}

base::Result<Format> TextLog::read(std::string_view line, std::string& record,
                                   std::optional<base::EventTime> delivered) {
  constexpr std::string_view kFields = "#Fields:";
  if (line.starts_with('#')) {
    if (line.starts_with(kFields)) keep_names(line.substr(kFields.size()), w3c_line_, w3c_names_);
    return Format::Unknown;
  }
  if (const Format format = read_shape(line, delivered, record); format != Format::Unknown)
    return format;
  if (const std::string_view message = exported_message(line);
      !message.empty() && begins(message)) {
    return read(message, record, base::parse_time(line.substr(0, line.find(' '))));
  }
  const Tokens tokens = fields_of(line);
  if (is_flow_header(tokens)) {
    keep_names(line, flow_line_, flow_names_);
    return Format::Unknown;
  }
  const std::optional<Layout> layout = layout_of(line, tokens);
  if (!layout)
    return base::Error{base::Errc::Invalid, "neither JSON nor a line of a log that is known"};
  if (tokens.size() < layout->least) {
    return base::Error{base::Errc::Invalid,
                       "a line of " + std::string(name_of(layout->format)) + " that lacks fields"};
  }
  RecordWriter writer;
  writer.object([&] { layout->write(layout->names, tokens, writer); });
  record = std::move(writer).take();
  return layout->format;
}

}  // namespace riposte::event
