#include "rule/field_mapping.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace riposte::rule {
namespace {

FieldPath path_of(std::string_view dotted) {
  FieldPath path;
  for (std::string_view key : base::split(dotted, '.'))
    path.emplace_back(key);
  return path;
}

// A field of Sigma's taxonomy, or of a vendor's older naming, and where the records keep it.
struct Row {
  std::string_view field;
  std::string_view path;
};

constexpr Row kAws[] = {
    {"src_ip", "sourceIPAddress"},
};

// Sigma's category `dns` in the words of Route 53 Resolver.
constexpr Row kDns[] = {
    {"query", "query_name"},
    {"record_type", "query_type"},
    {"answer", "answers.Rdata"},
    {"answers", "answers.Rdata"},
};

constexpr Row kGcp[] = {
    {"gcp.audit.method_name", "protoPayload.methodName"},
    {"gcp.audit.service_name", "protoPayload.serviceName"},
    {"gcp.audit.resource_name", "protoPayload.resourceName"},
    {"gcp.audit.authentication_info.principal_email",
     "protoPayload.authenticationInfo.principalEmail"},
    {"gcp.audit.request_metadata.caller_ip", "protoPayload.requestMetadata.callerIp"},
    // Google Workspace
    {"eventService", "protoPayload.serviceName"},
    {"eventName", "protoPayload.metadata.event.eventName"},
    {"protoPayload.Servicename", "protoPayload.serviceName"},
};

constexpr Row kAzure[] = {
    // activitylogs
    {"OperationNameValue", "operationName.value"},
    {"OperationNameValue", "operationName"},
    {"operationName", "operationName.value"},
    {"CategoryValue", "category.value"},
    {"CategoryValue", "category"},
    {"ResourceProviderValue", "resourceProviderName.value"},
    {"ResourceProviderValue", "resourceProvider"},
    {"properties.message", "operationName"},
    {"properties.message", "properties.activityDisplayName"},
    // auditlogs
    {"ActivityDisplayName", "operationName"},
    {"ActivityType", "properties.operationType"},
    {"activityType", "properties.operationType"},
    {"Initiatedby", "properties.initiatedBy"},
    {"Initiatied.By", "properties.initiatedBy.user.userPrincipalName"},
    {"InitiatedBy", "properties.initiatedBy"},
    {"Target", "properties.targetResources"},
    {"Status", "properties.result"},
    // signinlogs
    {"ResultType", "properties.status.errorCode"},
    {"resultType", "properties.status.errorCode"},
    {"ResultDescription", "properties.status.failureReason"},
    {"Status", "properties.status"},
    {"location", "properties.location.countryOrRegion"},
    {"DeviceDetail.trusttype", "properties.deviceDetail.trustType"},
    {"callerIpAddress", "properties.ipAddress"},
};

// Keys of the <System> header, where Sigma joins element and attribute with an underscore.
constexpr Row kWindowsSystem[] = {
    {"EventID", "EventID"},
    {"Channel", "Channel"},
    {"Computer", "Computer"},
    {"ComputerName", "Computer"},
    {"Level", "Level"},
    {"Task", "Task"},
    {"Opcode", "Opcode"},
    {"Keywords", "Keywords"},
    {"Version", "Version"},
    {"EventRecordID", "EventRecordID"},
    {"Provider_Name", "Provider.#attributes.Name"},
    {"Provider_Guid", "Provider.#attributes.Guid"},
    {"Provider_EventSourceName", "Provider.#attributes.EventSourceName"},
    {"Source", "Provider.#attributes.Name"},
    {"TimeCreated_SystemTime", "TimeCreated.#attributes.SystemTime"},
    {"Execution_ProcessID", "Execution.#attributes.ProcessID"},
    {"Execution_ThreadID", "Execution.#attributes.ThreadID"},
    {"Correlation_ActivityID", "Correlation.#attributes.ActivityID"},
    {"Security_UserID", "Security.#attributes.UserID"},
};

// The process-creation taxonomy is Sysmon's; the Security channel's event 4688 names the same
// things differently.
constexpr Row kWindowsData[] = {
    {"Image", "NewProcessName"}, {"ParentImage", "ParentProcessName"},
    {"User", "SubjectUserName"}, {"LogonId", "SubjectLogonId"},
    {"Details", "NewValue"},
};

// The element below <UserData> is named by each provider; these are those that public rules speak
// of.
constexpr std::string_view kWindowsUserData[] = {
    "Operation_ClientFailure",         // WMI activity
    "Operation_TemporaryEssStarted",   // WMI activity
    "Operation_ESStoConsumerBinding",  // WMI activity
    "LogFileCleared",                  // event log
    "RuleAndFileData",                 // AppLocker
    "EventXML",                        // terminal services
    "DocumentPrinted",                 // print service
};

constexpr std::string_view kWindowsCategories[] = {
    "process_creation",
    "process_termination",
    "process_access",
    "process_tampering",
    "image_load",
    "driver_load",
    "create_remote_thread",
    "file_event",
    "file_change",
    "file_delete",
    "registry_add",
    "registry_delete",
    "registry_event",
    "registry_set",
    "registry_rename",
    "pipe_created",
    "wmi_event",
    "ps_script",
    "ps_module",
    "raw_access_thread",
    "create_stream_hash",
};

bool is_windows(const LogSource& source) {
  if (!source.product.empty()) return base::equals_ignore_case(source.product, "windows");
  return std::find(std::begin(kWindowsCategories), std::end(kWindowsCategories), source.category) !=
         std::end(kWindowsCategories);
}

// Sigma strips the spaces of a field's name; Defender's events have them: ThreatName, "Threat
// Name".
std::string spaced(std::string_view name) {
  std::string result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool is_upper = name[i] >= 'A' && name[i] <= 'Z';
    const bool after_lower = i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
    if (is_upper && after_lower) result += ' ';
    result += name[i];
  }
  return result;
}

class Paths {
 public:
  void add(std::string_view dotted) { add(path_of(dotted)); }
  void add(std::initializer_list<std::string_view> before, std::string_view field) {
    FieldPath path(before.begin(), before.end());
    for (std::string_view key : base::split(field, '.'))
      path.emplace_back(key);
    add(std::move(path));
  }
  template <std::size_t N>
  void add_rows(const Row (&rows)[N], std::string_view field,
                std::initializer_list<std::string_view> before = {}) {
    for (const Row& row : rows) {
      if (row.field == field) add(before, row.path);
    }
  }
  std::vector<FieldPath> take() { return std::move(paths_); }

 private:
  void add(FieldPath path) {
    if (std::find(paths_.begin(), paths_.end(), path) == paths_.end())
      paths_.push_back(std::move(path));
  }

  std::vector<FieldPath> paths_;
};

void add_windows(Paths& paths, std::string_view field) {
  paths.add({"Event", "EventData"}, field);
  paths.add({"Event", "EventData"}, spaced(field));
  paths.add_rows(kWindowsData, field, {"Event", "EventData"});
  paths.add_rows(kWindowsSystem, field, {"Event", "System"});
  for (std::string_view element : kWindowsUserData)
    paths.add({"Event", "UserData", element}, field);
}

// Diagnostic settings deliver what the API calls DeviceDetail as properties.deviceDetail.
void add_azure(Paths& paths, std::string_view field) {
  std::string first_lower(field);
  first_lower[0] = base::lower(first_lower[0]);
  paths.add(first_lower);
  if (!field.starts_with("properties.")) paths.add({"properties"}, first_lower);
  paths.add_rows(kAzure, field);
}

void add_gcp(Paths& paths, std::string_view field) {
  // Delivered through Pub/Sub, the entry stands below `data`.
  constexpr std::string_view kData = "data.";
  if (field.starts_with(kData)) paths.add(field.substr(kData.size()));
  paths.add_rows(kGcp, field);
}

}  // namespace

std::vector<FieldPath> paths_of(const LogSource& source, std::string_view field) {
  if (field.empty()) return {FieldPath{}};
  Paths paths;
  paths.add(field);
  if (is_windows(source)) {
    add_windows(paths, field);
  } else if (base::equals_ignore_case(source.product, "azure")) {
    add_azure(paths, field);
  } else if (base::equals_ignore_case(source.product, "gcp")) {
    add_gcp(paths, field);
  } else if (base::equals_ignore_case(source.product, "aws")) {
    paths.add_rows(kAws, field);
  }
  if (source.category == "dns" || source.service.starts_with("route53"))
    paths.add_rows(kDns, field);
  return paths.take();
}

}  // namespace riposte::rule
