#include "finding/ocsf_parts.h"

// Tested by src/finding/ocsf_writer_test.cc

namespace riposte::finding::ocsf {
namespace {

constexpr int kAccountAws = 10;

}  // namespace

void write_text(json::Writer& writer, std::string_view name, std::string_view text) {
  if (!text.empty()) writer.field(name, text);
}

void write_caption(json::Writer& writer, std::string_view id, std::string_view name,
                   Caption caption) {
  writer.field(id, caption.id);
  writer.field(name, caption.name);
}

void write_origin(json::Writer& writer, std::string_view uid, bool is_cloud,
                  std::string_view version) {
  writer.field("version", kSchemaVersion);
  writer.key("product").object([&] {
    writer.field("name", "riposte");
    writer.field("vendor_name", "riposte");
    write_text(writer, "version", version);
  });
  writer.key("profiles").array([&] {
    if (is_cloud) writer.value("cloud");
  });
  writer.field("uid", uid);
}

void write_account(json::Writer& writer, std::string_view account) {
  if (account.empty()) return;
  writer.key("account").object([&] {
    writer.field("uid", account);
    write_caption(writer, "type_id", "type", {kAccountAws, "AWS Account"});
  });
}

void write_cloud(json::Writer& writer, std::string_view account, std::string_view region) {
  writer.key("cloud").object([&] {
    writer.field("provider", "AWS");
    write_account(writer, account);
    write_text(writer, "region", region);
  });
}

}  // namespace riposte::finding::ocsf
