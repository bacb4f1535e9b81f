// restore-item: an item of a DynamoDB table as it was before a change that the table's stream told.
//
//     MODIFY   the old image put, if the item still is the new one
//     REMOVE   the old image put, if there still is no item; where one was made anew, in its place
//     INSERT   left, or with new_items: delete deleted, if it still is the new image
//
// Who deletes an item and makes it anew changes it, in two records. The first knows what was there
// before; the second looks as if nothing had been, and to delete by it would lose the item.
//
// One call each, conditional and of the whole item: nothing is lost between two calls, and what
// somebody else wrote meanwhile is not overwritten. When the plan is made the item must be the new
// image exactly; the condition then names every attribute of it, and that those of the old one that
// it lacks are not there.
//
// A restore comes through the stream as well, with its images turned round. Nothing in it says
// whose it is, so we ask whether we made the very call that would have caused it.

#include <algorithm>

#include <fmt/format.h>

#include "base/time.h"
#include "event/arn.h"
#include "json/canonical.h"
#include "respond/action_parts.h"
#include "respond/actions.h"

// Tested by src/respond/action_restore_item_test.cc

namespace riposte::respond {
namespace {

using json::Node;

// DynamoDB takes 300 operators and 4 KiB of an expression; each attribute needs two and some bytes.
constexpr std::size_t kAttributesMax = 100;

// One state of an item: its attributes, or null where there is no item.
using Image = const Node*;

// A condition under which a write goes through: the item is this image, or there is none.
class Condition {
 public:
  Condition(Image image, Image other, const Node& keys) {
    if (image == nullptr) {
      add_absent(items_of(&keys).front()->key);
    } else {
      for (const Node* attribute : items_of(image)) {
        const std::string number = std::to_string(names_.size());
        add(fmt::format("#n{0} = :v{0}", number));
        values_.emplace_back(":v" + number, *attribute);
        names_.emplace_back("#n" + number, attribute->key);
      }
      for (const Node* attribute : items_of(other)) {
        if (image->find(attribute->key) == nullptr) add_absent(attribute->key);
      }
    }
  }

  void add_to(Members& members) const {
    members.emplace_back("ConditionExpression", text_);
    members.emplace_back("ExpressionAttributeNames", object_of(names_));
    if (!values_.empty()) members.emplace_back("ExpressionAttributeValues", object_of(values_));
  }

 private:
  using Named = std::vector<std::pair<std::string, Json>>;

  void add(const std::string& term) { text_ += (text_.empty() ? "" : " AND ") + term; }

  void add_absent(std::string_view name) {
    const std::string placeholder = "#n" + std::to_string(names_.size());
    add("attribute_not_exists(" + placeholder + ")");
    names_.emplace_back(placeholder, name);
  }

  static Json object_of(const Named& named) {
    Members members;
    for (const auto& [name, value] : named)
      members.emplace_back(name, value);
    return object(members);
  }

  std::string text_;
  Named names_;
  Named values_;
};

class Rollback {
 public:
  Rollback(const ActionRequest& request, FactReader& account)
      : request_(request), account_(account), change_(request.event->find("dynamodb")) {}

  base::Result<std::vector<PlannedStep>> plan() {
    TRY(read_record());
    TRY(check_attributes());
    TRY(check_is_not_ours());
    const json::OwnedDocument facts = TRY(read(account_, "dynamodb.GetItem", of_item()));
    Image now = facts.root().find("Item");
    if (items_of(now).empty()) now = nullptr;
    if (is_same(now, old_)) return no_action("the item is as it was before already");
    if (new_ == nullptr && now != nullptr) {
      if (request_.with.string_at("reinserted") == "refuse")
        return no_action("the item was deleted and made anew, and what was made is left");
      new_ = now;
      TRY(check_size(new_));
      TRY(check_attributes());
    }
    if (!is_same(now, new_))
      return no_action("the item is no longer as the change left it: somebody changed it since");
    if (old_ == nullptr && request_.with.string_at("new_items") != "delete") {
      return no_action(
          "the item is new, or was deleted and made anew: without new_items: delete it is left");
    }
    return std::vector<PlannedStep>{step()};
  }

 private:
  base::Status read_record() {
    const std::optional<event::Arn> stream =
        event::parse_arn(event_text(request_, "eventSourceARN"));
    if (change_ == nullptr || !stream || !stream->resource.starts_with("table/"))
      return no_action("the record is of no change that a table's stream told");
    const std::string_view resource = stream->resource.substr(std::string_view("table/").size());
    table_ = resource.substr(0, resource.find('/'));
    keys_ = change_->find("Keys");
    old_ = change_->find("OldImage");
    new_ = change_->find("NewImage");
    const std::string_view name = event_name(request_);
    const bool has_old = items_of(old_).empty() == (name == "INSERT");
    const bool has_new = items_of(new_).empty() == (name == "REMOVE");
    if (items_of(keys_).empty() || !has_old || !has_new) {
      return no_action("the stream tells no whole images before and after, but " +
                       std::string(first_text({change_->string_at("StreamViewType"), "none"})));
    }
    if (name == "INSERT") old_ = nullptr;
    if (name == "REMOVE") new_ = nullptr;
    TRY(check_size(old_));
    return check_size(new_);
  }

  static base::Status check_size(Image image) {
    if (items_of(image).size() <= kAttributesMax) return base::Done{};
    return no_action("the item has more than " + std::to_string(kAttributesMax) + " attributes");
  }

  // Of a change to nothing that is protected nothing is taken back.
  base::Status check_attributes() const {
    const Node* attributes = request_.with.find("attributes");
    if (attributes == nullptr || old_ == nullptr || new_ == nullptr) return base::Done{};
    for (const Node* name : items_of(attributes)) {
      if (!is_same(old_->find(name->text), new_->find(name->text))) return base::Done{};
    }
    return no_action("none of the attributes that must not change did");
  }

  base::Status check_is_not_ours() const {
    const std::optional<base::EventTime> time =
        base::parse_time(request_.finding.string_at("time"));
    const PlannedCall restore =
        StepParts(request_, "", operation(new_), write(new_, old_)).take().call;
    if (time && account_.made_by_us(restore, *time))
      return no_action("the change is a restore or its undo, made by us");
    return base::Done{};
  }

  static bool is_same(Image a, Image b) {
    if (a == nullptr || b == nullptr) return a == b;
    return json::canonical(*a) == json::canonical(*b);
  }

  Json of_item() const {
    return object({{"TableName", table_}, {"Key", *keys_}, {"ConsistentRead", true}});
  }

  static std::string_view operation(Image wanted) {
    return wanted == nullptr ? "dynamodb.DeleteItem" : "dynamodb.PutItem";
  }

  // Makes the item `wanted`, if it is `now`.
  Json write(Image wanted, Image now) const {
    Members members = {{"TableName", table_}};
    if (wanted == nullptr) {
      members.emplace_back("Key", *keys_);
    } else {
      members.emplace_back("Item", *wanted);
    }
    Condition(now, wanted, *keys_).add_to(members);
    return object(members);
  }

  PlannedStep step() const {
    StepParts parts(request_, "item", operation(old_), write(old_, new_));
    parts.undo(operation(new_), write(new_, old_));
    constexpr std::string_view kRead = "dynamodb.GetItem";
    if (new_ != nullptr) {
      parts.before_exactly(kRead, of_item(), object({{"Item", *new_}}));
    } else {
      parts.before(kRead, of_item(), no_image());
    }
    if (old_ != nullptr) {
      parts.after_exactly(kRead, of_item(), object({{"Item", *old_}}));
    } else {
      parts.after(kRead, of_item(), no_image());
    }
    return parts.take();
  }

  Json no_image() const {
    Members keys;
    for (const Node* key : items_of(keys_)) {
      for (const Node* value : items_of(key))
        keys.emplace_back(key->key, object({{value->key, absent()}}));
    }
    return object({{"Item", object(keys)}});
  }

  const ActionRequest& request_;
  FactReader& account_;
  const Node* change_;
  std::string_view table_;
  const Node* keys_ = nullptr;
  Image old_ = nullptr;
  Image new_ = nullptr;
};

class RestoreItem final : public NamedAction {
 public:
  std::string_view name() const override { return "restore-item"; }

  std::span<const Parameter> parameters() const override {
    static constexpr Parameter kAll[] = {
        {"attributes", false, "a list: what must not change; any change if not said"},
        {"new_items", false,
         "delete: an item that was not there before is deleted; else it is left", "leave delete"},
        {"reinserted", false,
         "refuse: an item that was deleted and made anew is left; else the deleted one replaces it",
         "refuse replace"},
    };
    return kAll;
  }

  std::span<const Operation> operations() const override {
    static const Operation kAll[] = {
        {"dynamodb", "DeleteItem"}, {"dynamodb", "GetItem"}, {"dynamodb", "PutItem"}};
    return kAll;
  }

  base::Result<std::vector<PlannedStep>> plan(const ActionRequest& request,
                                              FactReader& account) const override {
    if (request.event == nullptr) return no_action("no record was kept of the event");
    return Rollback(request, account).plan();
  }
};

}  // namespace

const NamedAction& restore_item() {
  static const RestoreItem kAction;
  return kAction;
}

}  // namespace riposte::respond
