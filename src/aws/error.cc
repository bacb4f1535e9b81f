#include "aws/error.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace riposte::aws {
namespace {

using base::Errc;

// The codes that the SDKs take for throttling, in every service, but for LimitExceededException: in
// most services that is a limit which no waiting lifts. Beside them whatever says "Throttl".
constexpr std::array<std::string_view, 7> kThrottling = {
    "TooManyRequestsException",       "ProvisionedThroughputExceededException",
    "TransactionInProgressException", "RequestLimitExceeded",
    "BandwidthLimitExceeded",         "SlowDown",
    "PriorRequestNotComplete"};

constexpr std::array<std::string_view, 9> kBusy = {
    "RequestTimeout",  "RequestTimeoutException", "InternalError",
    "InternalFailure", "InternalServerError",     "ServiceUnavailable",
    "Unavailable",     "InternalServiceError",    "OperationAborted"};

// Words within a code, the first that is found deciding. Services name their errors alike, but
// there are thousands of names.
struct Word {
  std::string_view word;
  Errc kind;
};
constexpr std::array<Word, 33> kWords = {{{"OptimisticLock", Errc::Conflict},
                                          {"Conflict", Errc::Conflict},
                                          {"AlreadyExist", Errc::Conflict},
                                          {"AlreadyOwned", Errc::Conflict},
                                          {"AlreadyAssociated", Errc::Conflict},
                                          {"Duplicate", Errc::Conflict},
                                          {"EntityTemporarilyUnmodifiable", Errc::Conflict},
                                          {"ConcurrentModification", Errc::Conflict},
                                          {"ConditionalCheckFailed", Errc::Conflict},
                                          {"PreconditionFailed", Errc::Conflict},
                                          {"InUse", Errc::Conflict},
                                          {"DependencyViolation", Errc::Conflict},
                                          {"IncorrectInstanceState", Errc::Conflict},
                                          {"NotFound", Errc::NotFound},
                                          {"NoSuch", Errc::NotFound},
                                          {"DoesNotExist", Errc::NotFound},
                                          {"NotExist", Errc::NotFound},
                                          {"NonExistent", Errc::NotFound},
                                          {"AccessDenied", Errc::Denied},
                                          {"AccessDisabled", Errc::Denied},
                                          {"AllAccessDisabled", Errc::Denied},
                                          {"Unauthorized", Errc::Denied},
                                          {"NotAuthorized", Errc::Denied},
                                          {"AuthFailure", Errc::Denied},
                                          {"Forbidden", Errc::Denied},
                                          {"ExpiredToken", Errc::Denied},
                                          {"InvalidClientTokenId", Errc::Denied},
                                          {"UnrecognizedClient", Errc::Denied},
                                          {"InvalidAccessKeyId", Errc::Denied},
                                          {"SignatureDoesNotMatch", Errc::Denied},
                                          {"LimitExceeded", Errc::Limit},
                                          {"QuotaExceeded", Errc::Limit},
                                          {"LimitReached", Errc::Limit}}};

template <typename Table>
bool holds(const Table& table, std::string_view code) {
  return std::find(table.begin(), table.end(), code) != table.end();
}

Errc classify_status(int http_status) {
  if (http_status == 429 || http_status >= 500 || http_status == 408) return Errc::Busy;
  if (http_status == 401 || http_status == 403) return Errc::Denied;
  if (http_status == 404 || http_status == 410) return Errc::NotFound;
  if (http_status == 409 || http_status == 412) return Errc::Conflict;
  return Errc::Invalid;
}

}  // namespace

bool is_throttling(std::string_view code) {
  return code.find("Throttl") != std::string_view::npos || holds(kThrottling, code);
}

base::Errc classify(std::string_view code, int http_status) {
  if (is_throttling(code) || holds(kBusy, code)) return Errc::Busy;
  for (const Word& word : kWords) {
    if (code.find(word.word) != std::string_view::npos) return word.kind;
  }
  return classify_status(http_status);
}

base::Errc classify(std::string_view code) {
  return classify(code, static_cast<int>(base::parse_number(code).value_or(0)));
}

base::Error Error::as_base_error(std::string_view operation) const {
  std::string text = fmt::format("{}: {}", operation, code);
  if (!message.empty()) text += ": " + message;
  text += fmt::format(" (HTTP {}", http_status);
  if (!request_id.empty()) text += ", request " + request_id;
  return {kind, text + ')'};
}

}  // namespace riposte::aws
