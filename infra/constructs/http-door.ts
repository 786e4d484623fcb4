import { Duration, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  type HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Operation } from '#infra/operations.ts';
import { type AlarmText, HouseAlarm } from './house-alarm.ts';
import type { HouseFunction } from './house-function.ts';
import type { Staff } from './staff.ts';
import type { Surroundings } from './surroundings.ts';

export interface HttpDoorProps extends Surroundings {
  readonly staff: Staff;
  readonly operations: readonly Operation[];
  readonly functions: Readonly<Record<Operation['fn'], HouseFunction>>;
  /** Answers what no route takes. */
  readonly fallback: HouseFunction;
  /** It answers 5xx. */
  readonly failing: AlarmText;
}

/**
 * What an access-log line says. The caller stands in it by the pseudonym of the token, because who read a confidential lead must be
 * answerable; the address, the browser, the query and the path (which may name people) do not.
 */
const ACCESS_LOG_LINE = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  user: '$context.authorizer.claims.sub',
  authorizerError: '$context.authorizer.error',
  integrationError: '$context.integrationErrorMessage',
  integrationLatencyMs: '$context.integrationLatency',
  latencyMs: '$context.responseLatency',
  responseBytes: '$context.responseLength',
} as const;

/** The HTTP API: a route for each operation, with the token checked before a function runs wherever the operation is not open. */
export class HttpDoor extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: HttpDoorProps) {
    super(scope, id);
    const { stage, staff, operations, functions, fallback } = props;
    this.api = new HttpApi(this, 'Api', { apiName: `partnership-${stage.name}`, createDefaultStage: false });

    const accessLog = new LogGroup(this, 'AccessLog', { retention: stage.logRetention, removalPolicy: stage.removal });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: stage.throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_LINE)),
      },
    });

    const signedIn = new HttpUserPoolAuthorizer('Staff', staff.userPool, { userPoolClients: [staff.client] });
    const open = new HttpNoneAuthorizer();
    const integrations = new Map<HouseFunction, HttpLambdaIntegration>();
    const integrationOf = (fn: HouseFunction) => {
      const known = integrations.get(fn);
      if (known) return known;
      // One permission a function, not one a route: a function's policy has room for about 50.
      const made = new HttpLambdaIntegration(fn.name, fn.lambda, {
        scopePermissionToRoute: false,
        timeout: Duration.seconds(fn.timeout.toSeconds() + 1),
      });
      integrations.set(fn, made);
      return made;
    };

    for (const { id: operationId, method, path, access, fn } of operations) {
      const route = new HttpRoute(this, operationId, {
        httpApi: this.api,
        routeKey: HttpRouteKey.with(path, method as HttpMethod),
        integration: integrationOf(functions[fn]),
        authorizer: access === 'open' ? open : signedIn,
      });
      if (access === 'open') {
        Validations.of(route).acknowledge({
          id: 'AwsSolutions-APIG4',
          reason: 'The contract opens it to all: liveness and the description of the API, nothing stored.',
        });
      }
    }

    const unknown = new HttpRoute(this, 'Unknown', {
      httpApi: this.api,
      routeKey: HttpRouteKey.DEFAULT,
      integration: integrationOf(fallback),
      authorizer: open,
    });
    Validations.of(unknown).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason: 'An unknown path is a 404 problem for everyone, with or without a token; it reads nothing.',
    });

    new HouseAlarm(this, 'Failing', {
      ...props,
      ...props.failing,
      metric: this.api.metricServerError({ period: Duration.minutes(5), statistic: 'Sum' }),
      threshold: 5,
      evaluationPeriods: 1,
    });
  }
}
