#include "enrich/acl.h"

#include <optional>

#include "base/text.h"

namespace riposte::enrich {

using json::Kind;
using json::Node;

namespace {

constexpr std::string_view kPermissions[] = {"read", "write", "read_acp", "write_acp",
                                             "full_control"};
constexpr std::size_t kPermissionCount = std::size(kPermissions);

constexpr std::string_view kEverybody = "/groups/global/AllUsers";
constexpr std::string_view kAuthenticated = "/groups/global/AuthenticatedUsers";
constexpr std::string_view kGrantHeader = "x-amz-grant-";

struct Given {
  bool everybody[kPermissionCount] = {};
  bool authenticated[kPermissionCount] = {};
};

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> names) {
  for (std::string_view name : names) {
    if (base::equals_ignore_case(text, name)) return true;
  }
  return false;
}

// "FULL_CONTROL" and "full-control" are the same permission.
std::optional<std::size_t> permission_of(std::string_view text) {
  std::string folded = base::lower(text);
  for (char& c : folded) {
    if (c == '-') c = '_';
  }
  for (std::size_t i = 0; i < kPermissionCount; ++i) {
    if (kPermissions[i] == folded) return i;
  }
  return std::nullopt;
}

void give(std::string_view grantee, std::string_view permission, Given& given) {
  const std::optional<std::size_t> index = permission_of(permission);
  if (!index) return;
  if (grantee.find(kEverybody) != std::string_view::npos) given.everybody[*index] = true;
  if (grantee.find(kAuthenticated) != std::string_view::npos) given.authenticated[*index] = true;
}

void give_canned(std::string_view name, Given& given) {
  if (is_one_of(name, {"public-read"})) given.everybody[0] = true;
  if (is_one_of(name, {"public-read-write"})) given.everybody[0] = given.everybody[1] = true;
  if (is_one_of(name, {"authenticated-read"})) given.authenticated[0] = true;
}

// One element of Grant: {"Grantee":{"URI":..},"Permission":..}.
void read_grant(const Node& grant, Given& given) {
  std::string_view uri;
  std::string_view permission;
  for (const Node& member : json::children(grant)) {
    if (is_one_of(member.key, {"permission"})) permission = member.text;
    if (!is_one_of(member.key, {"grantee"}) || !member.is(Kind::Object)) continue;
    for (const Node& field : json::children(member)) {
      if (is_one_of(field.key, {"uri"})) uri = field.text;
    }
  }
  give(uri, permission, given);
}

// `key` is the nearest name above: headers may hold one text or a list.
void visit(const Node& node, std::string_view key, Given& given) {
  if (node.is_string()) {
    if (is_one_of(key, {"x-amz-acl"})) give_canned(node.text, given);
    const bool is_header =
        base::equals_ignore_case(key.substr(0, kGrantHeader.size()), kGrantHeader);
    if (is_header) give(node.text, key.substr(kGrantHeader.size()), given);
    return;
  }
  if (node.is(Kind::Object)) read_grant(node, given);
  if (!node.is_container()) return;
  for (const Node& child : json::children(node)) {
    visit(child, node.is(Kind::Array) ? key : child.key, given);
  }
}

std::vector<std::string_view> names_of(const bool (&given)[kPermissionCount]) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kPermissionCount; ++i) {
    if (given[i]) names.push_back(kPermissions[i]);
  }
  return names;
}

void write_list(std::string_view name, const std::vector<std::string_view>& list,
                json::Writer& writer) {
  if (list.empty()) return;
  writer.key(name).array([&] {
    for (std::string_view text : list) {
      writer.value(text);
    }
  });
}

}  // namespace

AclGrants acl_grants_of(const Node& record) {
  Given given;
  const Node* request = record.find("requestParameters");
  if (request != nullptr) visit(*request, {}, given);
  return {names_of(given.everybody), names_of(given.authenticated)};
}

void write(const AclGrants& grants, json::Writer& writer) {
  writer.object([&] {
    write_list("public", grants.everybody, writer);
    write_list("authenticated", grants.authenticated, writer);
  });
}

}  // namespace riposte::enrich
