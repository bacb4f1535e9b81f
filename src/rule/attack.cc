#include "rule/attack.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace riposte::rule {
namespace {

constexpr std::array<Tactic, 14> kTactics = {{
    {"TA0043", "reconnaissance", "Reconnaissance"},
    {"TA0042", "resource-development", "Resource Development"},
    {"TA0001", "initial-access", "Initial Access"},
    {"TA0002", "execution", "Execution"},
    {"TA0003", "persistence", "Persistence"},
    {"TA0004", "privilege-escalation", "Privilege Escalation"},
    {"TA0005", "defense-evasion", "Defense Evasion"},
    {"TA0006", "credential-access", "Credential Access"},
    {"TA0007", "discovery", "Discovery"},
    {"TA0008", "lateral-movement", "Lateral Movement"},
    {"TA0009", "collection", "Collection"},
    {"TA0011", "command-and-control", "Command and Control"},
    {"TA0010", "exfiltration", "Exfiltration"},
    {"TA0040", "impact", "Impact"},
}};

// One bit a tactic, in the order above.
constexpr std::uint16_t kScout = 1 << 0;
constexpr std::uint16_t kStage = 1 << 1;
constexpr std::uint16_t kEnter = 1 << 2;
constexpr std::uint16_t kRun = 1 << 3;
constexpr std::uint16_t kStay = 1 << 4;
constexpr std::uint16_t kRise = 1 << 5;
constexpr std::uint16_t kHide = 1 << 6;
constexpr std::uint16_t kSteal = 1 << 7;
constexpr std::uint16_t kLook = 1 << 8;
constexpr std::uint16_t kMove = 1 << 9;
constexpr std::uint16_t kCollect = 1 << 10;
constexpr std::uint16_t kControl = 1 << 11;
constexpr std::uint16_t kLeak = 1 << 12;
constexpr std::uint16_t kHarm = 1 << 13;

constexpr Technique kTechniques[] = {
    {"T1005", "Data from Local System", kCollect},
    {"T1018", "Remote System Discovery", kLook},
    {"T1020", "Automated Exfiltration", kLeak},
    {"T1020.001", "Traffic Duplication", kLeak},
    {"T1021", "Remote Services", kMove},
    {"T1021.001", "Remote Desktop Protocol", kMove},
    {"T1021.004", "SSH", kMove},
    {"T1021.007", "Cloud Services", kMove},
    {"T1021.008", "Direct Cloud VM Connections", kMove},
    {"T1027", "Obfuscated Files or Information", kHide},
    {"T1029", "Scheduled Transfer", kLeak},
    {"T1030", "Data Transfer Size Limits", kLeak},
    {"T1033", "System Owner/User Discovery", kLook},
    {"T1036", "Masquerading", kHide},
    {"T1036.003", "Rename Legitimate Utilities", kHide},
    {"T1036.005", "Match Legitimate Resource Name or Location", kHide},
    {"T1036.010", "Masquerade Account Name", kHide},
    {"T1037", "Boot or Logon Initialization Scripts", kStay | kRise},
    {"T1040", "Network Sniffing", kSteal | kLook},
    {"T1041", "Exfiltration Over C2 Channel", kLeak},
    {"T1046", "Network Service Discovery", kLook},
    {"T1048", "Exfiltration Over Alternative Protocol", kLeak},
    {"T1048.002", "Exfiltration Over Asymmetric Encrypted Non-C2 Protocol", kLeak},
    {"T1048.003", "Exfiltration Over Unencrypted Non-C2 Protocol", kLeak},
    {"T1049", "System Network Connections Discovery", kLook},
    {"T1053", "Scheduled Task/Job", kRun | kStay | kRise},
    {"T1053.003", "Cron", kRun | kStay | kRise},
    {"T1053.007", "Container Orchestration Job", kRun | kStay | kRise},
    {"T1056", "Input Capture", kSteal | kCollect},
    {"T1057", "Process Discovery", kLook},
    {"T1059", "Command and Scripting Interpreter", kRun},
    {"T1059.001", "PowerShell", kRun},
    {"T1059.004", "Unix Shell", kRun},
    {"T1059.006", "Python", kRun},
    {"T1059.009", "Cloud API", kRun},
    {"T1068", "Exploitation for Privilege Escalation", kRise},
    {"T1069", "Permission Groups Discovery", kLook},
    {"T1069.003", "Cloud Groups", kLook},
    {"T1070", "Indicator Removal", kHide},
    {"T1070.001", "Clear Windows Event Logs", kHide},
    {"T1070.002", "Clear Linux or Mac System Logs", kHide},
    {"T1070.004", "File Deletion", kHide},
    {"T1070.008", "Clear Mailbox Data", kHide},
    {"T1071", "Application Layer Protocol", kControl},
    {"T1071.001", "Web Protocols", kControl},
    {"T1071.004", "DNS", kControl},
    {"T1072", "Software Deployment Tools", kRun | kMove},
    {"T1074", "Data Staged", kCollect},
    {"T1074.002", "Remote Data Staging", kCollect},
    {"T1078", "Valid Accounts", kEnter | kStay | kRise | kHide},
    {"T1078.001", "Default Accounts", kEnter | kStay | kRise | kHide},
    {"T1078.002", "Domain Accounts", kEnter | kStay | kRise | kHide},
    {"T1078.003", "Local Accounts", kEnter | kStay | kRise | kHide},
    {"T1078.004", "Cloud Accounts", kEnter | kStay | kRise | kHide},
    {"T1080", "Taint Shared Content", kMove},
    {"T1082", "System Information Discovery", kLook},
    {"T1083", "File and Directory Discovery", kLook},
    {"T1087", "Account Discovery", kLook},
    {"T1087.003", "Email Account", kLook},
    {"T1087.004", "Cloud Account", kLook},
    {"T1090", "Proxy", kControl},
    {"T1090.002", "External Proxy", kControl},
    {"T1090.003", "Multi-hop Proxy", kControl},
    {"T1095", "Non-Application Layer Protocol", kControl},
    {"T1098", "Account Manipulation", kStay | kRise},
    {"T1098.001", "Additional Cloud Credentials", kStay | kRise},
    {"T1098.002", "Additional Email Delegate Permissions", kStay | kRise},
    {"T1098.003", "Additional Cloud Roles", kStay | kRise},
    {"T1098.004", "SSH Authorized Keys", kStay | kRise},
    {"T1098.005", "Device Registration", kStay | kRise},
    {"T1098.006", "Additional Container Cluster Roles", kStay | kRise},
    {"T1098.007", "Additional Local or Domain Groups", kStay | kRise},
    {"T1102", "Web Service", kControl},
    {"T1105", "Ingress Tool Transfer", kControl},
    {"T1106", "Native API", kRun},
    {"T1110", "Brute Force", kSteal},
    {"T1110.001", "Password Guessing", kSteal},
    {"T1110.002", "Password Cracking", kSteal},
    {"T1110.003", "Password Spraying", kSteal},
    {"T1110.004", "Credential Stuffing", kSteal},
    {"T1111", "Multi-Factor Authentication Interception", kSteal},
    {"T1113", "Screen Capture", kCollect},
    {"T1114", "Email Collection", kCollect},
    {"T1114.002", "Remote Email Collection", kCollect},
    {"T1114.003", "Email Forwarding Rule", kCollect},
    {"T1119", "Automated Collection", kCollect},
    {"T1120", "Peripheral Device Discovery", kLook},
    {"T1127", "Trusted Developer Utilities Proxy Execution", kHide},
    {"T1132", "Data Encoding", kControl},
    {"T1133", "External Remote Services", kEnter | kStay},
    {"T1134", "Access Token Manipulation", kRise | kHide},
    {"T1136", "Create Account", kStay},
    {"T1136.001", "Local Account", kStay},
    {"T1136.002", "Domain Account", kStay},
    {"T1136.003", "Cloud Account", kStay},
    {"T1140", "Deobfuscate/Decode Files or Information", kHide},
    {"T1185", "Browser Session Hijacking", kCollect},
    {"T1189", "Drive-by Compromise", kEnter},
    {"T1190", "Exploit Public-Facing Application", kEnter},
    {"T1195", "Supply Chain Compromise", kEnter},
    {"T1195.001", "Compromise Software Dependencies and Development Tools", kEnter},
    {"T1195.002", "Compromise Software Supply Chain", kEnter},
    {"T1199", "Trusted Relationship", kEnter},
    {"T1201", "Password Policy Discovery", kLook},
    {"T1203", "Exploitation for Client Execution", kRun},
    {"T1204", "User Execution", kRun},
    {"T1204.001", "Malicious Link", kRun},
    {"T1204.002", "Malicious File", kRun},
    {"T1204.003", "Malicious Image", kRun},
    {"T1205", "Traffic Signaling", kStay | kHide | kControl},
    {"T1210", "Exploitation of Remote Services", kMove},
    {"T1211", "Exploitation for Defense Evasion", kHide},
    {"T1212", "Exploitation for Credential Access", kSteal},
    {"T1213", "Data from Information Repositories", kCollect},
    {"T1213.001", "Confluence", kCollect},
    {"T1213.002", "Sharepoint", kCollect},
    {"T1213.003", "Code Repositories", kCollect},
    {"T1213.004", "Customer Relationship Management Software", kCollect},
    {"T1213.005", "Messaging Applications", kCollect},
    {"T1213.006", "Databases", kCollect},
    {"T1217", "Browser Information Discovery", kLook},
    {"T1219", "Remote Access Tools", kControl},
    {"T1222", "File and Directory Permissions Modification", kHide},
    {"T1222.001", "Windows File and Directory Permissions Modification", kHide},
    {"T1222.002", "Linux and Mac File and Directory Permissions Modification", kHide},
    {"T1480", "Execution Guardrails", kHide},
    {"T1482", "Domain Trust Discovery", kLook},
    {"T1484", "Domain or Tenant Policy Modification", kRise | kHide},
    {"T1484.001", "Group Policy Modification", kRise | kHide},
    {"T1484.002", "Trust Modification", kRise | kHide},
    {"T1485", "Data Destruction", kHarm},
    {"T1485.001", "Lifecycle-Triggered Deletion", kHarm},
    {"T1486", "Data Encrypted for Impact", kHarm},
    {"T1489", "Service Stop", kHarm},
    {"T1490", "Inhibit System Recovery", kHarm},
    {"T1491", "Defacement", kHarm},
    {"T1491.001", "Internal Defacement", kHarm},
    {"T1491.002", "External Defacement", kHarm},
    {"T1495", "Firmware Corruption", kHarm},
    {"T1496", "Resource Hijacking", kHarm},
    {"T1496.001", "Compute Hijacking", kHarm},
    {"T1496.002", "Bandwidth Hijacking", kHarm},
    {"T1496.003", "SMS Pumping", kHarm},
    {"T1496.004", "Cloud Service Hijacking", kHarm},
    {"T1498", "Network Denial of Service", kHarm},
    {"T1498.001", "Direct Network Flood", kHarm},
    {"T1498.002", "Reflection Amplification", kHarm},
    {"T1499", "Endpoint Denial of Service", kHarm},
    {"T1499.001", "OS Exhaustion Flood", kHarm},
    {"T1499.002", "Service Exhaustion Flood", kHarm},
    {"T1499.003", "Application Exhaustion Flood", kHarm},
    {"T1499.004", "Application or System Exploitation", kHarm},
    {"T1505", "Server Software Component", kStay},
    {"T1505.003", "Web Shell", kStay},
    {"T1518", "Software Discovery", kLook},
    {"T1518.001", "Security Software Discovery", kLook},
    {"T1525", "Implant Internal Image", kStay},
    {"T1526", "Cloud Service Discovery", kLook},
    {"T1528", "Steal Application Access Token", kSteal},
    {"T1529", "System Shutdown/Reboot", kHarm},
    {"T1530", "Data from Cloud Storage", kCollect},
    {"T1531", "Account Access Removal", kHarm},
    {"T1534", "Internal Spearphishing", kMove},
    {"T1535", "Unused/Unsupported Cloud Regions", kHide},
    {"T1537", "Transfer Data to Cloud Account", kLeak},
    {"T1538", "Cloud Service Dashboard", kLook},
    {"T1539", "Steal Web Session Cookie", kSteal},
    {"T1542", "Pre-OS Boot", kStay | kHide},
    {"T1543", "Create or Modify System Process", kStay | kRise},
    {"T1546", "Event Triggered Execution", kStay | kRise},
    {"T1548", "Abuse Elevation Control Mechanism", kRise | kHide},
    {"T1548.005", "Temporary Elevated Cloud Access", kRise | kHide},
    {"T1550", "Use Alternate Authentication Material", kHide | kMove},
    {"T1550.001", "Application Access Token", kHide | kMove},
    {"T1550.004", "Web Session Cookie", kHide | kMove},
    {"T1552", "Unsecured Credentials", kSteal},
    {"T1552.001", "Credentials In Files", kSteal},
    {"T1552.004", "Private Keys", kSteal},
    {"T1552.005", "Cloud Instance Metadata API", kSteal},
    {"T1552.007", "Container API", kSteal},
    {"T1552.008", "Chat Messages", kSteal},
    {"T1553", "Subvert Trust Controls", kHide},
    {"T1553.002", "Code Signing", kHide},
    {"T1553.004", "Install Root Certificate", kHide},
    {"T1555", "Credentials from Password Stores", kSteal},
    {"T1555.005", "Password Managers", kSteal},
    {"T1555.006", "Cloud Secrets Management Stores", kSteal},
    {"T1556", "Modify Authentication Process", kStay | kHide | kSteal},
    {"T1556.006", "Multi-Factor Authentication", kStay | kHide | kSteal},
    {"T1556.007", "Hybrid Identity", kStay | kHide | kSteal},
    {"T1556.009", "Conditional Access Policies", kStay | kHide | kSteal},
    {"T1557", "Adversary-in-the-Middle", kSteal | kCollect},
    {"T1558", "Steal or Forge Kerberos Tickets", kSteal},
    {"T1560", "Archive Collected Data", kCollect},
    {"T1561", "Disk Wipe", kHarm},
    {"T1562", "Impair Defenses", kHide},
    {"T1562.001", "Disable or Modify Tools", kHide},
    {"T1562.004", "Disable or Modify System Firewall", kHide},
    {"T1562.006", "Indicator Blocking", kHide},
    {"T1562.007", "Disable or Modify Cloud Firewall", kHide},
    {"T1562.008", "Disable or Modify Cloud Logs", kHide},
    {"T1564", "Hide Artifacts", kHide},
    {"T1564.008", "Email Hiding Rules", kHide},
    {"T1565", "Data Manipulation", kHarm},
    {"T1565.001", "Stored Data Manipulation", kHarm},
    {"T1565.002", "Transmitted Data Manipulation", kHarm},
    {"T1565.003", "Runtime Data Manipulation", kHarm},
    {"T1566", "Phishing", kEnter},
    {"T1566.001", "Spearphishing Attachment", kEnter},
    {"T1566.002", "Spearphishing Link", kEnter},
    {"T1566.004", "Spearphishing Voice", kEnter},
    {"T1567", "Exfiltration Over Web Service", kLeak},
    {"T1567.001", "Exfiltration to Code Repository", kLeak},
    {"T1567.002", "Exfiltration to Cloud Storage", kLeak},
    {"T1567.004", "Exfiltration Over Webhook", kLeak},
    {"T1568", "Dynamic Resolution", kControl},
    {"T1568.002", "Domain Generation Algorithms", kControl},
    {"T1570", "Lateral Tool Transfer", kMove},
    {"T1571", "Non-Standard Port", kControl},
    {"T1572", "Protocol Tunneling", kControl},
    {"T1573", "Encrypted Channel", kControl},
    {"T1574", "Hijack Execution Flow", kStay | kRise | kHide},
    {"T1578", "Modify Cloud Compute Infrastructure", kHide},
    {"T1578.001", "Create Snapshot", kHide},
    {"T1578.002", "Create Cloud Instance", kHide},
    {"T1578.003", "Delete Cloud Instance", kHide},
    {"T1578.004", "Revert Cloud Instance", kHide},
    {"T1578.005", "Modify Cloud Compute Configurations", kHide},
    {"T1580", "Cloud Infrastructure Discovery", kLook},
    {"T1583", "Acquire Infrastructure", kStage},
    {"T1583.001", "Domains", kStage},
    {"T1583.002", "DNS Server", kStage},
    {"T1583.003", "Virtual Private Server", kStage},
    {"T1583.004", "Server", kStage},
    {"T1583.006", "Web Services", kStage},
    {"T1583.007", "Serverless", kStage},
    {"T1584", "Compromise Infrastructure", kStage},
    {"T1584.001", "Domains", kStage},
    {"T1584.002", "DNS Server", kStage},
    {"T1584.003", "Virtual Private Server", kStage},
    {"T1584.004", "Server", kStage},
    {"T1584.006", "Web Services", kStage},
    {"T1584.007", "Serverless", kStage},
    {"T1585", "Establish Accounts", kStage},
    {"T1585.003", "Cloud Accounts", kStage},
    {"T1586", "Compromise Accounts", kStage},
    {"T1586.003", "Cloud Accounts", kStage},
    {"T1587", "Develop Capabilities", kStage},
    {"T1588", "Obtain Capabilities", kStage},
    {"T1588.004", "Digital Certificates", kStage},
    {"T1589", "Gather Victim Identity Information", kScout},
    {"T1589.001", "Credentials", kScout},
    {"T1590", "Gather Victim Network Information", kScout},
    {"T1591", "Gather Victim Org Information", kScout},
    {"T1592", "Gather Victim Host Information", kScout},
    {"T1593", "Search Open Websites/Domains", kScout},
    {"T1594", "Search Victim-Owned Websites", kScout},
    {"T1595", "Active Scanning", kScout},
    {"T1595.001", "Scanning IP Blocks", kScout},
    {"T1595.002", "Vulnerability Scanning", kScout},
    {"T1595.003", "Wordlist Scanning", kScout},
    {"T1596", "Search Open Technical Databases", kScout},
    {"T1598", "Phishing for Information", kScout},
    {"T1599", "Network Boundary Bridging", kHide},
    {"T1599.001", "Network Address Translation Traversal", kHide},
    {"T1600", "Weaken Encryption", kHide},
    {"T1600.001", "Reduce Key Space", kHide},
    {"T1601", "Modify System Image", kHide},
    {"T1602", "Data from Configuration Repository", kCollect},
    {"T1606", "Forge Web Credentials", kSteal},
    {"T1606.001", "Web Cookies", kSteal},
    {"T1606.002", "SAML Tokens", kSteal},
    {"T1608", "Stage Capabilities", kStage},
    {"T1608.001", "Upload Malware", kStage},
    {"T1608.003", "Install Digital Certificate", kStage},
    {"T1609", "Container Administration Command", kRun},
    {"T1610", "Deploy Container", kRun | kHide},
    {"T1611", "Escape to Host", kRise},
    {"T1612", "Build Image on Host", kHide},
    {"T1613", "Container and Resource Discovery", kLook},
    {"T1614", "System Location Discovery", kLook},
    {"T1615", "Group Policy Discovery", kLook},
    {"T1619", "Cloud Storage Object Discovery", kLook},
    {"T1621", "Multi-Factor Authentication Request Generation", kSteal},
    {"T1648", "Serverless Execution", kRun},
    {"T1649", "Steal or Forge Authentication Certificates", kSteal},
    {"T1650", "Acquire Access", kStage},
    {"T1651", "Cloud Administration Command", kRun},
    {"T1654", "Log Enumeration", kLook},
    {"T1656", "Impersonation", kHide},
    {"T1657", "Financial Theft", kHarm},
    {"T1665", "Hide Infrastructure", kControl},
    {"T1666", "Modify Cloud Resource Hierarchy", kHide},
    {"T1667", "Email Bombing", kHarm},
    {"T1671", "Cloud Application Integration", kStay},
    {"T1672", "Email Spoofing", kHide},
    {"T1675", "ESXi Administration Command", kRun},
};

std::string_view without_prefix(std::string_view tag) {
  constexpr std::string_view kPrefix = "attack.";
  return base::equals_ignore_case(tag.substr(0, kPrefix.size()), kPrefix)
             ? tag.substr(kPrefix.size())
             : tag;
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "attack.t1562.008" -> "T1562.008"; empty where the tag names no technique.
std::string technique_of(std::string_view tag) {
  std::string uid(without_prefix(tag));
  const bool is_short = uid.size() == 5;
  const bool is_long = uid.size() == 9 && uid[5] == '.' && all_digits(uid.substr(6));
  if (!is_short && !is_long) return {};
  if (base::lower(uid[0]) != 't' || !all_digits(uid.substr(1, 4))) return {};
  uid[0] = 'T';
  return uid;
}

bool same_tag(std::string_view a, std::string_view b) {
  const auto same = [](char x, char y) {
    return base::lower(x == '_' ? '-' : x) == base::lower(y == '_' ? '-' : y);
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

template <typename T>
void add_once(std::vector<T>& list, const T& item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

std::vector<const Tactic*> tactics_for(std::string_view technique,
                                       const std::vector<const Tactic*>& tagged) {
  const Technique* known = find_technique(technique);
  if (known == nullptr) known = find_technique(technique.substr(0, 5));
  if (known == nullptr) return tagged.size() == 1 ? tagged : std::vector<const Tactic*>{};
  std::vector<const Tactic*> fitting;
  for (const Tactic* tactic : tagged) {
    if ((known->tactics >> (tactic - kTactics.data()) & 1) != 0) fitting.push_back(tactic);
  }
  return fitting;
}

Attack attack_of(const std::string& technique, const Tactic* tactic) {
  return {.tactic = tactic,
          .technique = technique.substr(0, 5),
          .sub_technique = technique.size() > 5 ? technique : ""};
}

}  // namespace

std::span<const Tactic> tactics() { return kTactics; }

std::span<const Technique> techniques() { return kTechniques; }

const Tactic* find_tactic(std::string_view tag) {
  const std::string_view name = without_prefix(tag);
  for (const Tactic& tactic : kTactics) {
    if (same_tag(name, tactic.tag) || base::equals_ignore_case(name, tactic.uid)) return &tactic;
  }
  return nullptr;
}

const Technique* find_technique(std::string_view uid) {
  const std::span<const Technique> all = techniques();
  const auto found = std::lower_bound(
      all.begin(), all.end(), uid,
      [](const Technique& technique, std::string_view wanted) { return technique.uid < wanted; });
  return found != all.end() && found->uid == uid ? &*found : nullptr;
}

std::vector<Attack> attacks_of(const std::vector<std::string>& tags) {
  std::vector<const Tactic*> tagged;
  std::vector<std::string> named;
  for (const std::string& tag : tags) {
    if (const Tactic* tactic = find_tactic(tag)) add_once(tagged, tactic);
    if (std::string technique = technique_of(tag); !technique.empty()) add_once(named, technique);
  }

  std::vector<Attack> attacks;
  std::vector<const Tactic*> used;
  for (const std::string& technique : named) {
    const std::vector<const Tactic*> fitting = tactics_for(technique, tagged);
    if (fitting.empty()) attacks.push_back(attack_of(technique, nullptr));
    for (const Tactic* tactic : fitting) {
      attacks.push_back(attack_of(technique, tactic));
      add_once(used, tactic);
    }
  }
  for (const Tactic* tactic : tagged) {
    if (std::find(used.begin(), used.end(), tactic) == used.end()) {
      attacks.push_back({.tactic = tactic, .technique = "", .sub_technique = ""});
    }
  }
  return attacks;
}

}  // namespace riposte::rule
