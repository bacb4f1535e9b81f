#include "finding/triager.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <tuple>
#include <utility>

#include "event/identity.h"
#include "json/canonical.h"

namespace riposte::finding {
namespace {

std::size_t text_hash_of(const event::RawEvent& raw) {
  return std::hash<std::string_view>()(raw.whole().written());
}

// Hits with the same key give the same finding.
std::string key_of(const rule::Rule& rule, std::string_view event_id) {
  return std::to_string(rule.id.size()).append(":").append(rule.id).append(event_id);
}

bool stands_before(const event::Origin& origin, const Finding& finding) {
  return std::tie(origin.path, origin.record) <
         std::tuple(std::string_view(finding.source_path), finding.source_record);
}

}  // namespace

void Triager::add(const rule::RulePointer& rule, const event::Event& event) {
  ++hits_;
  std::string key = key_of(*rule, event_id_of(event));
  const auto known = kept_.find(key);
  if (known != kept_.end() && !stands_before(event.origin, known->second.finding)) {
    ++duplicates_;
    return;
  }
  Kept kept{finding_of(rule, event), text_hash_of(event.raw)};
  if (records_ == Records::Kept) kept.finding.record = json::canonical(*event.record);
  keep(std::move(key), std::move(kept));
}

bool Triager::repeats(const rule::RulePointer& rule, const event::RawEvent& raw) {
  const std::string_view id = event::id_of(raw.record, raw.whole());
  if (id.empty() || id.find('\\') != std::string_view::npos) return false;
  const auto known = kept_.find(key_of(*rule, id));
  if (known == kept_.end() || known->second.text_hash != text_hash_of(raw)) return false;
  ++hits_;
  ++duplicates_;
  Finding& finding = known->second.finding;
  if (stands_before(raw.origin, finding)) {
    finding.source_path = raw.origin.path;
    finding.source_record = raw.origin.record;
  }
  return true;
}

void Triager::keep(std::string key, Kept kept) {
  const auto [known, is_new] = kept_.try_emplace(std::move(key));
  if (!is_new) {
    ++duplicates_;
    const Finding& finding = kept.finding;
    if (!stands_before({finding.source_path, finding.source_record}, known->second.finding)) return;
  }
  known->second = std::move(kept);
}

void Triager::merge(Triager&& other) {
  hits_ += std::exchange(other.hits_, 0);
  duplicates_ += std::exchange(other.duplicates_, 0);
  while (!other.kept_.empty()) {
    auto node = other.kept_.extract(other.kept_.begin());
    keep(std::move(node.key()), std::move(node.mapped()));
  }
}

std::vector<Finding> Triager::take() {
  std::vector<Finding> sorted;
  sorted.reserve(kept_.size());
  for (auto& [key, kept] : kept_)
    sorted.push_back(std::move(kept.finding));
  kept_.clear();
  std::sort(sorted.begin(), sorted.end(), earlier);
  return sorted;
}

}  // namespace riposte::finding
