import * as z from 'zod';
import { placeOf, TemplateError } from '../errors.ts';
import type { HttpApi, Route, Throttling } from '../model.ts';
import { flag, inert, integer, notRun, parseProperties, type ResolvedResource, tags } from '../properties.ts';
import { functionNameOf } from './functions.ts';

const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number),
]);

const ApiProperties = z.strictObject({
  Name: z.string(),
  Description: inert('text'),
  ProtocolType: z.literal('HTTP', 'the local host runs HTTP APIs only'),
  CorsConfiguration: z
    .strictObject({
      AllowOrigins: z.array(z.string()).default([]),
      AllowMethods: z.array(z.string()).default([]),
      AllowHeaders: z.array(z.string()).default([]),
      ExposeHeaders: z.array(z.string()).default([]),
      AllowCredentials: flag.default(false),
      MaxAge: integer.optional(),
    })
    .optional(),
  DisableExecuteApiEndpoint: inert('there is one endpoint here'),
  IpAddressType: inert('the local host listens on 127.0.0.1'),
  RouteSelectionExpression: z.literal('$request.method $request.path').optional(),
  Version: inert('text'),
  Tags: tags,
});

const RouteSettings = z.strictObject({
  ThrottlingBurstLimit: number.optional(),
  ThrottlingRateLimit: number.optional(),
  DetailedMetricsEnabled: inert('there are no metrics'),
  DataTraceEnabled: inert('for WebSocket APIs'),
  LoggingLevel: inert('for WebSocket APIs'),
});

const StageProperties = z.strictObject({
  ApiId: z.string(),
  StageName: z.literal('$default', 'the local host runs the $default stage only'),
  AutoDeploy: inert('there is one deployment here'),
  Description: inert('text'),
  AccessLogSettings: inert('there is no access log'),
  DefaultRouteSettings: RouteSettings.optional(),
  RouteSettings: z.record(z.string(), RouteSettings).default({}),
  StageVariables: notRun('stage variables are not run by the local host'),
  Tags: tags,
});

const IntegrationProperties = z.strictObject({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY', 'the local host runs Lambda proxy integrations only'),
  IntegrationUri: z.string().regex(/:lambda:|:function:/, 'the local host integrates functions only'),
  IntegrationMethod: inert('functions are invoked'),
  PayloadFormatVersion: z.literal('2.0', 'the local host speaks payload format 2.0'),
  TimeoutInMillis: integer.default(30_000),
  Description: inert('text'),
  RequestParameters: notRun('parameter mapping is not run by the local host'),
  ResponseParameters: notRun('parameter mapping is not run by the local host'),
});

const AuthorizerProperties = z.strictObject({
  ApiId: z.string(),
  Name: z.string(),
  AuthorizerType: z.literal('JWT', 'the local host runs JWT authorizers only'),
  IdentitySource: z.tuple([
    z.string().regex(/^\$request\.header\.authorization$/i, 'the token is read from the Authorization header'),
  ]),
  JwtConfiguration: z.strictObject({ Audience: z.array(z.string()), Issuer: z.string() }),
});

const RouteProperties = z.strictObject({
  ApiId: z.string(),
  RouteKey: z.string().regex(/^(\$default|[A-Z]+ \/.*)$/, 'a route key is a method and a path, or $default'),
  Target: z.string(),
  AuthorizationType: z.enum(['NONE', 'JWT'], 'the local host runs JWT authorizers only').default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
  OperationName: inert('text'),
  ApiKeyRequired: notRun('API keys are for WebSocket APIs'),
});

/** The HTTP APIs with their routes, put together from all resources of types `AWS::ApiGatewayV2::*`. */
export function readApis(resources: ResolvedResource[]): HttpApi[] {
  const ofType = (type: string) =>
    resources.filter((resource) => resource.origin.type === `AWS::ApiGatewayV2::${type}`);
  const integrations = new Map(
    ofType('Integration').map((resource) => [resource.ref, parseProperties(IntegrationProperties, resource)]),
  );
  const authorizers = new Map(
    ofType('Authorizer').map((resource) => [resource.ref, parseProperties(AuthorizerProperties, resource)]),
  );
  const stages = ofType('Stage').map((resource) => parseProperties(StageProperties, resource));
  const routes = ofType('Route').map((resource) => ({ resource, ...parseProperties(RouteProperties, resource) }));

  return ofType('Api').map((resource): HttpApi => {
    const { CorsConfiguration: cors } = parseProperties(ApiProperties, resource);
    const stage = stages.find((one) => one.ApiId === resource.ref);
    if (!stage) throw new TemplateError(`${placeOf(resource.origin)}: it has no stage, so nothing would answer`);
    const throttling = throttlingOf(stage.DefaultRouteSettings);
    return {
      origin: resource.origin,
      id: resource.ref,
      ...(throttling ? { throttling } : {}),
      ...(cors
        ? {
            cors: {
              allowOrigins: cors.AllowOrigins,
              allowMethods: cors.AllowMethods,
              allowHeaders: cors.AllowHeaders,
              exposeHeaders: cors.ExposeHeaders,
              allowCredentials: cors.AllowCredentials,
              ...(cors.MaxAge === undefined ? {} : { maxAgeSeconds: cors.MaxAge }),
            },
          }
        : {}),
      routes: routes
        .filter((route) => route.ApiId === resource.ref)
        .map((route): Route => {
          const place = placeOf(route.resource.origin);
          const integration = integrations.get(route.Target.replace(/^integrations\//, ''));
          if (!integration)
            throw new TemplateError(`${place}: its target ${route.Target} is not an integration of the assembly`);
          const own = throttlingOf(stage.RouteSettings[route.RouteKey]);
          return {
            routeKey: route.RouteKey,
            functionName: functionNameOf(lambdaArn(integration.IntegrationUri)),
            timeoutMillis: integration.TimeoutInMillis,
            ...(own ? { throttling: own } : {}),
            ...(route.AuthorizationType === 'JWT' ? { authorizer: authorizerOf(route, authorizers, place) } : {}),
          };
        }),
    };
  });
}

/** Plain, or wrapped as `arn:aws:apigateway:…:lambda:path/2015-03-31/functions/<arn>/invocations`. */
function lambdaArn(uri: string): string {
  return /functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
}

function throttlingOf(settings: z.infer<typeof RouteSettings> | undefined): Throttling | undefined {
  if (settings?.ThrottlingRateLimit === undefined && settings?.ThrottlingBurstLimit === undefined) return undefined;
  // AWS's account-wide limits stand in for the one that is left out.
  return { ratePerSecond: settings.ThrottlingRateLimit ?? 10_000, burst: settings.ThrottlingBurstLimit ?? 5_000 };
}

function authorizerOf(
  route: z.infer<typeof RouteProperties>,
  authorizers: Map<string, z.infer<typeof AuthorizerProperties>>,
  place: string,
): NonNullable<Route['authorizer']> {
  const authorizer = authorizers.get(route.AuthorizerId ?? '');
  if (!authorizer) throw new TemplateError(`${place}: its authorizer ${route.AuthorizerId} is not in the assembly`);
  const { Audience, Issuer } = authorizer.JwtConfiguration;
  return { issuer: Issuer, audience: Audience, scopes: route.AuthorizationScopes };
}
