import { describe, expect, it } from 'vitest';
import { routeKeysOf } from '#shared/http/operation.ts';
import { OPERATIONS } from '#shared/http/operations.ts';
import { synthesize, targetOf } from './support/templates.ts';

const { of } = synthesize();
const routes = of('AWS::ApiGatewayV2::Route');
const route = (routeKey: string) => routes.find(({ properties }) => properties.RouteKey === routeKey)?.properties;

/** The function behind a route, by its name. */
function functionBehind(routeKey: string): string | undefined {
  const integrationId = targetOf(route(routeKey)?.Target['Fn::Join'][1][1]);
  const integration = of('AWS::ApiGatewayV2::Integration').find(({ logicalId }) => logicalId === integrationId);
  const functionId = targetOf(integration?.properties.IntegrationUri);
  return of('AWS::Lambda::Function').find(({ logicalId }) => logicalId === functionId)?.properties.Environment.Variables
    .POWERTOOLS_SERVICE_NAME;
}

describe('the API', () => {
  it('has a route for each operation, one for all else, and no other', () => {
    expect(routes.map(({ properties }) => properties.RouteKey).sort()).toEqual(
      [...OPERATIONS.flatMap(routeKeysOf), '$default'].sort(),
    );
  });

  it.each(OPERATIONS.flatMap((operation) => routeKeysOf(operation).map((key) => [key, operation] as const)))(
    '%s reaches its function, with a token unless it is open',
    (routeKey, { access, fn }) => {
      expect(functionBehind(routeKey)).toBe(fn);
      expect(route(routeKey)?.AuthorizationType).toBe(access === 'open' ? 'NONE' : 'JWT');
      const authorizer = of('AWS::ApiGatewayV2::Authorizer')[0]?.logicalId;
      expect(targetOf(route(routeKey)?.AuthorizerId)).toBe(access === 'open' ? undefined : authorizer);
    },
  );

  it('opens nothing to all but its description, its health, pages that ask who one is, the door for signed messages and the answer to an unknown path', () => {
    const open = routes.filter(({ properties }) => properties.AuthorizationType !== 'JWT');
    expect(open.map(({ properties }) => properties.RouteKey).sort()).toEqual([
      '$default',
      'GET /docs',
      'GET /docs/{file}',
      'GET /health',
      'GET /openapi.json',
      'GET /reports/{id}',
      'GET /signed-in',
      'HEAD /docs',
      'HEAD /docs/{file}',
      'HEAD /health',
      'HEAD /openapi.json',
      'HEAD /reports/{id}',
      'HEAD /signed-in',
      'POST /webhooks/{partnerId}',
    ]);
  });

  it('believes tokens of its own user pool and its own client', () => {
    const [{ properties } = { properties: undefined }] = of('AWS::ApiGatewayV2::Authorizer');
    expect(properties.AuthorizerType).toBe('JWT');
    expect(JSON.stringify(properties.JwtConfiguration.Issuer)).toMatch(/cognito-idp.*StaffUserPool/);
    expect(JSON.stringify(properties.JwtConfiguration.Audience)).toMatch(/StaffUserPoolClient/);
  });

  it('may invoke its functions, and only itself', () => {
    const permissions = of('AWS::Lambda::Permission');
    expect(permissions).toHaveLength(of('AWS::ApiGatewayV2::Integration').length);
    for (const { properties } of permissions) {
      expect(properties.Principal).toBe('apigateway.amazonaws.com');
      expect(JSON.stringify(properties.SourceArn)).toContain(`{"Ref":"${of('AWS::ApiGatewayV2::Api')[0]?.logicalId}"}`);
    }
  });

  it('takes a bounded number of requests', () => {
    expect(of('AWS::ApiGatewayV2::Stage')[0]?.properties.DefaultRouteSettings).toEqual({
      ThrottlingBurstLimit: expect.any(Number),
      ThrottlingRateLimit: expect.any(Number),
    });
  });

  it('logs who called which route, and nothing else of the person', () => {
    const format = of('AWS::ApiGatewayV2::Stage')[0]?.properties.AccessLogSettings.Format as string;
    const variables = [...format.matchAll(/\$context\.([\w.]+)/g)].map(([, name]) => name);
    expect(variables).toContain('requestId');
    expect(variables.filter((name) => /identity|claims|path|domain|query/i.test(name ?? ''))).toEqual([
      'authorizer.claims.sub',
    ]);
  });
});
