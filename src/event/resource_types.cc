#include "event/resource_types.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace riposte::event {

using base::equals_ignore_case;

namespace {

constexpr ResourceType kTypes[] = {
    {"AWS::EC2::Instance", "ec2", "instance/", Scope::Regional},
    {"AWS::EC2::SecurityGroup", "ec2", "security-group/", Scope::Regional},
    {"AWS::EC2::SecurityGroupRule", "ec2", "security-group-rule/", Scope::Regional},
    {"AWS::EC2::NetworkAcl", "ec2", "network-acl/", Scope::Regional},
    {"AWS::EC2::RouteTable", "ec2", "route-table/", Scope::Regional},
    {"AWS::EC2::FlowLog", "ec2", "vpc-flow-log/", Scope::Regional},
    {"AWS::EC2::Snapshot", "ec2", "snapshot/", Scope::Region},
    {"AWS::EC2::Image", "ec2", "image/", Scope::Region},
    {"AWS::EC2::Volume", "ec2", "volume/", Scope::Regional},
    {"AWS::EC2::NetworkInterface", "ec2", "network-interface/", Scope::Regional},
    {"AWS::EC2::InternetGateway", "ec2", "internet-gateway/", Scope::Regional},
    {"AWS::EC2::EgressOnlyInternetGateway", "ec2", "egress-only-internet-gateway/",
     Scope::Regional},
    {"AWS::EC2::NatGateway", "ec2", "natgateway/", Scope::Regional},
    {"AWS::EC2::VPCEndpoint", "ec2", "vpc-endpoint/", Scope::Regional},
    {"AWS::EC2::VPCEndpointService", "ec2", "vpc-endpoint-service/", Scope::Regional},
    {"AWS::EC2::EIP", "ec2", "elastic-ip/", Scope::Regional},
    {"AWS::EC2::VPC", "ec2", "vpc/", Scope::Elsewhere},
    {"AWS::EC2::Subnet", "ec2", "subnet/", Scope::Elsewhere},
    {"AWS::EC2::VPCPeeringConnection", "ec2", "vpc-peering-connection/", Scope::Elsewhere},
    {"AWS::EC2::TransitGateway", "ec2", "transit-gateway/", Scope::Elsewhere},
    {"AWS::EC2::PrefixList", "ec2", "prefix-list/", Scope::Elsewhere},
    {"AWS::EC2::LaunchTemplate", "ec2", "launch-template/", Scope::Regional},
    {"AWS::EC2::VPNGateway", "ec2", "vpn-gateway/", Scope::Regional},
    {"AWS::EC2::CustomerGateway", "ec2", "customer-gateway/", Scope::Regional},
    {"AWS::EC2::VPNConnection", "ec2", "vpn-connection/", Scope::Regional},
    {"AWS::EC2::DHCPOptions", "ec2", "dhcp-options/", Scope::Regional},
    {"AWS::EC2::KeyPair", "ec2", "key-pair/", Scope::Regional},
    {"AWS::S3::AccessPoint", "s3", "accesspoint/", Scope::Regional},
    {"AWS::S3::StorageLens", "s3", "storage-lens/", Scope::Regional},
    {"AWS::S3::Bucket", "s3", "", Scope::Global},
    {"AWS::S3::Object", "s3", "", Scope::Global},
    {"AWS::IAM::User", "iam", "user/", Scope::Elsewhere},
    {"AWS::IAM::Role", "iam", "role/", Scope::Elsewhere},
    {"AWS::IAM::Group", "iam", "group/", Scope::Elsewhere},
    {"AWS::IAM::ManagedPolicy", "iam", "policy/", Scope::Elsewhere},
    {"AWS::IAM::InstanceProfile", "iam", "instance-profile/", Scope::Elsewhere},
    {"AWS::IAM::SAMLProvider", "iam", "saml-provider/", Scope::Account},
    {"AWS::IAM::OIDCProvider", "iam", "oidc-provider/", Scope::Account},
    {"AWS::IAM::VirtualMFADevice", "iam", "mfa/", Scope::Elsewhere},
    {"AWS::IAM::ServerCertificate", "iam", "server-certificate/", Scope::Elsewhere},
    {"AWS::IAM::AccessKey", "", "", Scope::Elsewhere},
    {"AWS::STS::AssumedRole", "sts", "assumed-role/", Scope::Elsewhere},
    {"AWS::CloudTrail::Trail", "cloudtrail", "trail/", Scope::Regional},
    {"AWS::CloudTrail::EventDataStore", "cloudtrail", "eventdatastore/", Scope::Regional},
    {"AWS::KMS::Key", "kms", "key/", Scope::Regional},
    {"AWS::KMS::Alias", "kms", "alias/", Scope::Regional},
    {"AWS::Lambda::Function", "lambda", "function:", Scope::Regional},
    {"AWS::Lambda::LayerVersion", "lambda", "layer:", Scope::Elsewhere},
    {"AWS::Lambda::EventSourceMapping", "lambda", "event-source-mapping:", Scope::Regional},
    {"AWS::RDS::DBInstance", "rds", "db:", Scope::Regional},
    {"AWS::RDS::DBCluster", "rds", "cluster:", Scope::Regional},
    {"AWS::RDS::DBSnapshot", "rds", "snapshot:", Scope::Regional},
    {"AWS::RDS::DBClusterSnapshot", "rds", "cluster-snapshot:", Scope::Regional},
    {"AWS::RDS::DBSubnetGroup", "rds", "subgrp:", Scope::Regional},
    {"AWS::RDS::DBSecurityGroup", "rds", "secgrp:", Scope::Regional},
    {"AWS::RDS::DBParameterGroup", "rds", "pg:", Scope::Regional},
    {"AWS::RDS::GlobalCluster", "rds", "global-cluster:", Scope::Account},
    {"AWS::DynamoDB::Table", "dynamodb", "table/", Scope::Regional},
    {"AWS::SecretsManager::Secret", "secretsmanager", "secret:", Scope::Elsewhere},
    {"AWS::SSM::Parameter", "ssm", "parameter/", Scope::Regional},
    {"AWS::SSM::Document", "ssm", "document/", Scope::Elsewhere},
    {"AWS::SNS::Topic", "sns", "", Scope::Regional},
    {"AWS::SQS::Queue", "sqs", "", Scope::Regional},
    {"AWS::Logs::LogGroup", "logs", "log-group:", Scope::Regional},
    {"AWS::CloudWatch::Alarm", "cloudwatch", "alarm:", Scope::Regional},
    {"AWS::Events::Rule", "events", "rule/", Scope::Elsewhere},
    {"AWS::Events::EventBus", "events", "event-bus/", Scope::Regional},
    {"AWS::Config::ConfigurationRecorder", "", "", Scope::Elsewhere},
    {"AWS::Config::DeliveryChannel", "", "", Scope::Elsewhere},
    {"AWS::Config::ConfigRule", "config", "config-rule/", Scope::Elsewhere},
    {"AWS::GuardDuty::Detector", "guardduty", "detector/", Scope::Regional},
    {"AWS::SecurityHub::Hub", "securityhub", "hub/", Scope::Regional},
    {"AWS::AccessAnalyzer::Analyzer", "access-analyzer", "analyzer/", Scope::Regional},
    {"AWS::WAFv2::WebACL", "wafv2", "regional/webacl/", Scope::Elsewhere},
    {"AWS::WAFv2::WebACL", "wafv2", "global/webacl/", Scope::Elsewhere},
    {"AWS::WAFv2::IPSet", "wafv2", "regional/ipset/", Scope::Elsewhere},
    {"AWS::WAFv2::IPSet", "wafv2", "global/ipset/", Scope::Elsewhere},
    {"AWS::CloudFormation::Stack", "cloudformation", "stack/", Scope::Elsewhere},
    {"AWS::CloudFormation::StackSet", "cloudformation", "stackset/", Scope::Elsewhere},
    {"AWS::ECR::Repository", "ecr", "repository/", Scope::Regional},
    {"AWS::EKS::Cluster", "eks", "cluster/", Scope::Regional},
    {"AWS::ECS::Cluster", "ecs", "cluster/", Scope::Regional},
    {"AWS::ECS::TaskDefinition", "ecs", "task-definition/", Scope::Elsewhere},
    {"AWS::ECS::Service", "ecs", "service/", Scope::Elsewhere},
    {"AWS::ECS::Task", "ecs", "task/", Scope::Elsewhere},
    {"AWS::Organizations::Account", "organizations", "account/", Scope::Elsewhere},
    {"AWS::Organizations::OrganizationalUnit", "organizations", "ou/", Scope::Elsewhere},
    {"AWS::Organizations::Policy", "organizations", "policy/", Scope::Elsewhere},
    {"AWS::Organizations::Organization", "organizations", "organization/", Scope::Elsewhere},
    {"AWS::Route53::HostedZone", "route53", "hostedzone/", Scope::Global},
    {"AWS::Route53Resolver::ResolverQueryLoggingConfig", "route53resolver",
     "resolver-query-log-config/", Scope::Regional},
    {"AWS::CloudFront::Distribution", "cloudfront", "distribution/", Scope::Account},
    {"AWS::Glue::Job", "glue", "job/", Scope::Regional},
    {"AWS::Glue::Database", "glue", "database/", Scope::Regional},
    {"AWS::Glue::DevEndpoint", "glue", "devEndpoint/", Scope::Regional},
    {"AWS::SageMaker::NotebookInstance", "sagemaker", "notebook-instance/", Scope::Regional},
    {"AWS::SageMaker::Endpoint", "sagemaker", "endpoint/", Scope::Regional},
    {"AWS::SageMaker::Model", "sagemaker", "model/", Scope::Regional},
    {"AWS::Bedrock::Guardrail", "bedrock", "guardrail/", Scope::Regional},
    {"AWS::Kinesis::Stream", "kinesis", "stream/", Scope::Regional},
    {"AWS::KinesisFirehose::DeliveryStream", "firehose", "deliverystream/", Scope::Regional},
    {"AWS::CodeBuild::Project", "codebuild", "project/", Scope::Regional},
    {"AWS::StepFunctions::StateMachine", "states", "stateMachine:", Scope::Regional},
    {"AWS::AutoScaling::AutoScalingGroup", "autoscaling", "autoScalingGroup:", Scope::Elsewhere},
    {"AWS::AutoScaling::LaunchConfiguration", "autoscaling",
     "launchConfiguration:", Scope::Elsewhere},
    {"AWS::ElasticLoadBalancingV2::LoadBalancer", "elasticloadbalancing", "loadbalancer/app/",
     Scope::Elsewhere},
    {"AWS::ElasticLoadBalancingV2::LoadBalancer", "elasticloadbalancing", "loadbalancer/net/",
     Scope::Elsewhere},
    {"AWS::ElasticLoadBalancing::LoadBalancer", "elasticloadbalancing", "loadbalancer/",
     Scope::Regional},
    {"AWS::Redshift::Cluster", "redshift", "cluster:", Scope::Regional},
    {"AWS::ElastiCache::CacheCluster", "elasticache", "cluster:", Scope::Regional},
    {"AWS::OpenSearch::Domain", "es", "domain/", Scope::Regional},
    {"AWS::EFS::FileSystem", "elasticfilesystem", "file-system/", Scope::Regional},
    {"AWS::Backup::BackupVault", "backup", "backup-vault:", Scope::Regional},
    {"AWS::Backup::RecoveryPoint", "backup", "recovery-point:", Scope::Regional},
    {"AWS::Cognito::UserPool", "cognito-idp", "userpool/", Scope::Regional},
    {"AWS::Cognito::IdentityPool", "cognito-identity", "identitypool/", Scope::Regional},
    {"AWS::ApiGateway::RestApi", "apigateway", "/restapis/", Scope::Elsewhere},
    {"AWS::ACM::Certificate", "acm", "certificate/", Scope::Regional},
    {"AWS::Athena::WorkGroup", "athena", "workgroup/", Scope::Regional},
    {"AWS::RolesAnywhere::TrustAnchor", "rolesanywhere", "trust-anchor/", Scope::Regional},
    {"AWS::RolesAnywhere::Profile", "rolesanywhere", "profile/", Scope::Regional},
    {"AWS::Transfer::Server", "transfer", "server/", Scope::Regional},
    {"AWS::SSO::PermissionSet", "sso", "permissionSet/", Scope::Elsewhere},
    {"AWS::SSO::Instance", "sso", "instance/", Scope::Elsewhere},
    {"AWS::NetworkFirewall::Firewall", "network-firewall", "firewall/", Scope::Regional},
};

// EC2 ids tell their type, whatever the parameter is called and however deep it stands.
struct IdPrefix {
  std::string_view prefix;
  std::string_view type;
};

constexpr IdPrefix kIdPrefixes[] = {
    {"i-", "AWS::EC2::Instance"},
    {"sg-", "AWS::EC2::SecurityGroup"},
    {"acl-", "AWS::EC2::NetworkAcl"},
    {"rtb-", "AWS::EC2::RouteTable"},
    {"fl-", "AWS::EC2::FlowLog"},
    {"snap-", "AWS::EC2::Snapshot"},
    {"ami-", "AWS::EC2::Image"},
    {"vol-", "AWS::EC2::Volume"},
    {"eni-", "AWS::EC2::NetworkInterface"},
    {"igw-", "AWS::EC2::InternetGateway"},
    {"eigw-", "AWS::EC2::EgressOnlyInternetGateway"},
    {"nat-", "AWS::EC2::NatGateway"},
    {"vpce-", "AWS::EC2::VPCEndpoint"},
    {"vpce-svc-", "AWS::EC2::VPCEndpointService"},
    {"eipalloc-", "AWS::EC2::EIP"},
    {"sgr-", "AWS::EC2::SecurityGroupRule"},
    {"vpc-", "AWS::EC2::VPC"},
    {"subnet-", "AWS::EC2::Subnet"},
    {"pcx-", "AWS::EC2::VPCPeeringConnection"},
    {"tgw-", "AWS::EC2::TransitGateway"},
    {"pl-", "AWS::EC2::PrefixList"},
    {"lt-", "AWS::EC2::LaunchTemplate"},
    {"vgw-", "AWS::EC2::VPNGateway"},
    {"cgw-", "AWS::EC2::CustomerGateway"},
    {"vpn-", "AWS::EC2::VPNConnection"},
    {"dopt-", "AWS::EC2::DHCPOptions"},
    {"fs-", "AWS::EFS::FileSystem"},
};

// A parameter that names a resource. Parameters are compared without case and, in lists, without
// their plural s.
struct Name {
  std::string_view parameter;
  std::string_view service;  // whose calls have it; empty: anybody's
  std::string_view word;     // part of the event name; empty: any
  std::string_view type;
};

constexpr Name kNames[] = {
    {"bucketName", "", "", "AWS::S3::Bucket"},
    {"s3BucketName", "", "", "AWS::S3::Bucket"},
    {"s3Bucket", "", "", "AWS::S3::Bucket"},
    {"targetBucket", "s3", "", "AWS::S3::Bucket"},
    {"bucket", "s3", "", "AWS::S3::Bucket"},
    {"userName", "iam", "", "AWS::IAM::User"},
    {"roleName", "iam", "", "AWS::IAM::Role"},
    {"groupName", "iam", "", "AWS::IAM::Group"},
    {"instanceProfileName", "iam", "", "AWS::IAM::InstanceProfile"},
    {"policyName", "iam", "CreatePolicy", "AWS::IAM::ManagedPolicy"},
    {"accessKeyId", "iam", "", "AWS::IAM::AccessKey"},
    {"name", "cloudtrail", "Trail", "AWS::CloudTrail::Trail"},
    {"name", "cloudtrail", "Logging", "AWS::CloudTrail::Trail"},
    {"trailName", "cloudtrail", "", "AWS::CloudTrail::Trail"},
    {"trailNameList", "cloudtrail", "", "AWS::CloudTrail::Trail"},
    {"keyId", "kms", "", "AWS::KMS::Key"},
    {"targetKeyId", "kms", "", "AWS::KMS::Key"},
    {"aliasName", "kms", "", "AWS::KMS::Alias"},
    {"kmsKeyId", "", "", "AWS::KMS::Key"},
    {"functionName", "", "", "AWS::Lambda::Function"},
    {"layerName", "lambda", "", "AWS::Lambda::LayerVersion"},
    {"dBInstanceIdentifier", "rds", "", "AWS::RDS::DBInstance"},
    {"sourceDBInstanceIdentifier", "rds", "", "AWS::RDS::DBInstance"},
    {"targetDBInstanceIdentifier", "rds", "", "AWS::RDS::DBInstance"},
    {"dBClusterIdentifier", "rds", "", "AWS::RDS::DBCluster"},
    {"sourceDBClusterIdentifier", "rds", "", "AWS::RDS::DBCluster"},
    {"dBSnapshotIdentifier", "rds", "", "AWS::RDS::DBSnapshot"},
    {"sourceDBSnapshotIdentifier", "rds", "", "AWS::RDS::DBSnapshot"},
    {"targetDBSnapshotIdentifier", "rds", "", "AWS::RDS::DBSnapshot"},
    {"finalDBSnapshotIdentifier", "rds", "", "AWS::RDS::DBSnapshot"},
    {"dBClusterSnapshotIdentifier", "rds", "", "AWS::RDS::DBClusterSnapshot"},
    {"sourceDBClusterSnapshotIdentifier", "rds", "", "AWS::RDS::DBClusterSnapshot"},
    {"targetDBClusterSnapshotIdentifier", "rds", "", "AWS::RDS::DBClusterSnapshot"},
    {"finalDBClusterSnapshotIdentifier", "rds", "", "AWS::RDS::DBClusterSnapshot"},
    {"dBSubnetGroupName", "rds", "", "AWS::RDS::DBSubnetGroup"},
    {"dBSecurityGroupName", "rds", "", "AWS::RDS::DBSecurityGroup"},
    {"dBParameterGroupName", "rds", "", "AWS::RDS::DBParameterGroup"},
    {"globalClusterIdentifier", "rds", "", "AWS::RDS::GlobalCluster"},
    {"tableName", "dynamodb", "", "AWS::DynamoDB::Table"},
    {"sourceTableName", "dynamodb", "", "AWS::DynamoDB::Table"},
    {"targetTableName", "dynamodb", "", "AWS::DynamoDB::Table"},
    {"secretId", "", "", "AWS::SecretsManager::Secret"},
    {"secretIdList", "secretsmanager", "", "AWS::SecretsManager::Secret"},
    {"name", "secretsmanager", "Secret", "AWS::SecretsManager::Secret"},
    {"name", "ssm", "Parameter", "AWS::SSM::Parameter"},
    {"name", "ssm", "Document", "AWS::SSM::Document"},
    {"documentName", "ssm", "", "AWS::SSM::Document"},
    {"name", "sns", "Topic", "AWS::SNS::Topic"},
    {"queueName", "sqs", "", "AWS::SQS::Queue"},
    {"logGroupName", "", "", "AWS::Logs::LogGroup"},
    {"alarmName", "monitoring", "", "AWS::CloudWatch::Alarm"},
    {"name", "events", "Rule", "AWS::Events::Rule"},
    {"rule", "events", "", "AWS::Events::Rule"},
    {"name", "events", "EventBus", "AWS::Events::EventBus"},
    {"eventBusName", "events", "", "AWS::Events::EventBus"},
    {"configurationRecorderName", "config", "", "AWS::Config::ConfigurationRecorder"},
    {"name", "config", "ConfigurationRecorder", "AWS::Config::ConfigurationRecorder"},
    {"deliveryChannelName", "config", "", "AWS::Config::DeliveryChannel"},
    {"name", "config", "DeliveryChannel", "AWS::Config::DeliveryChannel"},
    {"configRuleName", "config", "", "AWS::Config::ConfigRule"},
    {"detectorId", "guardduty", "", "AWS::GuardDuty::Detector"},
    {"analyzerName", "access-analyzer", "", "AWS::AccessAnalyzer::Analyzer"},
    {"name", "wafv2", "WebACL", "AWS::WAFv2::WebACL"},
    {"name", "wafv2", "IPSet", "AWS::WAFv2::IPSet"},
    {"webACLId", "waf", "", "AWS::WAF::WebACL"},
    {"webACLId", "waf-regional", "", "AWS::WAFRegional::WebACL"},
    {"stackName", "cloudformation", "", "AWS::CloudFormation::Stack"},
    {"stackSetName", "cloudformation", "", "AWS::CloudFormation::StackSet"},
    {"repositoryName", "ecr", "", "AWS::ECR::Repository"},
    {"repositoryName", "codecommit", "", "AWS::CodeCommit::Repository"},
    {"name", "eks", "", "AWS::EKS::Cluster"},
    {"clusterName", "eks", "", "AWS::EKS::Cluster"},
    {"clusterName", "ecs", "", "AWS::ECS::Cluster"},
    {"cluster", "ecs", "", "AWS::ECS::Cluster"},
    {"taskDefinition", "ecs", "", "AWS::ECS::TaskDefinition"},
    {"service", "ecs", "", "AWS::ECS::Service"},
    {"serviceName", "ecs", "", "AWS::ECS::Service"},
    {"accountId", "organizations", "", "AWS::Organizations::Account"},
    {"organizationalUnitId", "organizations", "", "AWS::Organizations::OrganizationalUnit"},
    {"policyId", "organizations", "", "AWS::Organizations::Policy"},
    {"organizationId", "organizations", "", "AWS::Organizations::Organization"},
    {"hostedZoneId", "route53", "", "AWS::Route53::HostedZone"},
    {"resolverQueryLogConfigId", "route53resolver", "",
     "AWS::Route53Resolver::ResolverQueryLoggingConfig"},
    {"distributionId", "cloudfront", "", "AWS::CloudFront::Distribution"},
    {"id", "cloudfront", "Distribution", "AWS::CloudFront::Distribution"},
    {"jobName", "glue", "", "AWS::Glue::Job"},
    {"databaseName", "glue", "", "AWS::Glue::Database"},
    {"endpointName", "glue", "", "AWS::Glue::DevEndpoint"},
    {"notebookInstanceName", "sagemaker", "", "AWS::SageMaker::NotebookInstance"},
    {"endpointName", "sagemaker", "", "AWS::SageMaker::Endpoint"},
    {"modelName", "sagemaker", "", "AWS::SageMaker::Model"},
    {"guardrailIdentifier", "bedrock", "", "AWS::Bedrock::Guardrail"},
    {"modelId", "bedrock", "", "AWS::Bedrock::FoundationModel"},
    {"streamName", "kinesis", "", "AWS::Kinesis::Stream"},
    {"deliveryStreamName", "firehose", "", "AWS::KinesisFirehose::DeliveryStream"},
    {"projectName", "codebuild", "", "AWS::CodeBuild::Project"},
    {"name", "codebuild", "Project", "AWS::CodeBuild::Project"},
    {"autoScalingGroupName", "", "", "AWS::AutoScaling::AutoScalingGroup"},
    {"launchConfigurationName", "autoscaling", "", "AWS::AutoScaling::LaunchConfiguration"},
    {"loadBalancerName", "elasticloadbalancing", "", "AWS::ElasticLoadBalancing::LoadBalancer"},
    {"clusterIdentifier", "redshift", "", "AWS::Redshift::Cluster"},
    {"cacheClusterId", "elasticache", "", "AWS::ElastiCache::CacheCluster"},
    {"domainName", "es", "", "AWS::OpenSearch::Domain"},
    {"jobFlowId", "elasticmapreduce", "", "AWS::EMR::Cluster"},
    {"fileSystemId", "elasticfilesystem", "", "AWS::EFS::FileSystem"},
    {"backupVaultName", "backup", "", "AWS::Backup::BackupVault"},
    {"userPoolId", "cognito-idp", "", "AWS::Cognito::UserPool"},
    {"identityPoolId", "cognito-identity", "", "AWS::Cognito::IdentityPool"},
    {"restApiId", "apigateway", "", "AWS::ApiGateway::RestApi"},
    {"workGroup", "athena", "", "AWS::Athena::WorkGroup"},
    {"trustAnchorId", "rolesanywhere", "", "AWS::RolesAnywhere::TrustAnchor"},
    {"profileId", "rolesanywhere", "", "AWS::RolesAnywhere::Profile"},
    {"serverId", "transfer", "", "AWS::Transfer::Server"},
    {"firewallName", "network-firewall", "", "AWS::NetworkFirewall::Firewall"},
    {"keyName", "ec2", "", "AWS::EC2::KeyPair"},
    {"groupName", "ec2", "SecurityGroup", "AWS::EC2::SecurityGroup"},
    {"launchTemplateName", "ec2", "", "AWS::EC2::LaunchTemplate"},
};

bool is_ec2_id(std::string_view text, std::string_view prefix) {
  constexpr std::size_t kDigitsMin = 4;
  if (!text.starts_with(prefix) || text.size() < prefix.size() + kDigitsMin) return false;
  return text.find_first_not_of("0123456789abcdefABCDEF", prefix.size()) == std::string_view::npos;
}

}  // namespace

const ResourceType* find_resource_type(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(kTypes), std::end(kTypes),
                   [name](const ResourceType& known) { return known.name == name; });
  return found == std::end(kTypes) ? nullptr : found;
}

const ResourceType* find_resource_type(const Arn& arn) {
  if (arn.service == "s3" && arn.account.empty()) {
    return find_resource_type(arn.resource.find('/') == std::string_view::npos ? "AWS::S3::Bucket"
                                                                               : "AWS::S3::Object");
  }
  const auto* found =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&arn](const ResourceType& known) {
        const bool is_bucket =
            arn.service == "s3" && known.prefix.empty();  // no account of its own
        return known.service == arn.service && !is_bucket && arn.resource.starts_with(known.prefix);
      });
  return found == std::end(kTypes) ? nullptr : found;
}

std::string id_of(const Arn& arn) {
  const ResourceType* known = find_resource_type(arn);
  if (known == nullptr) return std::string(arn.resource);
  std::string_view rest = arn.resource.substr(known->prefix.size());
  if (known->service == "iam") return std::string(rest.substr(rest.rfind('/') + 1));
  if (known->name == "AWS::SSM::Parameter" && rest.find('/') != std::string_view::npos) {
    return "/" + std::string(rest);
  }
  if (known->name == "AWS::SecretsManager::Secret") {
    constexpr std::size_t kSuffix = 7;  // "-AbCdEf"
    const bool has_suffix = rest.size() > kSuffix && rest[rest.size() - kSuffix] == '-';
    return std::string(has_suffix ? rest.substr(0, rest.size() - kSuffix) : rest);
  }
  if (known->name == "AWS::KMS::Alias") return std::string(arn.resource);
  if (known->name == "AWS::Logs::LogGroup" || known->name == "AWS::Lambda::Function") {
    rest = rest.substr(0, rest.find(':'));
  }
  if (known->service == "wafv2" || known->service == "cloudformation") {
    rest = rest.substr(0, rest.find('/'));  // "name/uuid"
  }
  return std::string(rest);
}

std::string_view type_of_ec2_id(std::string_view text) {
  for (const IdPrefix& known : kIdPrefixes) {
    if (is_ec2_id(text, known.prefix)) return known.type;
  }
  return {};
}

std::string_view type_of_parameter(std::string_view service, std::string_view call,
                                   std::string_view parameter) {
  if (parameter.empty()) return {};
  const std::string_view singular =
      parameter.ends_with('s') ? parameter.substr(0, parameter.size() - 1) : parameter;
  for (const Name& name : kNames) {
    if (!name.service.empty() && name.service != service) continue;
    if (!equals_ignore_case(name.parameter, parameter) &&
        !equals_ignore_case(name.parameter, singular)) {
      continue;
    }
    if (call.find(name.word) != std::string_view::npos) return name.type;
  }
  return {};
}

std::size_t row_of(const ResourceType* type) {
  return type == nullptr ? std::size(kTypes) : static_cast<std::size_t>(type - kTypes);
}

}  // namespace riposte::event
