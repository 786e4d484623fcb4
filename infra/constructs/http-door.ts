import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnRoute,
  HttpApi,
  HttpAuthorizer,
  HttpAuthorizerType,
  HttpIntegration,
  HttpIntegrationType,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type HttpFunction, type Operation, routeKeysOf } from '#shared/http/operation.ts';
import { type AlarmText, HouseAlarm } from './house-alarm.ts';
import type { HouseFunction } from './house-function.ts';
import type { Staff } from './staff.ts';
import type { Surroundings } from './surroundings.ts';

export interface HttpDoorProps extends Surroundings {
  readonly staff: Staff;
  readonly operations: readonly Operation[];
  readonly functions: Readonly<Record<HttpFunction, HouseFunction>>;
  /** Answers what no route takes. */
  readonly fallback: HttpFunction;
  /** It answers 5xx. */
  readonly failing: AlarmText;
}

/**
 * What an access-log line says. The caller stands in it by the pseudonym of the token, because who read a confidential lead must be
 * answerable; the address, the browser, the path and the query, which may tell more of a person, do not.
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

/** The HTTP API: a route for each operation, and the token checked before any function runs unless the operation is open to all. */
export class HttpDoor extends Construct {
  readonly api: HttpApi;
  readonly apiStage: HttpStage;
  readonly accessLog: LogGroup;
  readonly #integrations = new Map<HttpFunction, HttpIntegration>();
  readonly #functions: HttpDoorProps['functions'];

  constructor(scope: Construct, id: string, props: HttpDoorProps) {
    super(scope, id);
    const { stage, staff } = props;
    this.#functions = props.functions;
    this.api = new HttpApi(this, 'Api', { apiName: `partnership-${stage.name}`, createDefaultStage: false });

    this.accessLog = new LogGroup(this, 'AccessLog', { retention: stage.logRetention, removalPolicy: stage.removal });
    this.apiStage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: stage.throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_LINE)),
      },
    });

    const { userPool, client } = staff;
    const signedIn = new HttpAuthorizer(this, 'Authorizer', {
      httpApi: this.api,
      type: HttpAuthorizerType.JWT,
      identitySource: ['$request.header.Authorization'],
      jwtIssuer: `https://cognito-idp.${Stack.of(this).region}.amazonaws.com/${userPool.userPoolId}`,
      jwtAudience: [client.userPoolClientId],
    });
    for (const operation of props.operations)
      for (const routeKey of routeKeysOf(operation)) {
        if (operation.access === 'open') {
          this.#openRoute(
            routeKey,
            operation.fn,
            'Open to all: that the service is up, the description of the API, pages that ask who one is and read nothing, and messages of partners, which carry their own proof.',
          );
        } else {
          this.#route(routeKey, operation.fn, { authorizationType: 'JWT', authorizerId: signedIn.authorizerId });
        }
      }
    this.#openRoute(
      '$default',
      props.fallback,
      'An unknown path is a 404 problem, another method a 405 one, with and without a token; it reads nothing.',
    );

    new HouseAlarm(this, 'Failing', {
      ...props,
      ...props.failing,
      metric: this.api.metricServerError({ period: Duration.minutes(5), statistic: 'Sum' }),
      threshold: 5,
      evaluationPeriods: 1,
    });
  }

  #openRoute(routeKey: string, fn: HttpFunction, reason: string): void {
    const route = this.#route(routeKey, fn, { authorizationType: 'NONE' });
    Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason });
  }

  #route(
    routeKey: string,
    fn: HttpFunction,
    authorization: { authorizationType: string; authorizerId?: string },
  ): CfnRoute {
    const { integrationId } = this.#integrationOf(fn);
    return new CfnRoute(this, `Route ${routeKey.replaceAll('/', '.')}`, {
      apiId: this.api.apiId,
      routeKey,
      target: `integrations/${integrationId}`,
      ...authorization,
    });
  }

  /**
   * One integration and one permission a function. CDK's own makes a permission for each route, and a function's policy has room for
   * about 50 of them.
   */
  #integrationOf(name: HttpFunction): HttpIntegration {
    const known = this.#integrations.get(name);
    if (known) return known;
    const { lambda, timeout } = this.#functions[name];
    const integration = new HttpIntegration(this, `Integration ${name}`, {
      httpApi: this.api,
      integrationType: HttpIntegrationType.AWS_PROXY,
      integrationUri: lambda.functionArn,
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      // A second more than the function has, so that the function's own time-out is what the log shows.
      timeout: Duration.seconds(timeout.toSeconds() + 1),
    });
    lambda.addPermission(`Invoked by ${this.node.id}`, {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.api.apiId,
        // Any stage, any route: `$default` has one segment where others have a method and a path.
        resourceName: '*/*',
      }),
    });
    this.#integrations.set(name, integration);
    return integration;
  }
}
