/** Resource types that are deployed and do nothing on one machine, each with its reason. The list is complete: any other type is an error. */
export const inertTypes: Record<string, string> = {
  'AWS::CDK::Metadata': 'CDK counts its constructs with it',
  'AWS::CloudWatch::Alarm': 'nothing is paged from a laptop; dead letters and depths are in the control endpoint',
  'AWS::CloudWatch::CompositeAlarm':
    'nothing is paged from a laptop; dead letters and depths are in the control endpoint',
  'AWS::CloudWatch::Dashboard': 'there are no metrics to draw; logs are in files',
  'AWS::Cognito::UserPoolDomain': 'the local issuer answers on the port of the API',
  'AWS::Cognito::UserPoolResourceServer': 'scopes are taken from the routes',
  'AWS::KMS::Alias': 'files of a development run are not encrypted',
  'AWS::KMS::Key': 'files of a development run are not encrypted',
  'AWS::Logs::LogGroup': 'every function has a log file of its own, bounded by rotation',
  'AWS::Logs::MetricFilter': 'there are no metrics; logs are in files',
  'AWS::Logs::QueryDefinition': 'a saved query of the console',
  'AWS::Logs::ResourcePolicy': 'logs are in files',
  'AWS::SNS::Subscription': 'alarms are the only publishers, and they do nothing here',
  'AWS::SNS::Topic': 'alarms are the only publishers, and they do nothing here',
  'AWS::SNS::TopicPolicy': 'alarms are the only publishers, and they do nothing here',
  'AWS::S3::BucketPolicy':
    'roles are checked on every call; the policy asks for TLS, which there is none of on one machine',
  'AWS::SES::ConfigurationSetEventDestination': 'mail goes into the outbox, so nothing bounces',
  'AWS::EventSchemas::Registry': 'documentation of events; the files are in docs/',
  'AWS::EventSchemas::Schema': 'documentation of events; the files are in docs/',
  'AWS::Budgets::Budget': 'a laptop is not billed',
};
