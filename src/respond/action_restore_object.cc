// restore-object: an object as it was before a call overwrote, planted or deleted it.
//
//     latest is the call's delete marker    the marker deleted
//     latest is the call's version          the version before it copied over it; where there is
//                                           none, a delete marker if `new_objects: delete`
//
// Nothing is lost: the call's version stays below. An undo deletes exactly the version that was
// made. Where the latest version is another one, somebody wrote since, and a person decides.

#include <algorithm>

#include "respond/action_parts.h"
#include "respond/actions.h"

// Tested by src/respond/action_restore_object_test.cc

namespace riposte::respond {
namespace {

using json::Node;

constexpr double kCopyBytesMax = 5.0 * 1024 * 1024 * 1024;  // of CopyObject

bool is_true(const Node* node) { return node != nullptr && node->is(json::Kind::True); }

// As x-amz-copy-source wants it: percent-encoded but for slashes.
std::string encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~' ||
                          c == '/';
    if (is_plain) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 0xFU];
    }
  }
  return out;
}

class Rescue {
 public:
  Rescue(const ActionRequest& request, FactReader& account)
      : request_(request),
        account_(account),
        bucket_(first_text({request.with.string_at("bucket"),
                            event_text(request, "requestParameters.bucketName")})),
        key_(first_text(
            {request.with.string_at("key"), event_text(request, "requestParameters.key")})),
        made_(first_text({request.with.string_at("version"),
                          event_text(request, "responseElements.x-amz-version-id")})) {}

  base::Result<std::vector<PlannedStep>> plan() {
    if (bucket_.empty() || key_.empty())
      return no_action("neither the record nor the parameters name an object");
    if (!event_text(request_, "requestParameters.versionId").empty() &&
        event_name(request_).starts_with("Delete"))
      return no_action("a version was deleted for good: no other is it");
    const json::OwnedDocument versioning =
        TRY(read(account_, "s3.GetBucketVersioning", object({{"Bucket", bucket_}})));
    if (versioning.root().string_at("Status") != "Enabled")
      return no_action("the bucket " + bucket_ + " keeps no earlier versions");
    const json::OwnedDocument versions = TRY(read(account_, "s3.ListObjectVersions", of_key()));
    const std::vector<const Node*> kept = of_object(versions.root().find("Versions"));
    for (const Node* marker : of_object(versions.root().find("DeleteMarkers"))) {
      if (is_true(marker->find("IsLatest"))) return without(*marker, kept);
    }
    const auto latest = std::find_if(kept.begin(), kept.end(), [](const Node* version) {
      return is_true(version->find("IsLatest"));
    });
    if (latest == kept.end()) return no_action("there is no such object, and no version of it");
    const std::string_view id = (*latest)->string_at("VersionId");
    if (!made_.empty() && made_ != id)
      return no_action("the object was written again since: the latest version is another one");
    // Newest first, as S3 lists them; a delete marker between them means that there was nothing.
    const auto before = std::next(latest);
    const bool was_there =
        before != kept.end() && !is_marker_between(versions.root(), **latest, **before);
    return was_there ? copied(id, **before) : hidden(id);
  }

 private:
  Json of_key() const { return object({{"Bucket", bucket_}, {"Prefix", key_}}); }

  Json of_version(const Json& version) const {
    return object({{"Bucket", bucket_}, {"Key", key_}, {"VersionId", version}});
  }

  // The prefix fits other keys, too.
  std::vector<const Node*> of_object(const Node* listed) const {
    std::vector<const Node*> found = items_of(listed);
    std::erase_if(found, [&](const Node* each) { return each->string_at("Key") != key_; });
    return found;
  }

  bool is_marker_between(const Node& versions, const Node& newer, const Node& older) const {
    const std::vector<const Node*> markers = of_object(versions.find("DeleteMarkers"));
    return std::any_of(markers.begin(), markers.end(), [&](const Node* marker) {
      const std::string_view time = marker->string_at("LastModified");
      return time > older.string_at("LastModified") && time < newer.string_at("LastModified");
    });
  }

  Json is_latest(std::string_view list_name, std::string_view version, bool latest) const {
    return object({{list_name, object({{"Key", list({key_})},
                                       {"VersionId", list({version})},
                                       {"IsLatest", list({latest})}})}});
  }

  base::Result<std::vector<PlannedStep>> without(const Node& marker,
                                                 const std::vector<const Node*>& kept) const {
    const std::string_view id = marker.string_at("VersionId");
    if (!made_.empty() && made_ != id)
      return no_action("the object was deleted again since: the latest marker is another one");
    if (kept.empty()) return no_action("of the deleted object no version is left");
    const std::string_view before = kept.front()->string_at("VersionId");
    return std::vector<PlannedStep>{
        StepParts(request_, "object", "s3.DeleteObject", of_version(id))
            .before("s3.ListObjectVersions", of_key(),
                    object({{"DeleteMarkers",
                             object({{"Key", list({key_})}, {"IsLatest", list({true})}})}}))
            .undo("s3.DeleteObject", object({{"Bucket", bucket_}, {"Key", key_}}))
            .after("s3.ListObjectVersions", of_key(), is_latest("Versions", before, true))
            .take()};
  }

  base::Result<std::vector<PlannedStep>> copied(std::string_view made, const Node& before) const {
    const std::string_view id = before.string_at("VersionId");
    const Node* size = before.find("Size");
    if (size != nullptr && size->number().value_or(0) > kCopyBytesMax)
      return no_action("the version before is larger than one call can copy (5 GiB)");
    const std::string source = encoded(bucket_) + "/" + encoded(key_) + "?versionId=" + encoded(id);
    return std::vector<PlannedStep>{
        StepParts(request_, "object", "s3.CopyObject",
                  object({{"Bucket", bucket_}, {"Key", key_}, {"CopySource", source}}))
            .before("s3.ListObjectVersions", of_key(), is_latest("Versions", made, true))
            .undo("s3.DeleteObject", of_version(Json::late("answer.VersionId")))
            .after("s3.ListObjectVersions", of_key(), is_latest("Versions", made, false))
            .note("content, type and metadata are copied; an access control list of its own is not")
            .take()};
  }

  base::Result<std::vector<PlannedStep>> hidden(std::string_view made) const {
    if (request_.with.string_at("new_objects") != "delete")
      return no_action("there is no version before: the call made the object");
    return std::vector<PlannedStep>{
        StepParts(request_, "object", "s3.DeleteObject",
                  object({{"Bucket", bucket_}, {"Key", key_}}))
            .before("s3.ListObjectVersions", of_key(), is_latest("Versions", made, true))
            .undo("s3.DeleteObject", of_version(Json::late("answer.VersionId")))
            .after("s3.ListObjectVersions", of_key(), is_latest("Versions", made, false))
            .note("a delete marker: the version stays below it")
            .take()};
  }

  const ActionRequest& request_;
  FactReader& account_;
  std::string bucket_;
  std::string key_;
  std::string made_;
};

class RestoreObject final : public NamedAction {
 public:
  std::string_view name() const override { return "restore-object"; }

  std::span<const Parameter> parameters() const override {
    static constexpr Parameter kAll[] = {
        {"bucket", false, "its name; the record's if not said"},
        {"key", false, "of the object; the record's if not said"},
        {"version", false, "that the call made; the record's if not said"},
        {"new_objects", false, "delete: what was not there before gets a delete marker",
         "leave delete"},
    };
    return kAll;
  }

  std::span<const Operation> operations() const override {
    static const Operation kAll[] = {{"s3", "CopyObject"},
                                     {"s3", "DeleteObject"},
                                     {"s3", "GetBucketVersioning"},
                                     {"s3", "ListObjectVersions"}};
    return kAll;
  }

  base::Result<std::vector<PlannedStep>> plan(const ActionRequest& request,
                                              FactReader& account) const override {
    return Rescue(request, account).plan();
  }
};

}  // namespace

const NamedAction& restore_object() {
  static const RestoreObject kAction;
  return kAction;
}

}  // namespace riposte::respond
