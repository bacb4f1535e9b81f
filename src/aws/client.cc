#include "aws/client.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "aws/encoding.h"
#include "aws/paginator.h"
#include "aws/quirks.h"
#include "aws/waiter.h"
#include "base/text.h"

namespace riposte::aws {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using base::Errc;

constexpr auto kRefreshMargin = 5min;  // credentials that expire sooner are fetched anew
constexpr auto kSkewMin = 4min;        // services allow five
constexpr std::string_view kDefaultStsRegion = "us-east-1";

template <std::size_t Size>
bool is_one_of(const std::array<std::string_view, Size>& codes, std::string_view code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// What a wrong clock may look like.
constexpr std::array<std::string_view, 8> kSkewCodes = {
    "AuthFailure",          "InvalidSignatureException", "RequestExpired",   "RequestInTheFuture",
    "RequestTimeTooSkewed", "SignatureDoesNotMatch",     "InvalidSignature", "HTTP 403"};

constexpr std::array<std::string_view, 4> kExpiredCodes = {
    "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"};

// A random UUID (RFC 4122, version 4).
std::string make_token(const Client::Random& random) {
  const std::uint64_t a = random();
  const std::uint64_t b = random();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", a >> 32, (a >> 16) & 0xffff, a & 0xfff,
                     0x8000 | ((b >> 48) & 0x3fff), b & 0xffff'ffff'ffff);
}

double fraction(const Client::Random& random) {
  return static_cast<double>(random() >> 11) * 0x1p-53;
}

std::string key_of(const CallOptions& options) {
  if (!options.role) return {};
  std::string key = options.role->arn + '\n' + options.role->external_id + '\n' +
                    options.role->session_name + '\n' +
                    std::to_string(options.role->duration.count()) + '\n' + options.region;
  for (const auto& [name, value] : options.role->tags)
    key.append("\n").append(name).append("=").append(value);
  return key;
}

}  // namespace

// A call on its way: what does not change between attempts, and what happens once.
struct Client::Call {
  std::shared_ptr<const Service> service;
  const Operation* operation = nullptr;
  Value input{};
  CallOptions options{};
  const Credentials* signer = nullptr;  // given, instead of found
  bool is_signed = true;
  base::SteadyTime deadline{};
  std::string region{};       // where a redirect sent it, or empty
  bool decodes_keys = false;  // quirks.h
  bool clock_corrected = false;
  bool credentials_renewed = false;
};

base::Result<Client::Call> Client::begin(std::string_view service, std::string_view operation,
                                         const Value& input, const CallOptions& options) {
  Call call{.service = TRY(parts_.catalogue.service(service)), .input = input, .options = options};
  call.operation = call.service->operation(operation);
  if (call.operation == nullptr) {
    const std::string nearest = call.service->nearest_operation(operation);
    return base::Error{Errc::Invalid,
                       fmt::format("{} has no operation \"{}\"{}", service, operation,
                                   nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?")};
  }
  call.decodes_keys = mend_input(*call.service, *call.operation, call.input);
  call.is_signed = call.operation->auth_type != "none";
  call.deadline = parts_.clock.steady() + options.time_max;
  if (call.options.idempotency_token.empty())
    call.options.idempotency_token = make_token(parts_.random);
  call.region = bucket_region(call);
  return call;
}

base::Result<Answer> Client::call(std::string_view service, std::string_view operation,
                                  const Value& input, const CallOptions& options) {
  Call call = TRY(begin(service, operation, input, options));
  return attempt_until_done(call);
}

base::Result<std::optional<Error>> Client::each_page(std::string_view service,
                                                     std::string_view operation, Value input,
                                                     const CallOptions& options,
                                                     const OnPage& on_page) {
  const std::shared_ptr<const Service> model = TRY(parts_.catalogue.service(service));
  const std::optional<Paginator> paginator = TRY(Paginator::find(*model, operation));
  std::optional<Pages> pages;
  if (paginator) pages.emplace(*paginator);
  for (std::size_t page = 0; page < kPagesMax; ++page) {
    Answer answer = TRY(call(service, operation, input, options));
    if (!answer.ok()) return std::optional<Error>(std::move(answer.error));
    const bool has_next = pages && pages->advance(answer.output, input);
    const bool goes_on = on_page(std::move(answer.output));
    if (pages && pages->repeated())
      return base::Error{Errc::Io, std::string(operation) + ": the service gave a page twice"};
    if (!has_next || !goes_on) return std::optional<Error>();
  }
  return base::Error{Errc::Io, std::string(operation) + ": the pages do not end"};
}

base::Status Client::wait_for(std::string_view service, std::string_view waiter, const Value& input,
                              const CallOptions& options) {
  const std::shared_ptr<const Service> model = TRY(parts_.catalogue.service(service));
  const Waiter found = TRY(Waiter::find(*model, waiter));
  const base::SteadyTime deadline = parts_.clock.steady() + options.time_max;
  for (int attempt = 1;; ++attempt) {
    const Answer answer = TRY(call(service, found.operation(), input, options));
    switch (found.judge(answer)) {
      case Waiter::Judgement::Success:
        return base::Done{};
      case Waiter::Judgement::Failure:
        if (!answer.ok()) return answer.error->as_base_error(found.operation());
        return base::Error{Errc::Conflict, std::string(waiter) + " will not come"};
      case Waiter::Judgement::Retry:
        break;
    }
    const base::SteadyTime next = parts_.clock.steady() + found.delay();
    if (attempt >= found.attempts_max() || next >= deadline)
      return base::Error{Errc::Busy, std::string(waiter) + " has not come in time"};
    if (!parts_.clock.wait_until(next, options.stop))
      return base::Error{Errc::Cancelled, "stopped while waiting for " + std::string(waiter)};
  }
}

base::Result<net::HttpRequest> Client::prepare(std::string_view service, std::string_view operation,
                                               const Value& input, const CallOptions& options) {
  const Call call = TRY(begin(service, operation, input, options));
  const Destination where = TRY(destination(call));
  return signed_request(call, where);
}

base::Result<std::string> Client::key_id(const CallOptions& options) {
  const Call call = TRY(begin("sts", "GetCallerIdentity", Value(), options));
  const Credentials* credentials = TRY(credentials_for(call));
  return credentials->key_id;
}

base::Result<Client::Destination> Client::destination(const Call& call) {
  Destination where;
  where.request = TRY(serialise(*call.service, *call.operation, call.input,
                                {.idempotency_token = call.options.idempotency_token}));
  const EndpointRules* rules = TRY(rules_of(call.service));
  const Partitions* known = TRY(partitions());
  EndpointConfig config = parts_.settings.endpoint_for(*call.service);
  if (!call.options.region.empty()) config.region = call.options.region;
  if (!call.region.empty()) config.region = call.region;
  where.endpoint =
      TRY(find_endpoint(*call.service, *rules, *known, *call.operation, call.input, config));
  direct(where.request, where.endpoint);
  net::set_header(where.request.headers, "User-Agent", parts_.user_agent);
  return where;
}

base::Result<net::HttpRequest> Client::signed_request(const Call& call, const Destination& where) {
  net::HttpRequest request = where.request;
  if (!call.is_signed) return request;
  const Credentials* signer = call.signer;
  if (signer == nullptr) signer = TRY(credentials_for(call));
  const auto skew = clock_skew_.find(request.host);
  sign(request, *signer, where.endpoint.signing,
       parts_.clock.wall() + (skew == clock_skew_.end() ? 0ms : skew->second));
  return request;
}

base::Result<Answer> Client::attempt_until_done(Call& call) {
  Destination where = TRY(destination(call));
  std::optional<Verdict> paid;  // for the latest retry
  for (int attempt = 1;; ++attempt) {
    const net::HttpRequest request = TRY(signed_request(call, where));
    const std::string budget =
        fmt::format("{}/{}/{}", call.options.role ? call.options.role->arn : "",
                    where.endpoint.signing.region, call.service->name());
    net::SendOptions options;
    options.deadline =
        std::min(call.deadline, parts_.clock.steady() + call.options.attempt_time_max);
    options.answer_bytes_max = call.options.answer_bytes_max;
    options.silence_max = std::chrono::ceil<std::chrono::seconds>(call.options.attempt_time_max);
    options.stop = call.options.stop;
    base::Result<net::HttpResponse> response = parts_.transport.send(request, options);
    std::optional<Answer> answer;
    std::optional<base::Millis> asked;
    Verdict verdict = Verdict::Final;
    if (response.ok()) {
      answer = parse(*call.service, *call.operation, *response);
      verdict = judge(*answer);
      asked = asked_wait(*response, parts_.clock.wall());
      if (verdict == Verdict::Done) {
        budgets_.pay_back(budget, paid);
        if (call.decodes_keys) decode_keys(answer->output);
        return std::move(*answer);
      }
    } else {
      verdict = judge(response.error());
    }

    if (response.ok() && verdict == Verdict::Final) {
      // Three faults that are mended by asking differently; none of them counts as an attempt.
      const std::string* region = net::find_header(response->headers, "x-amz-bucket-region");
      if (region != nullptr && *region != where.endpoint.signing.region && call.region.empty() &&
          call.service->name() == "s3") {
        note_bucket_region(call, *region);
        call.region = *region;
        where = TRY(destination(call));
        --attempt;
        continue;
      }
      const std::string* date = net::find_header(response->headers, "Date");
      const std::optional<base::EventTime> theirs = date ? parse_time_text(*date) : std::nullopt;
      if (theirs && !call.clock_corrected && is_one_of(kSkewCodes, answer->error->code)) {
        const base::Millis skew = *theirs - parts_.clock.wall();
        base::Millis& known = clock_skew_[request.host];
        const base::Millis change = skew - known;
        if (change > kSkewMin || change < -kSkewMin) {
          call.clock_corrected = true;
          known = skew;
          --attempt;
          continue;
        }
      }
      if (is_one_of(kExpiredCodes, answer->error->code) && call.is_signed && !call.signer &&
          !call.credentials_renewed && credentials_.erase(key_of(call.options)) > 0) {
        call.credentials_renewed = true;
        --attempt;
        continue;
      }
    }

    const base::Millis wait =
        std::max(random_wait(attempt + 1, fraction(parts_.random)), asked.value_or(0ms));
    const base::SteadyTime next = parts_.clock.steady() + wait;
    const bool may_repeat = verdict == Verdict::Throttled || call.options.retry_unknown;
    const bool goes_on = verdict != Verdict::Final && may_repeat && attempt < kAttemptsMax &&
                         next < call.deadline && budgets_.take(budget, verdict);
    if (!goes_on || !parts_.clock.wait_until(next, call.options.stop)) {
      if (answer) return std::move(*answer);
      const std::string place = fmt::format("{} at {}", call.operation->name, request.host);
      return std::move(response).error().in(place);
    }
    paid = verdict;
  }
}

// Buckets are called where they are, once that is known.
void Client::note_bucket_region(const Call& call, const std::string& region) {
  const std::string_view bucket = call.input.text_at("Bucket");
  if (!bucket.empty()) bucket_regions_[std::string(bucket)] = region;
}

std::string Client::bucket_region(const Call& call) const {
  if (call.service->name() != "s3") return {};
  const auto known = bucket_regions_.find(std::string(call.input.text_at("Bucket")));
  return known == bucket_regions_.end() ? std::string() : known->second;
}

base::Result<const EndpointRules*> Client::rules_of(const std::shared_ptr<const Service>& service) {
  const auto known = rules_.find(service);
  if (known != rules_.end()) return &known->second;
  base::Result<EndpointRules> rules = EndpointRules::read(service->endpoint_rules());
  if (!rules.ok()) return std::move(rules).error().in(service->name());
  return &rules_.emplace(service, std::move(rules).value()).first->second;
}

base::Result<const Partitions*> Client::partitions() {
  if (!partitions_) {
    const std::shared_ptr<const std::string> text = TRY(parts_.catalogue.partitions());
    partitions_ = TRY(Partitions::read(*text));
  }
  return &*partitions_;
}

base::Result<const Credentials*> Client::credentials_for(const Call& call) {
  const std::string key = key_of(call.options);
  const auto known = credentials_.find(key);
  const base::EventTime now = parts_.clock.wall();
  if (known != credentials_.end() && !known->second.expired_at(now + kRefreshMargin))
    return &known->second;
  base::Result<Credentials> fetched = fetch_credentials(call);
  // Better the old ones, while they last, than none.
  if (!fetched.ok() && known != credentials_.end() && !known->second.expired_at(now))
    return &known->second;
  if (!fetched.ok()) return std::move(fetched).error();
  return &credentials_.insert_or_assign(key, std::move(fetched).value()).first->second;
}

base::Result<Credentials> Client::fetch_credentials(const Call& call) {
  if (call.options.role) {
    base::Result<Value> output =
        call_sts("AssumeRole", assume_role_input(*call.options.role), nullptr, call);
    if (!output.ok()) return std::move(output).error();
    return sts_credentials(*output);
  }
  const Partitions* known = TRY(partitions());
  const CredentialChain chain(
      parts_.settings, *known,
      [&](std::string_view operation, const Value& input, const Credentials* signer) {
        return call_sts(operation, input, signer, call);
      });
  return chain.find({parts_.transport, parts_.clock, call.options.stop});
}

base::Result<Value> Client::call_sts(std::string_view operation, const Value& input,
                                     const Credentials* signer, const Call& call) {
  CallOptions options;
  options.stop = call.options.stop;
  options.time_max =
      std::chrono::floor<std::chrono::milliseconds>(call.deadline - parts_.clock.steady());
  options.region = call.options.region.empty() ? parts_.settings.region() : call.options.region;
  if (options.region.empty()) options.region = kDefaultStsRegion;
  Call sts = TRY(begin("sts", operation, input, options));
  sts.signer = signer;
  base::Result<Answer> answer = attempt_until_done(sts);
  if (!answer.ok()) return std::move(answer).error();
  if (!answer->ok()) return answer->error->as_base_error(operation);
  return std::move(answer.value().output);
}

net::HttpRequest redact(net::HttpRequest request) {
  constexpr std::string_view kHidden = "(secret)";
  for (net::Header& header : request.headers) {
    if (base::equals_ignore_case(header.name, "X-Amz-Security-Token") ||
        base::lower(header.name).ends_with("customer-key")) {
      header.value = kHidden;
    }
    if (base::equals_ignore_case(header.name, "Authorization")) {
      const std::size_t signature = header.value.find("Signature=");
      header.value = header.value.substr(0, std::min(signature, header.value.size()));
      header.value.append(signature == std::string::npos ? "" : "Signature=").append(kHidden);
    }
  }
  for (net::QueryParameter& parameter : request.query) {
    if (parameter.name == "X-Amz-Security-Token" || parameter.name == "X-Amz-Signature")
      parameter.value = kHidden;
  }
  return request;
}

}  // namespace riposte::aws
