// block-address: keeps an address out wherever blocks are enforced (docs/formats/blocks.md).
//
// What it changes is the ledger's own table of blocks; who enforces blocks then does it. Its hold
// ends by itself, and what is taken back is this hold and nobody else's.

#include "base/network.h"
#include "base/span.h"
#include "respond/action_parts.h"
#include "respond/actions.h"

// Tested by src/respond/action_block_address_test.cc

namespace riposte::respond {
namespace {

class BlockAddress final : public NamedAction {
 public:
  std::string_view name() const override { return "block-address"; }

  std::span<const Parameter> parameters() const override {
    static constexpr Parameter kAll[] = {
        {"address", false, "an address, or a network in CIDR notation; the finding's if not said"},
        {"ttl", false, "for how long, as 30m; blocks.ttl of the configuration if not said"},
        {"scope", false, "the name of one enforcement; all if not said"},
        {"reason", false, "for people; the finding's rule if not said"},
    };
    return kAll;
  }

  std::span<const Operation> operations() const override {
    static const Operation kAll[] = {
        {"riposte", "AddBlock"}, {"riposte", "GetBlock"}, {"riposte", "RemoveBlock"}};
    return kAll;
  }

  base::Result<std::vector<PlannedStep>> plan(const ActionRequest& request,
                                              FactReader&) const override {
    const std::string_view address =
        first_text({request.with.string_at("address"), request.finding.string_at("actor.ip")});
    const std::optional<base::Network> network = base::parse_network(address);
    if (!network)
      return no_action("\"" + std::string(address) + "\" is no address that could be blocked");
    const std::string_view ttl = request.with.string_at("ttl");
    if (!ttl.empty() && !base::parse_span(ttl))
      return no_action("\"" + std::string(ttl) + "\" is no span of time, as 30m");
    const std::string_view scope = first_text({request.with.string_at("scope"), "all"});
    const std::string cidr = base::to_text(*network);
    const std::string key =
        std::string(request.finding.string_at("id")) + " " + cidr + " " + std::string(scope);
    Members members = {
        {"Cidr", cidr},
        {"Key", key},
        {"Level", first_text({request.finding.string_at("rule.level"), "medium"})},
        {"Reason", first_text({request.with.string_at("reason"),
                               request.finding.string_at("rule.name"), "a finding"})},
        {"Scope", scope}};
    if (!ttl.empty()) members.emplace_back("Ttl", ttl);
    const Json by_key = object({{"Key", key}});
    return std::vector<PlannedStep>{
        StepParts(request, "block", "riposte.AddBlock", object(members))
            .before("riposte.GetBlock", by_key, object({{"Held", list({Json(false)})}}))
            .after("riposte.GetBlock", by_key, object({{"Held", list({Json(true)})}}))
            .undo("riposte.RemoveBlock", by_key)
            .take()};
  }
};

}  // namespace

const NamedAction& block_address() {
  static const BlockAddress kAction;
  return kAction;
}

}  // namespace riposte::respond
