#include "finding/triager.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace riposte::finding {
namespace {

bool stands_before(const Finding& a, const Finding& b) {
  return std::tie(a.source_path, a.source_record) < std::tie(b.source_path, b.source_record);
}

}  // namespace

void Triager::add(const rule::RulePointer& rule, const event::Event& event) {
  ++hits_;
  Finding probe;
  probe.id = finding_id(*rule, "", {event_id_of(event)});
  probe.source_path = event.origin.path;
  probe.source_record = event.origin.record;
  const auto known = findings_.find(probe);
  if (known != findings_.end() && !stands_before(probe, *known)) {
    ++duplicates_;
    return;
  }
  keep(finding_of(rule, event));
}

void Triager::keep(Finding finding) {
  const auto known = findings_.find(finding);
  if (known == findings_.end()) {
    findings_.insert(std::move(finding));
    return;
  }
  ++duplicates_;
  if (!stands_before(finding, *known)) return;
  auto node = findings_.extract(known);
  node.value() = std::move(finding);
  findings_.insert(std::move(node));
}

void Triager::merge(Triager&& other) {
  hits_ += std::exchange(other.hits_, 0);
  duplicates_ += std::exchange(other.duplicates_, 0);
  while (!other.findings_.empty()) {
    keep(std::move(other.findings_.extract(other.findings_.begin()).value()));
  }
}

std::vector<Finding> Triager::take() {
  std::vector<Finding> sorted;
  sorted.reserve(findings_.size());
  while (!findings_.empty()) {
    sorted.push_back(std::move(findings_.extract(findings_.begin()).value()));
  }
  std::sort(sorted.begin(), sorted.end(), earlier);
  return sorted;
}

}  // namespace riposte::finding
