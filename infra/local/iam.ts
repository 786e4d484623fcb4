export interface PolicyDocument {
  Version?: string;
  Statement: PolicyStatement | PolicyStatement[];
}

export interface PolicyStatement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

export interface AuthorizationRequest {
  /** For example `dynamodb:PutItem`. */
  action: string;
  /** The ARN that is acted on, or `*`. */
  resource: string;
  context?: Record<string, string | string[]>;
}

export interface Authorization {
  allowed: boolean;
  reason: string;
}

export function authorize(_policies: PolicyDocument[], _request: AuthorizationRequest): Authorization {
  throw new Error('not built yet');
}
