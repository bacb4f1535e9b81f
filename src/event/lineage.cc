#include "event/lineage.h"

#include <algorithm>
#include <tuple>

#include "event/identity.h"

namespace riposte::event {
namespace {

// Between the call that began a session and the time that the session says it began; both are
// written in whole seconds, by different machines.
constexpr base::Millis kSessionSkew = std::chrono::seconds(5);

using Candidates = std::vector<const Issuance*>;

bool is_told_in_full(const Issuance* issuance) { return !issuance->issuer.arn.empty(); }

std::string_view name_of_issuer(const Caller& issuer) { return first_of({issuer.arn, issuer.id}); }

// Of several issuances of one session the earliest, if all of them name the same issuer. One that
// names it in full outweighs those that do not.
const Issuance* agreed(Candidates candidates) {
  if (std::any_of(candidates.begin(), candidates.end(), is_told_in_full))
    std::erase_if(candidates, [](const Issuance* each) { return !is_told_in_full(each); });
  if (candidates.empty()) return nullptr;
  const Issuance* first = *std::min_element(
      candidates.begin(), candidates.end(), [](const Issuance* a, const Issuance* b) {
        return std::tie(a->time, a->event) < std::tie(b->time, b->event);
      });
  const bool all_agree =
      std::all_of(candidates.begin(), candidates.end(), [first](const Issuance* each) {
        return name_of_issuer(each->issuer) == name_of_issuer(first->issuer) &&
               each->issuer.access_key == first->issuer.access_key;
      });
  return all_agree ? first : nullptr;
}

bool fits(const Issuance& issuance, const Caller& caller) {
  if (!issuance.access_key.empty() && !caller.access_key.empty()) return false;  // another's key
  if (!caller.session_time || issuance.time == base::EventTime::min()) return true;
  return std::chrono::abs(*caller.session_time - issuance.time) <= kSessionSkew;
}

Chain alone(const Caller& caller) {
  Chain chain;
  chain.origin = origin_of(caller);
  chain.credential = credential_of(caller);
  return chain;
}

}  // namespace

void Lineage::add(Issuance issuance) {
  const auto [at, is_new] = issuances_.insert(std::move(issuance));
  if (!is_new) return;
  index(*at);
  if (issuances_.size() > max_) forget_earliest();
}

void Lineage::merge(Lineage&& other) {
  forgotten_ += other.forgotten_;
  while (!other.issuances_.empty())
    add(std::move(other.issuances_.extract(other.issuances_.begin()).value()));
  other = Lineage(other.max_);
}

void Lineage::index(const Issuance& issuance) {
  if (!issuance.access_key.empty()) by_key_.emplace(issuance.access_key, &issuance);
  if (!issuance.session.empty()) by_session_.emplace(issuance.session, &issuance);
  if (!issuance.shared.empty()) by_shared_.emplace(issuance.shared, &issuance);
}

void Lineage::unindex(Index& index, std::string_view text, const Issuance* issuance) {
  const auto [begin, end] = index.equal_range(text);
  const auto found =
      std::find_if(begin, end, [issuance](const auto& each) { return each.second == issuance; });
  if (found != end) index.erase(found);
}

void Lineage::forget_earliest() {
  const auto earliest = issuances_.begin();
  const Issuance* issuance = &*earliest;
  unindex(by_key_, issuance->access_key, issuance);
  unindex(by_session_, issuance->session, issuance);
  unindex(by_shared_, issuance->shared, issuance);
  issuances_.erase(earliest);
  ++forgotten_;
}

Lineage::Candidates Lineage::at(const Index& index, std::string_view text) {
  Candidates candidates;
  if (text.empty()) return candidates;
  const auto [begin, end] = index.equal_range(text);
  for (auto each = begin; each != end; ++each)
    candidates.push_back(each->second);
  return candidates;
}

// The account of the role knows of a caller from elsewhere no more than its id.
const Issuance* Lineage::told_in_full(const Issuance* issuance) const {
  if (issuance == nullptr || is_told_in_full(issuance)) return issuance;
  Candidates others = at(by_shared_, issuance->shared);
  std::erase_if(others, [](const Issuance* each) { return !is_told_in_full(each); });
  const Issuance* other = agreed(std::move(others));
  return other == nullptr ? issuance : other;
}

const Issuance* Lineage::issuance_behind(const Caller& caller, const Candidates& passed) const {
  if (!caller.is_session()) return nullptr;
  Candidates of_key = at(by_key_, caller.access_key);
  if (!of_key.empty()) return told_in_full(agreed(std::move(of_key)));

  // Without its time a user's session may belong to any sign-in of the user.
  const bool is_role = !caller.role.empty();
  if (!is_role && !caller.session_time) return nullptr;
  Candidates candidates = at(by_session_, caller.arn);
  const std::string sso = sso_session(caller.arn);
  const Candidates by_name = at(by_session_, sso);
  candidates.insert(candidates.end(), by_name.begin(), by_name.end());
  std::erase_if(candidates, [&](const Issuance* each) {
    const bool is_own_sign_in =
        each->is_sign_in && std::find(passed.begin(), passed.end(), each) != passed.end();
    return is_own_sign_in || !fits(*each, caller);
  });
  return told_in_full(agreed(std::move(candidates)));
}

Chain Lineage::chain_of(const Caller& caller) const {
  Candidates passed;
  const Caller* start = &caller;
  while (const Issuance* issuance = issuance_behind(*start, passed)) {
    const bool is_circle = std::find(passed.begin(), passed.end(), issuance) != passed.end();
    if (is_circle || passed.size() == kStepsMax) {
      Chain chain = alone(caller);
      chain.is_refused = true;
      return chain;
    }
    passed.push_back(issuance);
    start = &issuance->issuer;
  }
  Chain chain = alone(*start);
  for (auto each = passed.rbegin(); each != passed.rend(); ++each) {
    const Issuance& step = **each;
    Chain::Step& told = chain.steps.emplace_back();
    if (step.time != base::EventTime::min()) told.time = step.time;
    told.event = step.event;
    told.call = step.call;
    told.from = name_of_issuer(step.issuer);
    told.to = first_of({step.session, step.access_key});
  }
  return chain;
}

}  // namespace riposte::event
