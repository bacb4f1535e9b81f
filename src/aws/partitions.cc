#include "aws/partitions.h"

#include <algorithm>

#include <re2/re2.h>

#include "aws/json_text.h"

namespace riposte::aws {

struct Partitions::Partition {
  Value outputs;
  std::vector<std::string> regions;
  std::unique_ptr<re2::RE2> pattern;
};

Partitions::Partitions() = default;
Partitions::~Partitions() = default;
Partitions::Partitions(Partitions&&) noexcept = default;
Partitions& Partitions::operator=(Partitions&&) noexcept = default;

base::Result<Partitions> Partitions::read(std::string_view json) {
  const JsonText text = TRY(JsonText::parse(json));
  const Value tree = from_json(text.root());
  const Value* listed = tree.find("partitions");
  Partitions partitions;
  if (listed != nullptr && listed->list() != nullptr) {
    for (const Value& entry : *listed->list()) {
      Partition partition;
      if (const Value* outputs = entry.find("outputs")) partition.outputs = *outputs;
      partition.outputs.set("name", std::string(entry.text_at("id")));
      if (const Value* regions = entry.find("regions"); regions && regions->object()) {
        for (const Value::Member& region : *regions->object())
          partition.regions.push_back(region.name);
      }
      re2::RE2::Options options;
      options.set_log_errors(false);
      partition.pattern =
          std::make_unique<re2::RE2>(std::string(entry.text_at("regionRegex")), options);
      if (!partition.pattern->ok())
        return base::Error{base::Errc::Invalid, "a partition's regionRegex is no expression"};
      partitions.partitions_.push_back(std::move(partition));
    }
  }
  if (partitions.partitions_.empty())
    return base::Error{base::Errc::Invalid, "the list of partitions is empty"};
  return partitions;
}

const Value& Partitions::of(std::string_view region) const {
  for (const Partition& partition : partitions_) {
    const auto& names = partition.regions;
    if (std::find(names.begin(), names.end(), region) != names.end() ||
        re2::RE2::PartialMatch(re2::StringPiece(region.data(), region.size()),
                               *partition.pattern)) {
      return partition.outputs;
    }
  }
  return partitions_.front().outputs;
}

std::vector<std::string> Partitions::region_names() const {
  std::vector<std::string> names;
  for (const Partition& partition : partitions_)
    names.insert(names.end(), partition.regions.begin(), partition.regions.end());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace riposte::aws
