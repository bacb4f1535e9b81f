#pragma once

// Signature Version 4: proves to a service who makes a request, and that nobody changed it.
//
//     request --canonical request--> digest --string to sign--> HMAC, with a key of the day, region
//                                                               and service --> Authorization
//
// What is signed is the request as it goes out: method, path, query, every header but those that
// proxies change, and the body's digest. Nothing may be changed afterwards, which is why HttpClient
// sends exactly what it is given.
//
// Cost: some 15 us, and the body's SHA-256.
//
// Threads: functions without state.

#include <chrono>
#include <string>

#include "aws/credentials.h"
#include "net/http_message.h"

namespace riposte::aws {

struct SigningRules {
  std::string service;  // the endpoint's signing name
  std::string region;

  // S3 takes the path as it stands; everybody else wants "." and ".." resolved, and then each
  // segment encoded once more.
  bool normalise_path = true;
  bool encode_path = true;
  // X-Amz-Content-SHA256, which S3 wants to see.
  bool sends_payload_digest = false;
  // The body is not part of the signature.
  bool unsigned_payload = false;
  // The token is sent beside the signature, not in it.
  bool token_unsigned = false;
};

// The rules of S3 and of services that sign as it does.
SigningRules s3_signing(std::string service, std::string region);

// The steps, for tests and for who has to find out why a service refuses.
struct Signature {
  std::string canonical_request;
  std::string string_to_sign;
  std::string signature;  // sixty-four digits
};

// Adds X-Amz-Date, X-Amz-Security-Token and Authorization, replacing any that are there: a request
// may be signed again for another try.
Signature sign(net::HttpRequest& request, const Credentials& credentials, const SigningRules& rules,
               base::EventTime now);

// Puts the signature into the query instead: whoever has the URL may make the call until it
// expires. S3's callers do not have the body yet, and ask for it to stay unsigned.
Signature presign(net::HttpRequest& request, const Credentials& credentials,
                  const SigningRules& rules, base::EventTime now, std::chrono::seconds lifetime);

}  // namespace riposte::aws
