#include "rule/sigma_reader.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/span.h"
#include "base/text.h"
#include "json/writer.h"
#include "rule/eventbridge_reader.h"
#include "rule/scalar_place.h"
#include "rule/sigma_condition.h"
#include "rule/sigma_correlation.h"
#include "rule/sigma_shape.h"
#include "rule/sigma_value.h"

namespace riposte::rule {
namespace {

const std::vector<std::string_view>& known_keys() {
  static const std::vector<std::string_view> kKeys = {
      "title",       "id",          "name",        "related",   "taxonomy",
      "status",      "description", "license",     "author",    "date",
      "level",       "references",  "modified",    "logsource", "detection",
      "correlation", "filter",      "fields",      "tags",      "falsepositives",
      "scope",       "generate",    "eventbridge", "riposte",   "action",
      "simulation"};
  return kKeys;
}

constexpr std::string_view kStatuses[] = {"stable", "test", "experimental", "deprecated",
                                          "unsupported"};

// The file's name without folders and ending: "aws_cloudtrail_trail_stopped".
std::string stem_of(std::string_view file) {
  const std::size_t slash = file.rfind('/');
  if (slash != std::string_view::npos) file.remove_prefix(slash + 1);
  const std::size_t dot = file.rfind('.');
  return std::string(dot == 0 ? file : file.substr(0, dot));
}

// Everything about one text that its documents share.
struct TextContext {
  const RuleText& text;
  const ScalarPlaces& places;
  const Placeholders& placeholders;
  TestPlaceholders test_placeholders;
};

class DocumentReader {
 public:
  DocumentReader(const json::Value& document, const TextContext& context,
                 base::Diagnostics& diagnostics)
      : document_(document),
        context_(context),
        diagnostics_(diagnostics),
        errors_before_(diagnostics.error_count()),
        complaints_max_(diagnostics.all().size() + kComplaintsMax) {}

  // Adds the rule or the filter, unless something is wrong with it.
  void read(std::size_t number, SigmaDocuments& documents) {
    if (!check_document()) return;
    check_keys(document_, known_keys(), UnknownKeys::AreToldIfNear, "sigma-unknown-key",
               diagnostics_);
    if (member_of(document_, "filter") != nullptr) {
      SigmaFilter filter = read_filter();
      if (ok()) documents.filters.push_back(std::move(filter));
    } else {
      Rule rule = read_rule(number);
      if (ok()) documents.rules.push_back(std::move(rule));
    }
    if (diagnostics_.all().size() >= complaints_max_) {
      diagnostics_.error(
          document_.place(), "sigma-limit",
          fmt::format("after {} complaints the rest of this document is not read", kComplaintsMax));
    }
  }

 private:
  bool ok() const {
    return diagnostics_.error_count() == errors_before_ &&
           diagnostics_.all().size() < complaints_max_;
  }

  bool check_document() {
    if (!document_.is_object()) {
      error(document_, "sigma-document",
            fmt::format("a rule is a map, not {}", json::name_of(document_.kind())));
      return false;
    }
    const json::Value* action = member_of(document_, "action");
    if (action == nullptr) return true;
    if (action->text() != "global" && action->text() != "reset" && action->text() != "repeat")
      return true;
    error(*action, "sigma-document",
          "documents that share keys by `action` are no longer part of Sigma",
          "write out every document, or use a correlation");
    return false;
  }

  // What describes rules of every kind.

  Rule read_rule(std::size_t number) {
    Rule rule;
    rule.file = context_.text.file;
    rule.place = document_.place();
    rule.title = read_title();
    rule.id = text_member(document_, "id", diagnostics_);
    if (rule.id.empty()) rule.id = base::sha256_hex(json::to_json(document_));
    rule.name = text_member(document_, "name", diagnostics_);
    rule.has_own_name = !rule.name.empty();
    if (!rule.has_own_name)
      rule.name = stem_of(rule.file) + (number > 1 ? fmt::format("-{}", number) : "");
    rule.description = text_member(document_, "description", diagnostics_);
    rule.author = read_author();
    rule.status = read_status();
    rule.level = read_level();
    rule.tags = texts_member(document_, "tags", diagnostics_);
    rule.references = texts_member(document_, "references", diagnostics_);
    rule.false_positives = texts_member(document_, "falsepositives", diagnostics_);
    read_riposte(rule);
    read_body(rule);
    read_count(rule);
    return rule;
  }

  std::string read_title() {
    std::string title = text_member(document_, "title", diagnostics_);
    if (title.empty() && member_of(document_, "title") == nullptr) {
      error(document_, "sigma-missing", "a rule needs a title",
            "title: what it finds, in a few words");
    }
    return title;
  }

  std::string read_author() {
    return base::join(texts_member(document_, "author", diagnostics_), ", ");
  }

  std::string read_status() {
    std::string status = text_member(document_, "status", diagnostics_);
    const bool known =
        std::find(std::begin(kStatuses), std::end(kStatuses), status) != std::end(kStatuses);
    if (!status.empty() && !known) {
      const std::string near = base::nearest(status, {std::begin(kStatuses), std::end(kStatuses)});
      diagnostics_.warning(place_of("status"), "sigma-status",
                           fmt::format("\"{}\" is no status", status),
                           near.empty() ? "stable, test, experimental, deprecated or unsupported"
                                        : fmt::format("did you mean \"{}\"?", near));
    }
    return status;
  }

  Level read_level() {
    const std::string name = text_member(document_, "level", diagnostics_);
    if (name.empty()) return Level::Medium;
    const std::optional<Level> level = parse_level(name);
    if (level) return *level;
    const std::string near = base::nearest(name, {kLevelNames.begin(), kLevelNames.end()});
    diagnostics_.error(place_of("level"), "sigma-level", fmt::format("\"{}\" is no level", name),
                       near.empty() ? "informational, low, medium, high or critical"
                                    : fmt::format("did you mean \"{}\"?", near));
    return Level::Medium;
  }

  LogSource read_log_source() {
    const json::Value* value = member_of(document_, "logsource");
    if (value == nullptr) return {};
    if (!value->is_object()) {
      error(*value, "sigma-type",
            fmt::format("\"logsource\" must be a map, not {}", json::name_of(value->kind())),
            "logsource: {product: aws, service: cloudtrail}");
      return {};
    }
    check_keys(*value, {"product", "service", "category", "definition"}, UnknownKeys::AreToldIfNear,
               "sigma-unknown-key", diagnostics_);
    return {text_member(*value, "product", diagnostics_),
            text_member(*value, "service", diagnostics_),
            text_member(*value, "category", diagnostics_)};
  }

  // The one thing a rule looks for.

  void read_body(Rule& rule) {
    rule.log_source = read_log_source();
    const json::Value* detection = document_.find("detection");
    const json::Value* correlation = document_.find("correlation");
    const json::Value* pattern = document_.find("eventbridge");
    const int bodies = (detection != nullptr) + (correlation != nullptr) + (pattern != nullptr);
    if (bodies != 1) {
      error(document_, "sigma-kind",
            bodies == 0 ? "a rule needs a detection, a correlation or an eventbridge pattern"
                        : "a rule has only one of detection, correlation and eventbridge",
            bodies == 0 ? "" : "write a document for each, separated by ---");
      return;
    }
    if (detection != nullptr) return read_detection(*detection, rule);
    if (correlation != nullptr) return read_correlation_body(*correlation, rule);
    std::optional<Condition> condition = read_eventbridge(*pattern, diagnostics_);
    if (condition) rule.condition = *std::move(condition);
  }

  void read_detection(const json::Value& detection, Rule& rule) {
    require_log_source();
    std::optional<Condition> condition =
        read_selections(detection, rule.log_source, placeholders_of(rule), {"timeframe"});
    if (condition) rule.condition = *std::move(condition);
    if (const json::Value* timeframe = detection.find("timeframe")) {
      diagnostics_.warning(timeframe->place(), "sigma-timeframe",
                           "a time frame has no meaning in a single event",
                           "write a correlation document with a timespan");
    }
  }

  void read_correlation_body(const json::Value& block, Rule& rule) {
    rule.condition = Condition::any_of({});
    rule.correlation = read_correlation(block, context_.places, diagnostics_);
    const json::Value* generate = member_of(document_, "generate");
    if (rule.correlation && generate != nullptr)
      rule.correlation->generate = generate->as_bool().value_or(false);
  }

  Placeholders placeholders_of(const Rule& rule) const {
    if (context_.test_placeholders == TestPlaceholders::Ignored) return context_.placeholders;
    Placeholders merged = rule.test_placeholders;
    merged.insert(context_.placeholders.begin(), context_.placeholders.end());
    return merged;
  }

  void require_log_source() {
    if (member_of(document_, "logsource") != nullptr) return;
    error(document_, "sigma-missing", "a rule needs a log source",
          "logsource: {product: aws, service: cloudtrail}");
  }

  // Search identifiers and the condition over them, of a detection or a filter. `reserved` are keys
  // with other meanings.
  std::optional<Condition> read_selections(const json::Value& map, const LogSource& log_source,
                                           const Placeholders& placeholders,
                                           const std::vector<std::string_view>& reserved) {
    if (!map.is_object()) {
      error(map, "sigma-type",
            fmt::format("search identifiers stand in a map, not in {}", json::name_of(map.kind())));
      return std::nullopt;
    }
    const json::Value* expression = member_of(map, "condition");
    if (expression == nullptr)
      error(map, "sigma-missing", "there is no condition", "condition: selection");
    const std::optional<std::vector<NamedCondition>> named =
        read_named(map, log_source, placeholders, reserved);
    if (expression == nullptr || !named) return std::nullopt;
    SigmaConditionReader reader(*named, diagnostics_);
    std::optional<Condition> condition = read_expressions(*expression, reader);
    if (condition) reader.tell_unused();
    return condition;
  }

  std::optional<std::vector<NamedCondition>> read_named(
      const json::Value& map, const LogSource& log_source, const Placeholders& placeholders,
      const std::vector<std::string_view>& reserved) {
    if (map.members().size() > kIdentifiersMax) {
      error(map, "sigma-limit",
            fmt::format("a rule may have {} search identifiers", kIdentifiersMax));
      return std::nullopt;
    }
    SigmaValueReader values({log_source, placeholders, context_.places, complaints_max_},
                            diagnostics_);
    std::vector<NamedCondition> named;
    bool ok = true;
    for (const json::Value::Member& member : map.members()) {
      const bool is_reserved =
          std::find(reserved.begin(), reserved.end(), member.key) != reserved.end();
      if (member.key == "condition" || is_reserved) continue;
      std::optional<Condition> condition = values.read(member.value);
      ok = ok && condition;
      named.push_back({member.key, member.key_place,
                       condition ? *std::move(condition) : Condition::any_of({})});
    }
    if (!ok) return std::nullopt;
    return named;
  }

  std::optional<Condition> read_expressions(const json::Value& value,
                                            SigmaConditionReader& reader) {
    if (value.is_object()) {
      error(value, "sigma-type", "the condition is an expression or a list of them, not a map");
      return std::nullopt;
    }
    if (value.is_scalar()) return reader.read({value.text(), context_.places.of(value.place())});
    if (value.items().empty()) {
      error(value, "sigma-condition", "an empty list of conditions never holds");
      return std::nullopt;
    }
    std::vector<Condition> conditions;
    for (const json::Value& item : value.items()) {
      if (!item.is_scalar()) {
        error(item, "sigma-type",
              fmt::format("a condition is text, not {}", json::name_of(item.kind())));
        return std::nullopt;
      }
      std::optional<Condition> condition =
          reader.read({item.text(), context_.places.of(item.place())});
      if (!condition) return std::nullopt;
      conditions.push_back(*std::move(condition));
    }
    return Condition::any_of(std::move(conditions));
  }

  // Filters.

  SigmaFilter read_filter() {
    SigmaFilter filter;
    filter.title = read_title();
    filter.file = context_.text.file;
    filter.place = document_.place();
    for (std::string_view other : {"detection", "correlation", "eventbridge"}) {
      if (document_.find(other) == nullptr) continue;
      error(document_, "sigma-kind", fmt::format("a filter has no \"{}\"", other),
            "write a document for each, separated by ---");
    }
    require_log_source();
    filter.log_source = read_log_source();
    const json::Value& body = *member_of(document_, "filter");
    std::optional<Condition> condition =
        read_selections(body, filter.log_source, context_.placeholders, {"rules"});
    if (condition) filter.condition = *std::move(condition);
    if (body.is_object()) read_filtered_rules(body, filter);
    return filter;
  }

  // A list of rules, or `any` (pySigma: `all`, or an empty list, too).
  void read_filtered_rules(const json::Value& body, SigmaFilter& filter) {
    const json::Value* rules = member_of(body, "rules");
    if (rules == nullptr)
      return error(body, "sigma-missing", "a filter needs the rules it is for",
                   "rules: a list of ids or names, or any");
    filter.any_rule = rules->is_array() ? rules->items().empty()
                                        : rules->text() == "any" || rules->text() == "all";
    if (filter.any_rule) return;
    if (!rules->is_array()) {
      for (const std::string& rule : texts_of(*rules, "rules", diagnostics_))
        filter.rules.push_back({rule, rules->place()});
      return;
    }
    for (const json::Value& item : rules->items()) {
      if (!item.is_scalar()) return error(item, "sigma-type", "a rule is named by text");
      filter.rules.push_back({item.text(), item.place()});
    }
  }

  // Our own key.

  void read_riposte(Rule& rule) {
    const json::Value* ours = member_of(document_, "riposte");
    if (ours == nullptr) return;
    if (!ours->is_object())
      return error(*ours, "riposte-type", "\"riposte\" must be a map", "riposte: {tests: [...]}");
    check_keys(*ours, {"tests", "response", "placeholders", "addresses", "again", "cost"},
               UnknownKeys::AreErrors, "riposte-unknown-key", diagnostics_);
    rule.response = text_member(*ours, "response", diagnostics_);
    if (const json::Value* placeholders = member_of(*ours, "placeholders"))
      read_test_placeholders(*placeholders, rule);
    if (const json::Value* addresses = member_of(*ours, "addresses"))
      read_test_addresses(*addresses, rule);
    const json::Value* tests = member_of(*ours, "tests");
    if (tests == nullptr) return;
    if (!tests->is_array()) return error(*tests, "riposte-type", "\"tests\" must be a list");
    for (const json::Value& test : tests->items())
      read_test(test, rule);
  }

  // What our key says of the correlation.
  void read_count(Rule& rule) {
    const json::Value* ours = member_of(document_, "riposte");
    if (ours == nullptr || !ours->is_object()) return;
    if (const json::Value* again = member_of(*ours, "again")) read_again(*again, rule);
    if (const json::Value* cost = member_of(*ours, "cost")) read_cost(*cost, rule);
  }

  void read_again(const json::Value& value, Rule& rule) {
    const bool is_count = rule.correlation && !rule.correlation->settles() &&
                          (rule.correlation->type == CorrelationType::EventCount ||
                           rule.correlation->type == CorrelationType::ValueCount ||
                           rule.correlation->type == CorrelationType::ValueSum);
    if (value.text() != "true" || !is_count)
      return error(value, "riposte-type", "\"again\" is for counts and sums that reach a number",
                   "again: true, beside condition: {gte: 128}");
    rule.correlation->again = true;
  }

  void read_cost(const json::Value& value, Rule& rule) {
    const auto number = [&](std::string_view key) {
      const json::Value* member = member_of(value, key);
      return member == nullptr ? std::nullopt : member->as_number();
    };
    Cost cost;
    if (value.is_object()) {
      check_keys(value, {"usd", "per", "of", "source"}, UnknownKeys::AreErrors,
                 "riposte-unknown-key", diagnostics_);
      cost = {number("usd").value_or(0), number("per").value_or(0),
              text_member(value, "of", diagnostics_), text_member(value, "source", diagnostics_)};
    }
    if (!rule.correlation || cost.usd <= 0 || cost.per < 1 || cost.of.empty() ||
        cost.source.empty()) {
      return error(value, "riposte-type", "\"cost\" is the price of a correlation's events",
                   "cost: {usd: 0.40, per: 1000000, of: requests, source: https://...}");
    }
    rule.cost = std::move(cost);
  }

  void read_test_addresses(const json::Value& map, Rule& rule) {
    if (!map.is_object())
      return error(map, "riposte-type",
                   "\"addresses\" is a map of addresses to what is known of them");
    for (const json::Value::Member& member : map.members()) {
      if (!member.value.is_object()) {
        error(member.value, "riposte-type", "what is known of an address is a map",
              "{threat: {list: [name]}}");
        continue;
      }
      rule.test_addresses[member.key] = json::to_json(member.value);
    }
  }

  void read_test_placeholders(const json::Value& map, Rule& rule) {
    if (!map.is_object())
      return error(map, "riposte-type", "\"placeholders\" must map names to lists of values");
    for (const json::Value::Member& member : map.members()) {
      rule.test_placeholders[member.key] = texts_of(member.value, member.key, diagnostics_);
    }
  }

  void read_test(const json::Value& value, Rule& rule) {
    if (diagnostics_.all().size() >= complaints_max_) return;
    if (!value.is_object())
      return error(value, "riposte-type", "a test is a map",
                   "{name: ..., expect: hit, event: {...}}");
    check_keys(value, {"name", "expect", "event", "events", "file"}, UnknownKeys::AreErrors,
               "riposte-unknown-key", diagnostics_);
    RuleTest test;
    test.place = value.place();
    test.name = text_member(value, "name", diagnostics_);
    if (test.name.empty()) error(value, "riposte-test", "a test needs a name");
    const std::string expect = text_member(value, "expect", diagnostics_);
    test.expect_hit = expect == "hit";
    if (expect != "hit" && expect != "none")
      error(value, "riposte-test", "a test expects `hit` or `none`", "expect: hit");
    read_test_events(value, test);
    rule.tests.push_back(std::move(test));
  }

  void read_test_events(const json::Value& value, RuleTest& test) {
    const json::Value* event = member_of(value, "event");
    const json::Value* events = member_of(value, "events");
    const json::Value* file = member_of(value, "file");
    if ((event != nullptr) + (events != nullptr) + (file != nullptr) != 1) {
      return error(value, "riposte-test", "a test has exactly one of event, events and file");
    }
    if (file != nullptr) test.file = text_member(value, "file", diagnostics_);
    if (event != nullptr) add_test_event(*event, test);
    if (events == nullptr) return;
    if (!events->is_array()) return error(*events, "riposte-type", "\"events\" must be a list");
    for (const json::Value& each : events->items()) {
      if (member_of(each, "repeat") != nullptr) {
        add_repeated_event(each, test);
      } else {
        add_test_event(each, test);
      }
    }
  }

  // {repeat: 100, every: 4s, event: {...}}: so many of the event, one after the other, each {n} in
  // it replaced by its number.
  void add_repeated_event(const json::Value& value, RuleTest& test) {
    check_keys(value, {"repeat", "every", "event"}, UnknownKeys::AreErrors, "riposte-unknown-key",
               diagnostics_);
    const json::Value* event = member_of(value, "event");
    const std::optional<double> count = member_of(value, "repeat")->as_number();
    const auto every = base::parse_span(text_member(value, "every", diagnostics_));
    const json::Value* time = event == nullptr ? nullptr : member_of(*event, "eventTime");
    const auto begin = time == nullptr ? std::nullopt : base::parse_time(time->text());
    if (!count || *count < 1 || *count > kRepeatMax || !every || !begin) {
      return error(value, "riposte-test", "a repeated event has a number, a span and an eventTime",
                   "{repeat: 100, every: 4s, event: {eventTime: ..., ...}}");
    }
    const std::string pattern = json::to_json(*event);
    const std::string written = json::quoted(time->text());
    for (int n = 0; n < static_cast<int>(*count); ++n) {
      std::string text = pattern;
      replace_all(text, written, json::quoted(base::format_time(*begin + n * *every)));
      replace_all(text, "{n}", std::to_string(n));
      test.events.push_back(std::move(text));
    }
  }

  static void replace_all(std::string& text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size())) {
      text.replace(at, what.size(), with);
    }
  }

  void add_test_event(const json::Value& event, RuleTest& test) {
    if (!event.is_object())
      return error(event, "riposte-type",
                   fmt::format("an event is a map, not {}", json::name_of(event.kind())));
    test.events.push_back(json::to_json(event));
  }

  base::Place place_of(std::string_view key) const {
    const json::Value* value = document_.find(key);
    return value == nullptr ? document_.place() : context_.places.of(value->place());
  }

  void error(const json::Value& value, std::string code, std::string message,
             std::string hint = {}) {
    diagnostics_.error(value.place(), std::move(code), std::move(message), std::move(hint));
  }

  const json::Value& document_;
  const TextContext& context_;
  base::Diagnostics& diagnostics_;
  const std::size_t errors_before_;
  const std::size_t complaints_max_;
};

// The documents, by position, in which a key stands twice: they can be read, but what they mean is
// anybody's guess. (After any other error of the YAML reader the document is not there at all.)
std::set<std::size_t> ambiguous_documents(const std::vector<json::Value>& documents,
                                          const base::Diagnostics& diagnostics,
                                          std::size_t complaints_before) {
  std::set<std::size_t> ambiguous;
  for (std::size_t i = complaints_before; i < diagnostics.all().size(); ++i) {
    const base::Diagnostic& complaint = diagnostics.all()[i];
    if (complaint.code != "yaml-duplicate-key") continue;
    const auto behind = std::upper_bound(
        documents.begin(), documents.end(), complaint.place.line,
        [](std::size_t line, const json::Value& document) { return line < document.place().line; });
    if (behind == documents.begin()) continue;
    ambiguous.insert(static_cast<std::size_t>(behind - documents.begin()) - 1);
  }
  return ambiguous;
}

bool agrees(const std::string& wanted, const std::string& given) {
  return wanted.empty() || base::equals_ignore_case(wanted, given);
}

}  // namespace

bool SigmaFilter::accepts(const LogSource& rule_source) const {
  return agrees(log_source.product, rule_source.product) &&
         agrees(log_source.service, rule_source.service) &&
         agrees(log_source.category, rule_source.category);
}

SigmaDocuments read_sigma(const RuleText& text, const Placeholders& placeholders,
                          TestPlaceholders test_placeholders, base::Diagnostics& diagnostics) {
  diagnostics.set_source(text.file, text.text);
  const std::size_t complaints_before = diagnostics.all().size();
  const std::vector<json::Value> documents = json::read_yaml(text.text, diagnostics);
  const std::set<std::size_t> ambiguous =
      ambiguous_documents(documents, diagnostics, complaints_before);
  const ScalarPlaces places(text.text);
  const TextContext context = {text, places, placeholders, test_placeholders};
  SigmaDocuments result;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (documents[i].is_null() || ambiguous.contains(i)) continue;
    DocumentReader(documents[i], context, diagnostics).read(i + 1, result);
  }
  return result;
}

}  // namespace riposte::rule
